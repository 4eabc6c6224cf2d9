package dev.gibbon.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.controlplane.authority.CertificateAuthority;
import dev.gibbon.controlplane.authority.SecretStore;
import dev.gibbon.controlplane.authority.TestIssuer;
import dev.gibbon.core.log.Log;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AuthorityReloadTest {
    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");

    private final Map<String, byte[]> documents = new HashMap<>();
    private final TestIssuer root = TestIssuer.root("root", NOW);
    private CertificateAuthority authority;
    private CertificateAuthority other;
    private AuthorityReload reload;
    private int changes;

    private final SecretStore store =
            new SecretStore() {
                @Override
                public Optional<byte[]> read(String name) {
                    return Optional.ofNullable(documents.get(name));
                }

                @Override
                public void write(String name, byte[] content) {
                    documents.put(name, content);
                }
            };

    @BeforeEach
    void open() throws IOException {
        CertificateAuthority.create(
                store, root.issue("mesh", NOW).intermediate(Optional.empty(), NOW));
        authority = opened();
        other = opened();
        reload = new AuthorityReload(authority, () -> changes++, Log.NONE);
        reload.upTo("1");
    }

    private CertificateAuthority opened() throws IOException {
        return CertificateAuthority.open(
                store, InstantSource.fixed(NOW), new SecureRandom(), Duration.ofHours(1));
    }

    private static void renew(CertificateAuthority who, TestIssuer issuer) throws IOException {
        who.rootChange().renew(issuer.intermediate(Optional.of(who.trustDomain()), NOW));
    }

    @Test
    void whatAnotherReplicaHasRenewedSignsHereAndIsToldOnce() throws IOException {
        TestIssuer renewed = root.issue("mesh", NOW);
        renew(other, renewed);

        assertThat(reload.upTo("2")).isTrue();
        assertThat(reload.upTo("2")).isTrue();
        assertThat(reload.upTo("3")).isTrue();

        assertThat(authority.signing()).containsExactly(renewed.certificate(), root.certificate());
        assertThat(changes).isEqualTo(1);
    }

    @Test
    void whatThisReplicaHasRenewedIsTold() throws IOException {
        renew(authority, root.issue("mesh", NOW));

        reload.upTo("2");

        assertThat(changes).isEqualTo(1);
    }

    @Test
    void unreadableSecretChangesNothing() {
        byte[] before = documents.put("authority.pem", new byte[] {1, 2, 3});

        assertThat(reload.upTo("2")).isFalse();

        assertThat(changes).isZero();
        documents.put("authority.pem", before);
        assertThat(reload.upTo("2")).isTrue();
        assertThat(changes).isZero();
    }
}

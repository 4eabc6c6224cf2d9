package dev.gibbon.operator.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.controlplane.authority.Applicant;
import dev.gibbon.controlplane.authority.CertificateAuthority;
import dev.gibbon.controlplane.authority.CertificateDesk.Answer;
import dev.gibbon.controlplane.authority.LiveSidecars;
import dev.gibbon.controlplane.authority.SecretDirectory;
import dev.gibbon.core.identity.PeerIdentity;
import dev.gibbon.core.identity.SpiffeId;
import dev.gibbon.core.identity.TrustDomain;
import dev.gibbon.core.join.CertificateOrder;
import dev.gibbon.core.net.IpAddress;
import dev.gibbon.core.x509.CertificateRequest;
import dev.gibbon.core.x509.P256;
import dev.gibbon.core.x509.Pem;
import dev.gibbon.operator.discovery.PodFact;
import dev.gibbon.operator.identity.PodTokens.TokenPod;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodDeskTest {
    private static final TokenPod TOKEN_POD = new TokenPod("shop", "service-b", "b-1", "UID-1");

    @TempDir private Path directory;
    private final Map<String, PodFact> pods = new HashMap<>();
    private CertificateAuthority authority;

    @BeforeEach
    void open() throws IOException {
        authority =
                CertificateAuthority.open(
                        new SecretDirectory(directory),
                        InstantSource.system(),
                        new SecureRandom(),
                        Duration.ofHours(1));
    }

    @Test
    void whatTheOrderClaimsCountsForNothing() throws Exception {
        pods.put("shop/b-1", pod("UID-1", "service-b", true, false, "10.244.0.7", "fd00::7"));

        Answer answer = answer("good");

        assertThat(answer)
                .isInstanceOfSatisfying(
                        Answer.Granted.class,
                        granted -> {
                            assertThat(granted.name()).isEqualTo("shop/b-1");
                            assertThat(granted.membershipChanged()).isFalse();
                        });
        PeerIdentity identity =
                PeerIdentity.of(((Answer.Granted) answer).grant().chain().getFirst());
        TrustDomain mesh = authority.trustDomain();
        assertThat(identity.id()).isEqualTo(SpiffeId.serviceAccount(mesh, "shop", "service-b"));
        assertThat(identity.addresses())
                .containsExactly(IpAddress.of("10.244.0.7"), IpAddress.of("fd00::7"));
        assertThat(identity.dnsNames()).containsExactly("uid-1.pod." + mesh);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "-, UID-1, service-b, true, false, 10.0.0.1, token",
                "bad, UID-1, service-b, true, false, 10.0.0.1, token",
                "good, UID-2, service-b, true, false, 10.0.0.1, pod_uid",
                "good, UID-1, other, true, false, 10.0.0.1, pod_uid",
                "good, UID-1, service-b, false, false, 10.0.0.1, not_meshed",
                "good, UID-1, service-b, true, true, 10.0.0.1, pod_ended",
                "good, UID-1, service-b, true, false, -, no_address"
            })
    void orderIsRefusedWithAReason(
            @Nullable String token,
            String uid,
            String account,
            boolean meshed,
            boolean ended,
            @Nullable String address,
            String reason)
            throws Exception {
        String[] addresses = address == null ? new String[0] : new String[] {address};
        pods.put("shop/b-1", pod(uid, account, meshed, ended, addresses));

        assertThat(answer(token))
                .isInstanceOfSatisfying(
                        Answer.Refused.class,
                        refused -> assertThat(refused.refusal().reason()).isEqualTo(reason));
    }

    @Test
    void podThatNobodyKnowsIsRefused() throws Exception {
        assertThat(answer("good"))
                .isInstanceOfSatisfying(
                        Answer.Refused.class,
                        refused -> assertThat(refused.refusal().reason()).isEqualTo("pod_unknown"));
    }

    @Test
    void malformedRequestIsRefusedBeforeTheTokenIsShownToAnybody() throws Exception {
        PodDesk desk =
                new PodDesk(
                        authority,
                        _ -> {
                            throw new AssertionError("reviewed");
                        },
                        new Table(),
                        Duration.ZERO);

        assertThat(
                        desk.answer(
                                new CertificateOrder("nonsense", "x", List.of(), List.of(), "t"),
                                new Applicant.Stranger(),
                                new NoSidecars()))
                .isInstanceOfSatisfying(
                        Answer.Refused.class,
                        refused -> assertThat(refused.refusal().reason()).isEqualTo("malformed"));
    }

    @ParameterizedTest
    @CsvSource({
        "shop/b-1, service-b, uid-1, true",
        "shop/b-2, service-b, uid-1, false",
        "shop/b-1, service-b, uid-2, false",
        "shop/b-1, other, uid-1, false",
        "bank/b-1, service-b, uid-1, false",
        "b-1, service-b, uid-1, false",
        "/b-1, service-b, uid-1, false",
        "shop/, service-b, uid-1, false"
    })
    void peerBearsTheNameOfThePodInItsCertificate(
            String name, String account, String uid, boolean bears) throws Exception {
        pods.put("shop/b-1", pod("UID-1", "service-b", true, false, "10.244.0.7"));
        pods.put("shop/b-2", pod("UID-3", "service-b", true, false, "10.244.0.8"));
        TrustDomain mesh = authority.trustDomain();
        PeerIdentity identity =
                new PeerIdentity(
                        SpiffeId.serviceAccount(mesh, "shop", account),
                        List.of(),
                        List.of(uid + ".pod." + mesh),
                        Instant.EPOCH);

        assertThat(new PodNames(mesh, new Table(), Duration.ZERO).bears(identity, name))
                .isEqualTo(bears);
    }

    private Answer answer(@Nullable String token) throws Exception {
        PodTokens tokens =
                shown -> shown.equals("good") ? Optional.of(TOKEN_POD) : Optional.empty();
        CertificateOrder order =
                new CertificateOrder(
                        Pem.ofRequest(CertificateRequest.create(P256.generate(new SecureRandom()))),
                        "bank/vault",
                        List.of(IpAddress.of("192.0.2.1")),
                        List.of(),
                        token);
        return new PodDesk(authority, tokens, new Table(), Duration.ZERO)
                .answer(order, new Applicant.Stranger(), new NoSidecars());
    }

    /** None is connected. */
    private static final class NoSidecars implements LiveSidecars {
        @Override
        public boolean awaitGone(String name, Duration limit) {
            return true;
        }

        @Override
        public void expect(String name, Duration within) {}
    }

    private static PodFact pod(
            String uid, String account, boolean meshed, boolean ended, String... addresses) {
        return new PodFact(
                "shop",
                "b-1",
                uid,
                account,
                null,
                List.of(addresses).stream().map(IpAddress::of).toList(),
                meshed,
                ended,
                true,
                Set.of(),
                "");
    }

    /** The pods of the test; nothing ever changes, so nobody waits. */
    private final class Table implements PodTable {
        @Override
        public Optional<PodFact> get(String namespace, String name) {
            return Optional.ofNullable(pods.get(namespace + "/" + name));
        }

        @Override
        public Optional<PodFact> await(
                String namespace, String name, Predicate<PodFact> wanted, long limitMillis) {
            return get(namespace, name);
        }
    }
}

package dev.gibbon.controlplane.authority;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gibbon.core.identity.PeerCheck;
import dev.gibbon.core.identity.PeerIdentity;
import dev.gibbon.core.identity.PeerVerdict.Rejected;
import dev.gibbon.core.identity.PeerVerdict.Trusted;
import dev.gibbon.core.identity.SpiffeId;
import dev.gibbon.core.identity.TrustBundle;
import dev.gibbon.core.identity.TrustDomain;
import dev.gibbon.core.net.IpAddress;
import dev.gibbon.core.x509.CertificateRequest;
import dev.gibbon.core.x509.P256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateAuthorityTest {
    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
    private static final IpAddress ADDRESS = IpAddress.of("127.0.0.5");

    private final MemorySecrets secrets = new MemorySecrets();
    private final KeyPair keys = P256.generate(new SecureRandom());

    @Test
    void signsTheNamesThatItIsToldForTheLifetimeThatIsSet() throws Exception {
        CertificateAuthority authority = open(secrets, Duration.ofSeconds(7));
        SpiffeId id = SpiffeId.host(authority.trustDomain(), "b");

        List<X509Certificate> chain =
                authority.sign(
                        CertificateRequest.parse(CertificateRequest.create(keys)),
                        id,
                        List.of(ADDRESS));

        assertThat(PeerCheck.check(chain, authority.bundle(), NOW, ADDRESS))
                .isEqualTo(new Trusted(new PeerIdentity(id, List.of(ADDRESS), NOW.plusSeconds(7))));
        assertThat(chain.getFirst().getPublicKey()).isEqualTo(keys.getPublic());
    }

    @Test
    void trustDomainIsNamedAfterTheRootKey() throws Exception {
        CertificateAuthority authority = open(secrets, Duration.ofHours(1));

        byte[] spki = authority.bundle().roots().getFirst().getPublicKey().getEncoded();
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(spki);

        assertThat(authority.trustDomain().name())
                .isEqualTo("mesh-" + HexFormat.of().formatHex(Arrays.copyOf(digest, 6)));
    }

    @Test
    void secondStartFindsTheSameAuthority(@TempDir Path directory) throws Exception {
        SecretDirectory files = new SecretDirectory(directory.resolve("authority"));
        CertificateAuthority first = open(files, Duration.ofHours(1));

        CertificateAuthority second = open(files, Duration.ofHours(1));

        assertThat(second.bundle()).isEqualTo(first.bundle());
        Path file = directory.resolve("authority").resolve("authority.pem");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())))
                .isEqualTo("rwx------");
    }

    @Test
    void furtherRootsAreKeptAndTheOwnOneStillSigns() throws Exception {
        CertificateAuthority authority = open(secrets, Duration.ofHours(1));
        X509Certificate further =
                open(new MemorySecrets(), Duration.ofHours(1)).bundle().roots().getFirst();

        authority.trust(further);

        CertificateAuthority again = open(secrets, Duration.ofHours(1));
        assertThat(again.bundle().roots()).hasSize(2).last().isEqualTo(further);
        assertThat(again.pin()).isEqualTo(authority.pin());
    }

    @Test
    void certificateOfAPodHasItsNames() throws Exception {
        CertificateAuthority authority = open(secrets, Duration.ofHours(1));
        SpiffeId id = SpiffeId.serviceAccount(authority.trustDomain(), "shop", "service-b");

        List<X509Certificate> chain =
                authority.sign(
                        CertificateRequest.parse(CertificateRequest.create(keys)),
                        id,
                        List.of(ADDRESS),
                        List.of("u-1.pod.mesh-1"));

        assertThat(PeerCheck.check(chain, authority.bundle(), NOW, ADDRESS))
                .isEqualTo(
                        new Trusted(
                                new PeerIdentity(
                                        id,
                                        List.of(ADDRESS),
                                        List.of("u-1.pod.mesh-1"),
                                        NOW.plusSeconds(3600))));
    }

    @Test
    void certificateOfAServerMakesNobodyAMember() throws Exception {
        CertificateAuthority authority = open(secrets, Duration.ofHours(1));

        List<X509Certificate> chain =
                authority.signServer(keys.getPublic(), List.of("gibbon-operator.mesh.svc"));

        assertThat(PeerCheck.checkChain(chain, authority.bundle(), NOW))
                .isInstanceOf(Rejected.class);
        chain.getFirst().verify(authority.bundle().roots().getFirst().getPublicKey());
        assertThat(chain.getFirst().getSubjectAlternativeNames())
                .containsExactly(List.of(2, "gibbon-operator.mesh.svc"));
    }

    @Test
    void trustDomainCanBeGivenAndNotChanged() throws Exception {
        CertificateAuthority made = open(secrets, Optional.of(new TrustDomain("example.org")));

        assertThat(made.trustDomain().name()).isEqualTo("example.org");
        assertThat(open(secrets, Optional.empty()).trustDomain()).isEqualTo(made.trustDomain());
        assertThatThrownBy(() -> open(secrets, Optional.of(new TrustDomain("example.com"))))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "trust domain: example.com (expected: example.org, which the authority was"
                                + " made for)");
    }

    @Test
    void whoeverIsSlowerAtTheFirstStartTakesTheOthersAuthority() throws Exception {
        CertificateAuthority quick = open(secrets, Duration.ofHours(1));
        MemorySecrets raced =
                new MemorySecrets() {
                    @Override
                    public boolean writeFirst(SequencedMap<String, byte[]> wanted) {
                        documents.putAll(secrets.documents);
                        return false;
                    }
                };

        assertThat(open(raced, Duration.ofHours(1)).bundle()).isEqualTo(quick.bundle());
    }

    /** Old and new trust each other's certificates at every step of a change of roots. */
    @Test
    void rootsChangeWithoutAMomentOfDistrust() throws Exception {
        CertificateAuthority replica = open(secrets, Duration.ofHours(1));
        CertificateAuthority other = open(secrets, Duration.ofHours(1));
        List<X509Certificate> before = certificate(replica);
        TrustBundle oldBundle = replica.bundle();

        replica.rootChange().prepare(new SecureRandom());

        assertThat(other.reload()).isTrue();
        assertThat(other.bundle()).isEqualTo(replica.bundle());
        assertThat(other.bundle().roots()).hasSize(2);
        assertTrusted(certificate(replica), oldBundle);

        other.rootChange().activate();

        assertThat(replica.reload()).isTrue();
        assertThat(replica.pin()).isEqualTo(other.pin());
        List<X509Certificate> after = certificate(replica);
        assertTrusted(after, other.bundle());
        assertTrusted(before, other.bundle());
        assertThat(PeerCheck.checkChain(after, oldBundle, NOW)).isInstanceOf(Rejected.class);

        replica.rootChange().retireOthers();

        assertThat(replica.bundle().roots()).hasSize(1);
        assertTrusted(after, replica.bundle());
        assertThat(PeerCheck.checkChain(before, replica.bundle(), NOW))
                .isInstanceOf(Rejected.class);
        assertThat(open(secrets, Duration.ofHours(1)).bundle()).isEqualTo(replica.bundle());
    }

    @Test
    void rootThatWasNotPreparedCannotBeActivated() throws Exception {
        CertificateAuthority authority = open(secrets, Duration.ofHours(1));

        assertThatThrownBy(authority.rootChange()::activate)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("next.pem");
    }

    private CertificateAuthority issued(TestIssuer issuer) throws IOException {
        CertificateAuthority.create(secrets, issuer.intermediate(Optional.empty(), NOW));
        return open(secrets, Duration.ofHours(1));
    }

    @Test
    void whatIsIssuedSignsAndIsShownBelowEachCertificate() throws Exception {
        TestIssuer root = TestIssuer.root("root", NOW);
        TestIssuer mesh = root.issue("middle", NOW).issue("mesh", NOW);
        CertificateAuthority authority = issued(mesh);

        List<X509Certificate> chain = certificate(authority);

        assertThat(authority.bundle().roots()).containsExactly(root.certificate());
        assertThat(chain).hasSize(3).element(1).isEqualTo(mesh.certificate());
        assertTrusted(chain, authority.bundle());
        assertThat(authority.signServer(keys.getPublic(), List.of("x.svc"))).hasSize(3);
        List<X509Certificate> own = authority.signControlPlane(keys.getPublic());
        assertThat(own).hasSize(4).last().isEqualTo(root.certificate());
        assertTrusted(own, authority.bundle());
    }

    @Test
    void nothingOutlivesWhatSignsIt() throws Exception {
        TestIssuer root = TestIssuer.root("root", NOW);
        Instant end = NOW.plusSeconds(600);
        CertificateAuthority authority =
                issued(root.issue("mesh", NOW, builder -> builder.notAfter(end)));

        assertThat(certificate(authority).getFirst().getNotAfter().toInstant()).isEqualTo(end);
        CertificateAuthority later =
                CertificateAuthority.open(
                        secrets, InstantSource.fixed(end), new SecureRandom(), Duration.ofHours(1));
        assertThatThrownBy(() -> certificate(later))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("ended at " + end);
    }

    @Test
    void renewedIntermediateSignsAndBothAreTrusted() throws Exception {
        TestIssuer root = TestIssuer.root("root", NOW);
        CertificateAuthority authority = issued(root.issue("mesh", NOW));
        CertificateAuthority replica = open(secrets, Duration.ofHours(1));
        List<X509Certificate> before = certificate(authority);
        TestIssuer renewed = root.issue("mesh", NOW);
        Intermediate next = renewed.intermediate(Optional.empty(), NOW);
        assertThat(authority.rootChange().relation(next)).isEqualTo(RootChange.Relation.SAME_ROOT);

        authority.rootChange().renew(next);

        assertThat(authority.rootChange().relation(next)).isEqualTo(RootChange.Relation.IN_USE);
        assertThat(replica.reload()).as("another bundle").isFalse();
        List<X509Certificate> after = certificate(replica);
        assertThat(after).element(1).isEqualTo(renewed.certificate());
        assertTrusted(before, replica.bundle());
        assertTrusted(after, replica.bundle());
    }

    @Test
    void rootOfAnotherIssuerTakesAChangeOfRoots() throws Exception {
        CertificateAuthority authority = open(secrets, Duration.ofHours(1));
        Optional<TrustDomain> domain = Optional.of(authority.trustDomain());
        List<X509Certificate> before = certificate(authority);
        TrustBundle oldBundle = authority.bundle();
        TestIssuer root = TestIssuer.root("root", NOW);
        Intermediate first = root.issue("mesh", NOW).intermediate(domain, NOW);
        assertThat(authority.rootChange().relation(first))
                .isEqualTo(RootChange.Relation.OTHER_ROOT);
        assertThatThrownBy(() -> authority.rootChange().renew(first))
                .isInstanceOf(IllegalArgumentException.class);

        authority.rootChange().prepare(first);

        assertThat(authority.rootChange().stage()).isEqualTo(RootChange.Stage.PREPARED);
        assertThat(authority.rootChange().relation(first)).isEqualTo(RootChange.Relation.IN_USE);
        assertTrusted(certificate(authority), oldBundle);
        TestIssuer renewed = root.issue("mesh", NOW);
        authority.rootChange().renew(renewed.intermediate(domain, NOW));
        assertTrusted(certificate(authority), oldBundle);

        authority.rootChange().activate();

        assertThat(authority.rootChange().stage()).isEqualTo(RootChange.Stage.ACTIVE);
        List<X509Certificate> after = certificate(authority);
        assertThat(after).element(1).isEqualTo(renewed.certificate());
        assertTrusted(after, authority.bundle());
        assertTrusted(before, authority.bundle());

        authority.rootChange().retireOthers();

        assertThat(authority.bundle().roots()).containsExactly(root.certificate());
        assertThat(authority.signing()).containsExactly(renewed.certificate(), root.certificate());
        assertThat(authority.rootChange().stage()).isEqualTo(RootChange.Stage.NONE);
        assertTrusted(after, authority.bundle());
    }

    @Test
    void whatWasIssuedForAnotherTrustDomainIsNotTaken() throws Exception {
        CertificateAuthority authority = open(secrets, Duration.ofHours(1));
        Intermediate foreign =
                TestIssuer.root("root", NOW)
                        .issue("mesh", NOW)
                        .intermediate(Optional.of(new TrustDomain("example.org")), NOW);

        assertThatThrownBy(() -> authority.rootChange().prepare(foreign))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("trust domain: example.org");
    }

    private List<X509Certificate> certificate(CertificateAuthority authority) throws Exception {
        return authority.sign(
                CertificateRequest.parse(CertificateRequest.create(keys)),
                SpiffeId.host(authority.trustDomain(), "b"),
                List.of(ADDRESS));
    }

    private static void assertTrusted(List<X509Certificate> chain, TrustBundle bundle) {
        assertThat(PeerCheck.checkChain(chain, bundle, NOW)).isInstanceOf(Trusted.class);
    }

    @Test
    void damagedDocumentStopsTheStartAndStays() throws Exception {
        open(secrets, Duration.ofHours(1));
        byte[] damaged = {1, 2, 3};
        secrets.documents.put("authority.pem", damaged);

        assertThatThrownBy(() -> open(secrets, Duration.ofHours(1)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("restore it from a backup");
        assertThat(secrets.documents.get("authority.pem")).isEqualTo(damaged);
    }

    @Test
    void startThatCannotKeepItsKeyFails() {
        secrets.broken = true;

        assertThatThrownBy(() -> open(secrets, Duration.ofHours(1)))
                .isInstanceOf(IOException.class)
                .hasMessage("disk full");
    }

    private static CertificateAuthority open(SecretStore store, Optional<TrustDomain> domain)
            throws IOException {
        return CertificateAuthority.open(
                store, InstantSource.fixed(NOW), new SecureRandom(), Duration.ofHours(1), domain);
    }

    static CertificateAuthority open(SecretStore store, Duration lifetime) throws IOException {
        return CertificateAuthority.open(
                store, InstantSource.fixed(NOW), new SecureRandom(), lifetime);
    }
}

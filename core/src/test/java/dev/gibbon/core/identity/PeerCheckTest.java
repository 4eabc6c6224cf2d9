package dev.gibbon.core.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.core.identity.PeerVerdict.Reason;
import dev.gibbon.core.identity.PeerVerdict.Rejected;
import dev.gibbon.core.identity.PeerVerdict.Trusted;
import dev.gibbon.core.net.IpAddress;
import dev.gibbon.core.x509.CertificateIssuer;
import dev.gibbon.core.x509.Names;
import dev.gibbon.core.x509.P256;
import dev.gibbon.core.x509.Validity;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class PeerCheckTest {
    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
    private static final TrustDomain MESH = new TrustDomain("mesh-1");
    private static final IpAddress SOURCE = IpAddress.of("127.0.0.5");

    private final CertificateIssuer issuer = new CertificateIssuer(new SecureRandom());
    private final KeyPair rootKeys = P256.generate(new SecureRandom());
    private final KeyPair keys = P256.generate(new SecureRandom());
    private final X509Certificate root = root(rootKeys, "one");
    private final TrustBundle bundle = new TrustBundle(MESH, List.of(root));

    @Test
    void peerOfTheMeshIsTrusted() {
        X509Certificate leaf = leaf("spiffe://mesh-1/host/b");

        assertThat(PeerCheck.check(List.of(leaf), bundle, NOW, SOURCE))
                .isEqualTo(
                        new Trusted(
                                new PeerIdentity(
                                        SpiffeId.host(MESH, "b"),
                                        List.of(SOURCE),
                                        leaf.getNotAfter().toInstant())));
    }

    @Test
    void rootInTheChainChangesNothing() {
        assertThat(
                        PeerCheck.check(
                                List.of(leaf("spiffe://mesh-1/host/b"), root), bundle, NOW, SOURCE))
                .isInstanceOf(Trusted.class);
    }

    @Test
    void anyRootOfTheBundleWillDo() {
        X509Certificate newer = root(P256.generate(new SecureRandom()), "two");

        assertThat(
                        PeerCheck.check(
                                List.of(leaf("spiffe://mesh-1/host/b")),
                                new TrustBundle(MESH, List.of(newer, root)),
                                NOW,
                                SOURCE))
                .isInstanceOf(Trusted.class);
    }

    @Test
    void peerWithoutCertificateIsRejected() {
        assertThat(reason(List.of(), bundle, NOW, SOURCE)).isEqualTo(Reason.NO_CERTIFICATE);
    }

    @Test
    void foreignAuthorityIsRejectedEvenUnderOurName() {
        TrustBundle other =
                new TrustBundle(MESH, List.of(root(P256.generate(new SecureRandom()), "one")));

        assertThat(reason(List.of(leaf("spiffe://mesh-1/host/b")), other, NOW, SOURCE))
                .isEqualTo(Reason.FOREIGN_AUTHORITY);
        assertThat(
                        reason(
                                List.of(leaf("spiffe://mesh-1/host/b")),
                                new TrustBundle(MESH, List.of()),
                                NOW,
                                SOURCE))
                .isEqualTo(Reason.FOREIGN_AUTHORITY);
        assertThat(reason(List.of(root), bundle, NOW, SOURCE)).isEqualTo(Reason.FOREIGN_AUTHORITY);
    }

    @Test
    void peerThatSignsForOthersIsRejected() {
        X509Certificate own =
                issuer.leaf(
                        root,
                        rootKeys.getPrivate(),
                        keys.getPublic(),
                        // With a subject, without which nobody can be an issuer.
                        new Names("b", "spiffe://mesh-1/host/b", List.of(SOURCE), List.of()),
                        Validity.from(NOW, Duration.ofHours(24)));
        X509Certificate forged =
                issuer.leaf(
                        own,
                        keys.getPrivate(),
                        P256.generate(new SecureRandom()).getPublic(),
                        new Names(null, "spiffe://mesh-1/host/c", List.of(SOURCE), List.of()),
                        Validity.from(NOW, Duration.ofHours(1)));

        assertThat(PeerCheck.check(List.of(forged, own), bundle, NOW, SOURCE))
                .isInstanceOfSatisfying(
                        Rejected.class,
                        rejected ->
                                assertThat(rejected.reason()).isEqualTo(Reason.FOREIGN_AUTHORITY));
    }

    @Test
    void certificateHoldsBetweenItsTwoInstantsOnly() {
        List<X509Certificate> chain = List.of(leaf("spiffe://mesh-1/host/b"));

        assertThat(reason(chain, bundle, NOW.plus(Duration.ofHours(25)), SOURCE))
                .isEqualTo(Reason.EXPIRED);
        assertThat(reason(chain, bundle, NOW.minusSeconds(61), SOURCE))
                .isEqualTo(Reason.NOT_YET_VALID);
        assertThat(PeerCheck.check(chain, bundle, NOW.minusSeconds(60), SOURCE))
                .isInstanceOf(Trusted.class);
    }

    @Test
    void otherSourceAddressIsRejectedAndNatNamed() {
        PeerVerdict verdict =
                PeerCheck.check(
                        List.of(leaf("spiffe://mesh-1/host/b")),
                        bundle,
                        NOW,
                        IpAddress.of("127.0.0.6"));

        assertThat(verdict)
                .isInstanceOfSatisfying(
                        Rejected.class,
                        rejected -> {
                            assertThat(rejected.reason().label()).isEqualTo("source_address");
                            assertThat(rejected.detail()).contains("127.0.0.6", "(NAT)");
                        });
    }

    @Test
    void nameOfAnotherTrustDomainIsRejected() {
        assertThat(reason(List.of(leaf("spiffe://mesh-2/host/b")), bundle, NOW, SOURCE))
                .isEqualTo(Reason.NOT_IN_TRUST_DOMAIN);
    }

    @Test
    void whatIsNoSpiffeIdIsMalformed() {
        assertThat(reason(List.of(leaf("https://mesh-1/host/b")), bundle, NOW, SOURCE))
                .isEqualTo(Reason.MALFORMED);
        X509Certificate nameless =
                issuer.leaf(
                        root,
                        rootKeys.getPrivate(),
                        keys.getPublic(),
                        new Names("b", null, List.of(SOURCE), List.of()),
                        Validity.from(NOW, Duration.ofHours(1)));
        assertThat(reason(List.of(nameless), bundle, NOW, SOURCE)).isEqualTo(Reason.MALFORMED);
    }

    private static Reason reason(
            List<X509Certificate> chain, TrustBundle bundle, Instant now, IpAddress source) {
        return switch (PeerCheck.check(chain, bundle, now, source)) {
            case Rejected(Reason reason, String _) -> reason;
            case Trusted trusted -> throw new AssertionError("trusted: " + trusted);
        };
    }

    private X509Certificate root(KeyPair of, String name) {
        return issuer.root(of, name, Validity.from(NOW, Duration.ofDays(10)));
    }

    private X509Certificate leaf(String uri) {
        return issuer.leaf(
                root,
                rootKeys.getPrivate(),
                keys.getPublic(),
                new Names(null, uri, List.of(SOURCE), List.of()),
                Validity.from(NOW, Duration.ofHours(24)));
    }
}

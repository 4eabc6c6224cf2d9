package dev.gibbon.core.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.core.identity.PeerVerdict.Reason;
import dev.gibbon.core.identity.PeerVerdict.Rejected;
import dev.gibbon.core.identity.PeerVerdict.Trusted;
import dev.gibbon.core.net.IpAddress;
import dev.gibbon.core.x509.CertificateIssuer;
import dev.gibbon.core.x509.Names;
import dev.gibbon.core.x509.P256;
import dev.gibbon.core.x509.Pem;
import dev.gibbon.core.x509.Validity;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class KnownPeersTest {
    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
    private static final TrustDomain MESH = new TrustDomain("mesh-1");

    private final CertificateIssuer issuer = new CertificateIssuer(new SecureRandom());
    private final KeyPair rootKeys = P256.generate(new SecureRandom());
    private final KeyPair otherKeys = P256.generate(new SecureRandom());
    private final X509Certificate root = root(rootKeys);
    private final X509Certificate other = root(otherKeys);
    private final TrustBundle bundle = new TrustBundle(MESH, List.of(root));
    private final KnownPeers peers = new KnownPeers(100);

    @Test
    void chainThatWasTrustedIsNotLookedAtAgain() throws Exception {
        X509Certificate leaf = leaf(root, rootKeys, "a", Duration.ofHours(1));
        PeerVerdict first = peers.checkChain(List.of(leaf), bundle, NOW);
        X509Certificate sent = Pem.certificates(Pem.ofCertificates(List.of(leaf))).getFirst();

        assertThat(first).isInstanceOf(Trusted.class);
        assertThat(peers.checkChain(List.of(sent), bundle, NOW.plusSeconds(60))).isSameAs(first);
        assertThat(peers.size()).isEqualTo(1);
    }

    @Test
    void chainThatHasEndedIsRejectedThoughItWasTrusted() {
        List<X509Certificate> chain = List.of(leaf(root, rootKeys, "a", Duration.ofHours(1)));
        peers.checkChain(chain, bundle, NOW);

        assertThat(reason(chain, bundle, NOW.plus(Duration.ofHours(2)))).isEqualTo(Reason.EXPIRED);
        assertThat(reason(chain, bundle, NOW.minus(Duration.ofDays(1))))
                .isEqualTo(Reason.NOT_YET_VALID);
    }

    @Test
    void chainOfARootThatIsTrustedNoMoreIsRejected() {
        List<X509Certificate> chain = List.of(leaf(root, rootKeys, "a", Duration.ofHours(1)));
        TrustBundle both = new TrustBundle(MESH, List.of(other, root));
        TrustBundle next = new TrustBundle(MESH, List.of(other));
        peers.checkChain(chain, bundle, NOW);

        assertThat(peers.checkChain(chain, both, NOW)).isInstanceOf(Trusted.class);
        assertThat(reason(chain, next, NOW)).isEqualTo(Reason.FOREIGN_AUTHORITY);
        assertThat(peers.size()).isZero();
    }

    @Test
    void whatWasRejectedIsTrustedAsSoonAsItsRootIs() {
        List<X509Certificate> chain = List.of(leaf(other, otherKeys, "a", Duration.ofHours(1)));
        assertThat(reason(chain, bundle, NOW)).isEqualTo(Reason.FOREIGN_AUTHORITY);

        assertThat(peers.checkChain(chain, new TrustBundle(MESH, List.of(root, other)), NOW))
                .isInstanceOf(Trusted.class);
    }

    @Test
    void itNeverSaysAnythingElseThanALookWould() {
        Random random = new Random(7);
        List<TrustBundle> bundles =
                List.of(
                        bundle,
                        new TrustBundle(MESH, List.of(other)),
                        new TrustBundle(MESH, List.of(other, root)),
                        new TrustBundle(new TrustDomain("mesh-2"), List.of(root)));
        List<List<X509Certificate>> chains =
                List.of(
                        List.of(),
                        List.of(leaf(root, rootKeys, "a", Duration.ofHours(1))),
                        List.of(leaf(root, rootKeys, "a", Duration.ofHours(3))),
                        List.of(leaf(other, otherKeys, "a", Duration.ofHours(2))),
                        List.of(leaf(other, otherKeys, "b", Duration.ofHours(2)), other),
                        List.of(leaf(root, otherKeys, "forged", Duration.ofHours(2))),
                        List.of(root));
        KnownPeers few = new KnownPeers(2);

        for (int i = 0; i < 2_000; i++) {
            List<X509Certificate> chain = chains.get(random.nextInt(chains.size()));
            // Long enough that something is remembered, before the bundle is another one.
            TrustBundle trusted = bundles.get(i / 50 % bundles.size());
            Instant now = NOW.plus(Duration.ofMinutes(random.nextInt(-30, 240)));

            assertThat(few.checkChain(chain, trusted, now))
                    .isEqualTo(PeerCheck.checkChain(chain, trusted, now));
            assertThat(few.size()).isLessThanOrEqualTo(2);
        }
    }

    private Reason reason(List<X509Certificate> chain, TrustBundle trusted, Instant now) {
        PeerVerdict verdict = peers.checkChain(chain, trusted, now);
        assertThat(verdict).isInstanceOf(Rejected.class);
        return ((Rejected) verdict).reason();
    }

    private X509Certificate root(KeyPair keys) {
        return issuer.root(keys, "root", Validity.from(NOW, Duration.ofDays(3650)));
    }

    private X509Certificate leaf(X509Certificate by, KeyPair key, String name, Duration lifetime) {
        return issuer.leaf(
                by,
                key.getPrivate(),
                P256.generate(new SecureRandom()).getPublic(),
                new Names(
                        null,
                        SpiffeId.host(MESH, name).toString(),
                        List.of(IpAddress.of("127.0.0.5")),
                        List.of()),
                Validity.from(NOW, lifetime));
    }
}

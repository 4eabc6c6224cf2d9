package dev.gibbon.sidecar.control;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gibbon.core.identity.SpiffeId;
import dev.gibbon.core.identity.TrustBundle;
import dev.gibbon.core.identity.TrustDomain;
import dev.gibbon.core.join.JoinToken;
import dev.gibbon.core.x509.CertificateIssuer;
import dev.gibbon.core.x509.Names;
import dev.gibbon.core.x509.P256;
import dev.gibbon.core.x509.Validity;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ControlPlaneTrustTest {
    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
    private static final TrustDomain MESH = new TrustDomain("mesh-1");

    private final CertificateIssuer issuer = new CertificateIssuer(new SecureRandom());
    private final KeyPair rootKeys = P256.generate(new SecureRandom());
    private final X509Certificate root = root(rootKeys);
    private final String pin = JoinToken.pin(rootKeys.getPublic());

    @Test
    void controlPlaneOfThePinnedAuthorityIsTaken() {
        assertThatCode(() -> trust(pin).check(List.of(controlPlane(rootKeys, root), root)))
                .doesNotThrowAnyException();
    }

    @Test
    void otherAuthorityIsNot() {
        KeyPair otherKeys = P256.generate(new SecureRandom());
        X509Certificate other = root(otherKeys);

        assertThatThrownBy(() -> trust(pin).check(List.of(controlPlane(otherKeys, other), other)))
                .isInstanceOf(CertificateException.class)
                .hasMessageContaining("is the token of this mesh?");
    }

    /** Anybody can send the public root along; the leaf must be signed by it. */
    @Test
    void pinnedRootBesideAForeignLeafIsNotEnough() {
        KeyPair otherKeys = P256.generate(new SecureRandom());

        assertThatThrownBy(() ->
                        trust(pin).check(List.of(controlPlane(otherKeys, root(otherKeys)), root)))
                .isInstanceOf(CertificateException.class)
                .hasMessageContaining("foreign_authority");
    }

    @Test
    void sidecarOfTheMeshIsNoControlPlane() {
        X509Certificate sidecar = leaf(rootKeys, root, SpiffeId.host(MESH, "b"));

        assertThatThrownBy(() -> trust(pin).check(List.of(sidecar, root)))
                .isInstanceOf(CertificateException.class)
                .hasMessageContaining("expected: spiffe://mesh-1/control-plane");
    }

    @Test
    void bundleReplacesThePin() {
        ControlPlaneTrust trust =
                new ControlPlaneTrust(
                        "another-pin",
                        Optional.of(new TrustBundle(MESH, List.of(root))),
                        InstantSource.fixed(NOW));

        assertThatCode(() -> trust.check(List.of(controlPlane(rootKeys, root), root)))
                .doesNotThrowAnyException();
    }

    private static ControlPlaneTrust trust(String pin) {
        return new ControlPlaneTrust(pin, Optional.empty(), InstantSource.fixed(NOW));
    }

    private X509Certificate root(KeyPair keys) {
        return issuer.root(keys, "root", Validity.from(NOW, Duration.ofDays(1)));
    }

    private X509Certificate controlPlane(KeyPair keys, X509Certificate authority) {
        return leaf(keys, authority, SpiffeId.controlPlane(MESH));
    }

    private X509Certificate leaf(KeyPair keys, X509Certificate authority, SpiffeId id) {
        return issuer.leaf(
                authority,
                keys.getPrivate(),
                P256.generate(new SecureRandom()).getPublic(),
                new Names(null, id.toString(), List.of(), List.of()),
                Validity.from(NOW, Duration.ofHours(1)));
    }
}

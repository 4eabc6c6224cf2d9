package dev.gibbon.core.x509;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gibbon.core.net.IpAddress;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.junit.jupiter.api.Test;

class CertificateIssuerTest {
    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00.5Z");

    private final CertificateIssuer issuer = new CertificateIssuer(new SecureRandom());
    private final KeyPair rootKeys = P256.generate(new SecureRandom());
    private final KeyPair keys = P256.generate(new SecureRandom());
    private final X509Certificate root =
            issuer.root(rootKeys, "root of a test", Validity.from(NOW, Duration.ofDays(10)));

    @Test
    void bouncyCastleReadsWhatALeafSays() throws Exception {
        X509Certificate leaf = leaf(Duration.ofHours(24));

        X509CertificateHolder holder = new X509CertificateHolder(Pem.encoded(leaf));

        assertThat(
                        holder.isSignatureValid(
                                new JcaContentVerifierProviderBuilder()
                                        .build(rootKeys.getPublic())))
                .isTrue();
        assertThat(holder.getExtension(Extension.subjectAlternativeName).isCritical()).isTrue();
        assertThat(
                        GeneralNames.fromExtensions(
                                        holder.getExtensions(), Extension.subjectAlternativeName)
                                .getNames())
                .containsExactly(
                        new GeneralName(
                                GeneralName.uniformResourceIdentifier, "spiffe://mesh/host/b"),
                        new GeneralName(GeneralName.dNSName, "b.example"),
                        new GeneralName(GeneralName.iPAddress, "127.0.0.5"),
                        new GeneralName(GeneralName.iPAddress, "fd00::5"));
        assertThat(ExtendedKeyUsage.fromExtensions(holder.getExtensions()).getUsages())
                .containsExactly(KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth);
        assertThat(KeyUsage.fromExtensions(holder.getExtensions()))
                .isEqualTo(new KeyUsage(KeyUsage.digitalSignature));
        assertThat(holder.getExtension(Extension.basicConstraints).isCritical()).isTrue();
        assertThat(leaf.getBasicConstraints()).isEqualTo(-1);
        assertThat(leaf.getSerialNumber().bitLength()).isEqualTo(127);
    }

    @Test
    void validityIsBackdatedByAMinuteInWholeSeconds() {
        X509Certificate leaf = leaf(Duration.ofHours(24));

        assertThat(leaf.getNotBefore().toInstant())
                .isEqualTo(Instant.parse("2026-03-01T09:59:00Z"));
        assertThat(leaf.getNotAfter().toInstant()).isEqualTo(Instant.parse("2026-03-02T10:00:00Z"));
    }

    @Test
    void timesFrom2050OnAreReadBack() {
        X509Certificate leaf = leaf(Duration.ofDays(365 * 40L));

        assertThat(leaf.getNotAfter().toInstant()).isEqualTo(Instant.parse("2066-02-19T10:00:00Z"));
    }

    @Test
    void rootSignsLeavesOnly() {
        assertThat(root.getBasicConstraints()).isZero();
        assertThat(root.getKeyUsage()[5]).isTrue();
        assertThat(root.getSubjectX500Principal().getName())
                .isEqualTo("CN=root of a test,O=Gibbon");
    }

    @Test
    void serialNumbersDiffer() {
        assertThat(leaf(Duration.ofHours(1)).getSerialNumber())
                .isNotEqualTo(leaf(Duration.ofHours(1)).getSerialNumber());
    }

    @Test
    void defaultCertificateIsSelfSignedForLocalhost() throws Exception {
        X509Certificate certificate =
                issuer.selfSigned(keys, Validity.from(NOW, Duration.ofDays(365)));

        certificate.verify(keys.getPublic());
        assertThat(certificate.getSubjectX500Principal().getName())
                .isEqualTo("CN=localhost,O=Gibbon");
        assertThat(certificate.getSubjectAlternativeNames().toString()).contains("localhost");
    }

    @Test
    void pemRoundTrip() throws Exception {
        X509Certificate leaf = leaf(Duration.ofHours(1));

        assertThat(Pem.certificates("noise\n" + Pem.ofCertificates(List.of(leaf, root))))
                .containsExactly(leaf, root);
        assertThat(Pem.privateKey(Pem.ofPrivateKey(keys.getPrivate())))
                .isEqualTo(keys.getPrivate());
    }

    @Test
    void unreadablePemIsRefusedWithoutQuotingIt() {
        assertThatThrownBy(() ->
                        Pem.privateKey(
"""
-----BEGIN PRIVATE KEY-----
c2VjcmV0
-----END PRIVATE KEY-----
"""))
                .isInstanceOf(X509FormatException.class)
                .hasMessage(
                        "private key: unreadable (expected: one in PEM, PKCS#8, EC, not encrypted;"
                                + " see openssl pkcs8 -topk8 -nocrypt)");
        assertThatThrownBy(() -> Pem.certificates("nothing"))
                .isInstanceOf(X509FormatException.class);
        assertThatThrownBy(() -> Pem.certificates("-----BEGIN CERTIFICATE-----\n!!"))
                .isInstanceOf(X509FormatException.class);
    }

    private X509Certificate leaf(Duration lifetime) {
        return issuer.leaf(
                root,
                rootKeys.getPrivate(),
                keys.getPublic(),
                new Names(
                        null,
                        "spiffe://mesh/host/b",
                        List.of(IpAddress.of("127.0.0.5"), IpAddress.of("fd00::5")),
                        List.of("b.example")),
                Validity.from(NOW, lifetime));
    }
}

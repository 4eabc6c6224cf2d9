package dev.gibbon.core.x509;

import dev.gibbon.core.net.IpAddress;
import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes and signs certificates (RFC 5280): version 3, 16 random bytes as serial number, ECDSA with
 * SHA-256. May read the kernel's random device, so not on an event loop.
 */
public final class CertificateIssuer {
    private static final BigInteger VERSION_3 = BigInteger.TWO;
    private static final int KEY_ID_LENGTH = 20;
    private static final int SERIAL_LENGTH = 16;

    /** keyCertSign and cRLSign. */
    private static final byte[] CA_USAGE = DerWriter.namedBits(1, 0x06);

    /** digitalSignature. */
    private static final byte[] LEAF_USAGE = DerWriter.namedBits(7, 0x80);

    private final SecureRandom random;

    /** Makes an issuer that takes its serial numbers and signature nonces from here. */
    public CertificateIssuer(SecureRandom random) {
        this.random = random;
    }

    /**
     * The self-signed certificate of an authority, which may sign leaves only (path length 0).
     *
     * @param commonName 1-64 characters
     */
    public X509Certificate root(KeyPair keys, String commonName, Validity validity) {
        byte[] name = distinguishedName(commonName);
        byte[] constraints =
                DerWriter.sequence(DerWriter.bool(true), DerWriter.integer(BigInteger.ZERO));
        return sign(
                keys.getPrivate(),
                name,
                name,
                validity,
                keys.getPublic(),
                extension("2.5.29.19", true, constraints),
                extension("2.5.29.15", true, CA_USAGE),
                subjectKeyId(keys.getPublic()));
    }

    /** A certificate for a peer that is both client and server. */
    public X509Certificate leaf(
            X509Certificate issuer,
            PrivateKey issuerKey,
            PublicKey subjectKey,
            Names names,
            Validity validity) {
        return leaf(
                issuer.getSubjectX500Principal().getEncoded(),
                issuer.getPublicKey(),
                issuerKey,
                subjectKey,
                names,
                validity);
    }

    /**
     * The certificate that a sidecar shows to clients outside the mesh when nothing better is
     * configured: {@code CN=localhost, O=Gibbon}, signed by its own key.
     */
    public X509Certificate selfSigned(KeyPair keys, Validity validity) {
        Names names =
                new Names(
                        "localhost",
                        null,
                        List.of(IpAddress.of("127.0.0.1"), IpAddress.of("::1")),
                        List.of("localhost"));
        return leaf(
                distinguishedName("localhost"),
                keys.getPublic(),
                keys.getPrivate(),
                keys.getPublic(),
                names,
                validity);
    }

    private X509Certificate leaf(
            byte[] issuerName,
            PublicKey issuerPublicKey,
            PrivateKey issuerKey,
            PublicKey subjectKey,
            Names names,
            Validity validity) {
        String commonName = names.commonName();
        byte[] subject = commonName == null ? DerWriter.sequence() : distinguishedName(commonName);
        byte[] authorityKeyId =
                DerWriter.sequence(DerWriter.element(Der.context(0), keyId(issuerPublicKey)));
        byte[] purposes =
                DerWriter.sequence(
                        DerWriter.oid("1.3.6.1.5.5.7.3.1"), DerWriter.oid("1.3.6.1.5.5.7.3.2"));
        return sign(
                issuerKey,
                issuerName,
                subject,
                validity,
                subjectKey,
                names.hasAlternatives()
                        ? extension("2.5.29.17", commonName == null, alternatives(names))
                        : new byte[0],
                extension("2.5.29.19", true, DerWriter.sequence()),
                extension("2.5.29.15", true, LEAF_USAGE),
                extension("2.5.29.37", false, purposes),
                subjectKeyId(subjectKey),
                extension("2.5.29.35", false, authorityKeyId));
    }

    private X509Certificate sign(
            PrivateKey key,
            byte[] issuer,
            byte[] subject,
            Validity validity,
            PublicKey subjectKey,
            byte[]... extensions) {
        byte[] body =
                DerWriter.sequence(
                        DerWriter.element(Der.contextConstructed(0), DerWriter.integer(VERSION_3)),
                        DerWriter.integer(serial()),
                        P256.SIGNATURE_ALGORITHM,
                        issuer,
                        DerWriter.sequence(
                                DerWriter.time(validity.notBefore()),
                                DerWriter.time(validity.notAfter())),
                        subject,
                        subjectKey.getEncoded(),
                        DerWriter.element(
                                Der.contextConstructed(3), DerWriter.sequence(extensions)));
        byte[] certificate =
                DerWriter.sequence(
                        body, P256.SIGNATURE_ALGORITHM, DerWriter.bitString(P256.sign(key, body)));
        return parse(certificate);
    }

    /** Positive and not zero (RFC 5280 section 4.1.2.2). */
    private BigInteger serial() {
        byte[] bytes = new byte[SERIAL_LENGTH];
        random.nextBytes(bytes);
        bytes[0] = (byte) ((bytes[0] & 0x7f) | 0x40);
        return new BigInteger(bytes);
    }

    private static byte[] alternatives(Names names) {
        List<byte[]> general = new ArrayList<>();
        String uri = names.uri();
        if (uri != null) {
            general.add(DerWriter.element(Der.context(6), uri.getBytes(StandardCharsets.US_ASCII)));
        }
        names.dnsNames()
                .forEach(dns ->
                        general.add(
                                DerWriter.element(
                                        Der.context(2), dns.getBytes(StandardCharsets.US_ASCII))));
        names.addresses()
                .forEach(ip -> general.add(DerWriter.element(Der.context(7), ip.toBytes())));
        return DerWriter.sequence(general.toArray(byte[][]::new));
    }

    private static byte[] distinguishedName(String commonName) {
        return DerWriter.sequence(
                attribute("2.5.4.10", "Gibbon"), attribute("2.5.4.3", commonName));
    }

    private static byte[] attribute(String type, String value) {
        return DerWriter.set(DerWriter.sequence(DerWriter.oid(type), DerWriter.utf8(value)));
    }

    private static byte[] extension(String oid, boolean critical, byte[] value) {
        return critical
                ? DerWriter.sequence(
                        DerWriter.oid(oid), DerWriter.bool(true), DerWriter.octetString(value))
                : DerWriter.sequence(DerWriter.oid(oid), DerWriter.octetString(value));
    }

    private static byte[] subjectKeyId(PublicKey key) {
        return extension("2.5.29.14", false, DerWriter.octetString(keyId(key)));
    }

    /** The first 160 bits of SHA-256 (RFC 7093 section 2, method 4). */
    private static byte[] keyId(PublicKey key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(key.getEncoded());
            return Arrays.copyOf(digest, KEY_ID_LENGTH);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JDK has no SHA-256", e);
        }
    }

    private static X509Certificate parse(byte[] der) {
        try {
            @Nullable Object certificate =
                    CertificateFactory.getInstance("X.509")
                            .generateCertificate(new ByteArrayInputStream(der));
            if (certificate instanceof X509Certificate x509) {
                return x509;
            }
        } catch (CertificateException e) {
            throw new IllegalStateException("the JDK does not read the certificate made here", e);
        }
        throw new IllegalStateException("the JDK made something else of a certificate");
    }
}

package dev.gibbon.core.x509;

import java.math.BigInteger;
import java.security.KeyPair;
import java.security.PublicKey;
import java.util.Arrays;

/**
 * A certificate request (PKCS#10, RFC 2986), read and verified: its sender has shown that he holds
 * the key. Subject and attributes of a request are not kept, for names are established by the
 * authority itself.
 *
 * @param publicKey on P-256
 */
public record CertificateRequest(PublicKey publicKey) {
    /** The longest request that is looked at, in bytes; one of our own has about 200. */
    public static final int MAX_LENGTH = 8192;

    private static final BigInteger VERSION_1 = BigInteger.ZERO;

    /**
     * A request for this key, without any name.
     *
     * @return DER
     */
    public static byte[] create(KeyPair keys) {
        byte[] body =
                DerWriter.sequence(
                        DerWriter.integer(VERSION_1),
                        DerWriter.sequence(),
                        keys.getPublic().getEncoded(),
                        DerWriter.element(Der.contextConstructed(0)));
        return DerWriter.sequence(
                body,
                P256.SIGNATURE_ALGORITHM,
                DerWriter.bitString(P256.sign(keys.getPrivate(), body)));
    }

    /**
     * Reads a request and verifies its signature.
     *
     * @param der at most {@link #MAX_LENGTH} bytes
     * @throws X509FormatException when it is not a well-formed, correctly signed request for a
     *     P-256 key
     */
    public static CertificateRequest parse(byte[] der) throws X509FormatException {
        if (der.length > MAX_LENGTH) {
            throw new X509FormatException(
                    "csr: " + der.length + " bytes (expected: at most " + MAX_LENGTH + ")");
        }
        DerReader input = new DerReader(der);
        DerReader request = input.enter(Der.SEQUENCE, "csr");
        input.expectEnd("csr");
        byte[] body = request.element(Der.SEQUENCE, "csr.body");
        byte[] algorithm = request.element(Der.SEQUENCE, "csr.algorithm");
        byte[] signature = request.bitString("csr.signature");
        request.expectEnd("csr");
        if (!Arrays.equals(algorithm, P256.SIGNATURE_ALGORITHM)) {
            throw new X509FormatException("csr.algorithm: another (expected: ECDSA with SHA-256)");
        }
        PublicKey key = parseBody(body);
        if (!P256.verifies(key, body, signature)) {
            throw new X509FormatException("csr.signature: does not verify");
        }
        return new CertificateRequest(key);
    }

    private static PublicKey parseBody(byte[] der) throws X509FormatException {
        DerReader body = new DerReader(der).enter(Der.SEQUENCE, "csr.body");
        byte[] version = body.content(Der.INTEGER, "csr.version");
        if (version.length != 1 || version[0] != 0) {
            throw new X509FormatException("csr.version: another (expected: 0)");
        }
        body.content(Der.SEQUENCE, "csr.subject");
        PublicKey key = P256.parsePublicKey(body.element(Der.SEQUENCE, "csr.key"), "csr.key");
        body.content(Der.contextConstructed(0), "csr.attributes");
        body.expectEnd("csr.body");
        return key;
    }
}

package dev.gibbon.core.x509;

import java.math.BigInteger;

/**
 * Keys in the forms from before PKCS#8, which openssl still writes: RSAPrivateKey of PKCS#1 (RFC
 * 8017 appendix A.1.2) and ECPrivateKey of SEC 1 (RFC 5915). Both are the inside of PKCS#8; what is
 * missing around them is the algorithm.
 */
final class TraditionalKey {
    private TraditionalKey() {}

    /** The same key as PKCS#8. */
    static byte[] ofRsa(byte[] der) {
        return pkcs8(
                DerWriter.sequence(DerWriter.oid(Der.RSA_ENCRYPTION), DerWriter.element(Der.NULL)),
                der);
    }

    /**
     * The same key as PKCS#8.
     *
     * @throws X509FormatException when it is not one, or does not name its curve
     */
    static byte[] ofEc(byte[] der) throws X509FormatException {
        DerReader key = new DerReader(der).enter(Der.SEQUENCE, "key");
        byte[] version = key.element(Der.INTEGER, "key.version");
        byte[] secret = key.element(Der.OCTET_STRING, "key.privateKey");
        byte[] curve =
                key.enter(Der.contextConstructed(0), "key.parameters")
                        .element(Der.OID, "key.parameters");
        return pkcs8(
                DerWriter.sequence(DerWriter.oid(Der.EC_PUBLIC_KEY), curve),
                DerWriter.sequence(version, secret));
    }

    private static byte[] pkcs8(byte[] algorithm, byte[] key) {
        return DerWriter.sequence(
                DerWriter.integer(BigInteger.ZERO), algorithm, DerWriter.octetString(key));
    }
}

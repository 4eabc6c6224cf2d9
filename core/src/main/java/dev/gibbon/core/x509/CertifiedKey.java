package dev.gibbon.core.x509;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * A private key with the chain that certifies it: what an end of TLS shows. EC and RSA, which are
 * what public authorities certify; the mesh itself uses P-256 only.
 *
 * @param key of the leaf; see {@link #of}, which checks that
 * @param chain leaf first, then its intermediates; at least the leaf
 */
public record CertifiedKey(PrivateKey key, List<X509Certificate> chain) {
    public CertifiedKey {
        chain = List.copyOf(chain);
        if (chain.isEmpty()) {
            throw new IllegalArgumentException("chain: empty (expected: at least a leaf)");
        }
    }

    /**
     * Puts together what was read from two files.
     *
     * @param chain leaf first; at least the leaf
     * @param key PEM with one key
     * @throws X509FormatException when the key cannot be read, or is not the leaf's; the message
     *     holds nothing of the key
     */
    public static CertifiedKey of(List<X509Certificate> chain, String key)
            throws X509FormatException {
        PublicKey certified = chain.getFirst().getPublicKey();
        if (signature(certified).isEmpty()) {
            throw new X509FormatException(
                    "certificate: key of algorithm "
                            + certified.getAlgorithm()
                            + " (expected: EC or RSA)");
        }
        PrivateKey privateKey = Pem.privateKey(key, certified.getAlgorithm());
        if (!belongTogether(certified, privateKey)) {
            throw new X509FormatException(
                    "private key: another one than the certificate's (expected: the key that the"
                            + " first certificate was made for)");
        }
        return new CertifiedKey(privateKey, chain);
    }

    private static String signature(PublicKey certified) {
        return switch (certified.getAlgorithm()) {
            case "EC" -> "SHA256withECDSA";
            case "RSA" -> "SHA256withRSA";
            default -> "";
        };
    }

    /**
     * Whether what one key signs the other verifies. Keys of the same curve or length differ in
     * their numbers only, so one has to try.
     *
     * @return false also for keys that are neither EC nor RSA
     */
    public static boolean belongTogether(PublicKey publicKey, PrivateKey privateKey) {
        byte[] text = {1, 2, 3};
        try {
            Signature signature = Signature.getInstance(signature(publicKey));
            signature.initSign(privateKey);
            signature.update(text);
            byte[] signed = signature.sign();
            signature.initVerify(publicKey);
            signature.update(text);
            return signature.verify(signed);
        } catch (GeneralSecurityException _) {
            // E.g. an RSA signature of another length than the certificate's key makes.
            return false;
        }
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "CertifiedKey[" + chain.getFirst().getSubjectX500Principal() + "]";
    }
}

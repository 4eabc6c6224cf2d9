package dev.gibbon.core.x509;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * Text form of DER (RFC 7468): certificates, certificate requests, keys. Keys are written as PKCS#8
 * and also read in the forms before it. Text outside of blocks is skipped.
 */
public final class Pem {
    private static final String CERTIFICATE = "CERTIFICATE";
    private static final String REQUEST = "CERTIFICATE REQUEST";
    private static final String KEY = "PRIVATE KEY";
    private static final String RSA_KEY = "RSA PRIVATE KEY";
    private static final String EC_KEY = "EC PRIVATE KEY";
    private static final int LINE_LENGTH = 64;
    private static final String BEGIN = "-----BEGIN ";
    private static final String END = "-----END ";
    private static final String DASHES = "-----";

    private Pem() {}

    /** The certificates one after the other, each with a trailing line feed. */
    public static String ofCertificates(List<X509Certificate> certificates) {
        StringBuilder text = new StringBuilder();
        for (X509Certificate certificate : certificates) {
            text.append(block(CERTIFICATE, encoded(certificate)));
        }
        return text.toString();
    }

    public static String ofRequest(byte[] der) {
        return block(REQUEST, der);
    }

    /** The key as PKCS#8, unencrypted. */
    public static String ofPrivateKey(PrivateKey key) {
        return block(KEY, key.getEncoded());
    }

    /**
     * All certificates of a text, in their order.
     *
     * @throws X509FormatException when there is none, or one cannot be read
     */
    public static List<X509Certificate> certificates(String text) throws X509FormatException {
        List<X509Certificate> certificates = new ArrayList<>();
        for (byte[] der : blocks(CERTIFICATE, text)) {
            certificates.add(certificate(der));
        }
        return List.copyOf(certificates);
    }

    /**
     * The one certificate request of a text, as DER; see {@link CertificateRequest#parse}.
     *
     * @throws X509FormatException when there is not exactly one
     */
    public static byte[] request(String text) throws X509FormatException {
        return only(REQUEST, text);
    }

    /**
     * The one private key (EC, not encrypted) of a text.
     *
     * @throws X509FormatException when there is not exactly one, or it cannot be read; the message
     *     holds nothing of the key
     */
    public static PrivateKey privateKey(String text) throws X509FormatException {
        return privateKey(text, "EC");
    }

    /**
     * The one private key (not encrypted) of a text, in PKCS#8 or in the form of PKCS#1 or SEC 1.
     *
     * @param algorithm the JDK's name of the key's algorithm, e.g. {@code RSA}
     * @throws X509FormatException when there is not exactly one, or it cannot be read; the message
     *     holds nothing of the key
     */
    public static PrivateKey privateKey(String text, String algorithm) throws X509FormatException {
        try {
            byte[] der = pkcs8(text);
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
        } catch (X509FormatException | GeneralSecurityException | RuntimeException _) {
            // Without the cause: a parser's message could hold bytes of the key.
            throw new X509FormatException(
                    "private key: unreadable (expected: one in PEM, PKCS#8, "
                            + algorithm
                            + ", not encrypted; see openssl pkcs8 -topk8 -nocrypt)");
        }
    }

    /**
     * Reads one certificate.
     *
     * @throws X509FormatException when the JDK cannot
     */
    public static X509Certificate certificate(byte[] der) throws X509FormatException {
        try {
            ByteArrayInputStream in = new ByteArrayInputStream(der);
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            if (factory.generateCertificate(in) instanceof X509Certificate certificate
                    && in.available() == 0) {
                return certificate;
            }
        } catch (CertificateException | RuntimeException e) {
            throw new X509FormatException("certificate: unreadable (expected: X.509, DER)", e);
        }
        throw new X509FormatException("certificate: bytes after its end (expected: one)");
    }

    /** The DER form of a certificate that has been read. */
    public static byte[] encoded(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (CertificateException e) {
            throw new IllegalArgumentException("certificate: has no encoding", e);
        }
    }

    private static String block(String label, byte[] der) {
        Base64.Encoder encoder =
                Base64.getMimeEncoder(LINE_LENGTH, "\n".getBytes(StandardCharsets.US_ASCII));
        return BEGIN
                + label
                + DASHES
                + "\n"
                + encoder.encodeToString(der)
                + "\n"
                + END
                + label
                + DASHES
                + "\n";
    }

    private static byte[] pkcs8(String text) throws X509FormatException {
        List<byte[]> keys = new ArrayList<>(anyBlocks(KEY, text));
        for (byte[] der : anyBlocks(RSA_KEY, text)) {
            keys.add(TraditionalKey.ofRsa(der));
        }
        for (byte[] der : anyBlocks(EC_KEY, text)) {
            keys.add(TraditionalKey.ofEc(der));
        }
        if (keys.size() != 1) {
            throw new X509FormatException("pem: " + keys.size() + " keys (expected: 1)");
        }
        return keys.getFirst();
    }

    private static byte[] only(String label, String text) throws X509FormatException {
        List<byte[]> blocks = blocks(label, text);
        if (blocks.size() != 1) {
            throw new X509FormatException(
                    "pem: " + blocks.size() + " blocks of " + label + " (expected: 1)");
        }
        return blocks.getFirst();
    }

    private static List<byte[]> blocks(String label, String text) throws X509FormatException {
        List<byte[]> blocks = anyBlocks(label, text);
        if (blocks.isEmpty()) {
            throw new X509FormatException(
                    "pem: no '" + BEGIN + label + DASHES + "' (expected: at least one)");
        }
        return blocks;
    }

    private static List<byte[]> anyBlocks(String label, String text) throws X509FormatException {
        String begin = BEGIN + label + DASHES;
        String end = END + label + DASHES;
        List<byte[]> blocks = new ArrayList<>();
        int from = text.indexOf(begin);
        while (from >= 0) {
            int to = text.indexOf(end, from);
            if (to < 0) {
                throw new X509FormatException("pem: no '" + end + "' (expected: one)");
            }
            blocks.add(base64(text.substring(from + begin.length(), to)));
            from = text.indexOf(begin, to);
        }
        return blocks;
    }

    private static byte[] base64(String text) throws X509FormatException {
        try {
            return Base64.getDecoder().decode(text.replaceAll("[ \\t\\r\\n]", ""));
        } catch (IllegalArgumentException _) {
            throw new X509FormatException("pem: unreadable block (expected: base64)");
        }
    }
}

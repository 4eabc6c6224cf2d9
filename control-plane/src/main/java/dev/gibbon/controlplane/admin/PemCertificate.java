package dev.gibbon.controlplane.admin;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * A server certificate and its key as PEM files (RFC 7468), as {@code admin_ssl_cert} and {@code
 * admin_ssl_cert_key} name them: the leaf first, then its intermediates; the key in PKCS#8.
 */
public final class PemCertificate {
    private static final Pattern KEY =
            Pattern.compile(
                    "-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

    private PemCertificate() {}

    /**
     * Reads both files.
     *
     * @throws IOException when one cannot be used; the message names it and what is expected, and
     *     holds nothing of the key
     */
    public static SSLContext read(Path certificate, Path key) throws IOException {
        List<Certificate> chain = chain(certificate);
        PublicKey publicKey = chain.getFirst().getPublicKey();
        PrivateKey privateKey = privateKey(key, publicKey.getAlgorithm());
        try {
            if (!belongTogether(publicKey, privateKey)) {
                throw new IOException(key + ": another key than that of " + certificate);
            }
            return context(chain, privateKey);
        } catch (GeneralSecurityException e) {
            throw new IOException(certificate + ": cannot be used: " + e.getMessage(), e);
        }
    }

    private static List<Certificate> chain(Path file) throws IOException {
        try {
            List<Certificate> chain =
                    List.copyOf(
                            CertificateFactory.getInstance("X.509")
                                    .generateCertificates(
                                            new ByteArrayInputStream(Files.readAllBytes(file))));
            if (!chain.isEmpty()) {
                return chain;
            }
        } catch (CertificateException e) {
            throw new IOException(file + ": no certificate (expected: PEM)", e);
        }
        throw new IOException(file + ": no certificate (expected: PEM)");
    }

    private static PrivateKey privateKey(Path file, String algorithm) throws IOException {
        Matcher pem = KEY.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
        String expected =
                " (expected: PEM, PKCS#8, " + algorithm + "; see openssl pkcs8 -topk8 -nodes)";
        if (!pem.find()) {
            throw new IOException(file + ": no private key" + expected);
        }
        try {
            byte[] der = Base64.getMimeDecoder().decode(pem.group(1));
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            // Without the cause: a parser's message could hold bytes of the key.
            throw new IOException(file + ": no private key" + expected);
        }
    }

    private static boolean belongTogether(PublicKey publicKey, PrivateKey privateKey)
            throws GeneralSecurityException {
        Signature signature =
                Signature.getInstance(
                        switch (publicKey.getAlgorithm()) {
                            case "RSA" -> "SHA256withRSA";
                            case "EC" -> "SHA256withECDSA";
                            default -> publicKey.getAlgorithm();
                        });
        byte[] text = {1, 2, 3};
        signature.initSign(privateKey);
        signature.update(text);
        byte[] signed = signature.sign();
        signature.initVerify(publicKey);
        signature.update(text);
        return signature.verify(signed);
    }

    private static SSLContext context(List<Certificate> chain, PrivateKey key)
            throws GeneralSecurityException, IOException {
        char[] noPassword = new char[0];
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, noPassword);
        store.setKeyEntry("admin", key, noPassword, chain.toArray(new Certificate[0]));
        KeyManagerFactory keys =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, noPassword);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }
}

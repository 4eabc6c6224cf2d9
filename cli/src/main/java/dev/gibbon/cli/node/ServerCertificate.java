package dev.gibbon.cli.node;

import dev.gibbon.core.setting.NodeSettings;
import dev.gibbon.core.x509.CertificateIssuer;
import dev.gibbon.core.x509.CertifiedKey;
import dev.gibbon.core.x509.P256;
import dev.gibbon.core.x509.Pem;
import dev.gibbon.core.x509.Validity;
import dev.gibbon.core.x509.X509FormatException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * The default certificate: what clients that are not of the mesh are shown. Given by {@code
 * ssl_cert} and {@code ssl_cert_key}; otherwise made anew at each start and kept in memory only, so
 * that no key of a sidecar is ever on disk.
 */
record ServerCertificate(CertifiedKey certified) {
    private static final Duration LIFETIME = Duration.ofDays(365);

    static ServerCertificate of(NodeSettings settings) throws IOException {
        Path certificate = settings.sslCert();
        Path key = settings.sslCertKey();
        if (certificate == null || key == null) {
            return selfSigned(Instant.now());
        }
        List<X509Certificate> chain = certificates("GIBBON_SSL_CERT: ", certificate);
        try {
            return new ServerCertificate(
                    CertifiedKey.of(chain, text("GIBBON_SSL_CERT_KEY: ", key)));
        } catch (X509FormatException e) {
            throw new IOException(key + ", for " + certificate + ": " + e.getMessage(), e);
        }
    }

    /** The certificates of a PEM file that a setting names. */
    static List<X509Certificate> certificates(String setting, Path file) throws IOException {
        String text = text(setting, file);
        try {
            return Pem.certificates(text);
        } catch (X509FormatException e) {
            throw new IOException(setting + file + ": " + e.getMessage(), e);
        }
    }

    /** A PEM file is ASCII, but what stands around its blocks may be anything. */
    private static String text(String setting, Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw new IOException(setting + file + ": a directory (expected: a PEM file)");
        }
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new IOException(setting + Sentence.of(e), e);
        }
    }

    private static ServerCertificate selfSigned(Instant now) {
        SecureRandom random = new SecureRandom();
        KeyPair keys = P256.generate(random);
        X509Certificate certificate =
                new CertificateIssuer(random).selfSigned(keys, Validity.from(now, LIFETIME));
        return new ServerCertificate(new CertifiedKey(keys.getPrivate(), List.of(certificate)));
    }

    PrivateKey key() {
        return certified.key();
    }

    /** Leaf first. */
    List<X509Certificate> chain() {
        return certified.chain();
    }

    /** A context for a server of the JDK. */
    SSLContext context() throws IOException {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry(
                    "default", key(), new char[0], chain().toArray(X509Certificate[]::new));
            KeyManagerFactory keys =
                    KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, new char[0]);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), null, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("ssl_cert: the certificate cannot be used: " + e.getMessage(), e);
        }
    }

    /** The authorities for Services that demand verification; null for the JDK's own. */
    static @Nullable List<X509Certificate> upstreamAuthorities(NodeSettings settings)
            throws IOException {
        Path file = settings.upstreamCa();
        return file == null ? null : certificates("GIBBON_UPSTREAM_CA: ", file);
    }
}

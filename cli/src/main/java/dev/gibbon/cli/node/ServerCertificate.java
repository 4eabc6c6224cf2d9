package dev.gibbon.cli.node;

import dev.gibbon.core.setting.NodeSettings;
import dev.gibbon.core.x509.CertificateIssuer;
import dev.gibbon.core.x509.P256;
import dev.gibbon.core.x509.Pem;
import dev.gibbon.core.x509.Validity;
import dev.gibbon.core.x509.X509FormatException;
import java.io.IOException;
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
 * The default certificate: what clients that are not of the mesh are shown. Given by {@code ssl_cert}
 * and {@code ssl_cert_key}; otherwise made anew at each start and kept in memory only, so that no key
 * of a sidecar is ever on disk.
 *
 * @param chain leaf first
 */
record ServerCertificate(PrivateKey key, List<X509Certificate> chain) {
    private static final Duration LIFETIME = Duration.ofDays(365);

    ServerCertificate {
        chain = List.copyOf(chain);
    }

    static ServerCertificate of(NodeSettings settings) throws IOException {
        Path certificate = settings.sslCert();
        Path key = settings.sslCertKey();
        if (certificate == null || key == null) {
            return selfSigned(Instant.now());
        }
        return new ServerCertificate(privateKey(key), certificates(certificate));
    }

    /** The certificates of a PEM file. */
    static List<X509Certificate> certificates(Path file) throws IOException {
        try {
            return Pem.certificates(Files.readString(file));
        } catch (X509FormatException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }

    private static PrivateKey privateKey(Path file) throws IOException {
        try {
            return Pem.privateKey(Files.readString(file));
        } catch (X509FormatException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }

    private static ServerCertificate selfSigned(Instant now) {
        SecureRandom random = new SecureRandom();
        KeyPair keys = P256.generate(random);
        X509Certificate certificate =
                new CertificateIssuer(random).selfSigned(keys, Validity.from(now, LIFETIME));
        return new ServerCertificate(keys.getPrivate(), List.of(certificate));
    }

    /** A context for a server of the JDK. */
    SSLContext context() throws IOException {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry(
                    "default", key, new char[0], chain.toArray(X509Certificate[]::new));
            KeyManagerFactory keys =
                    KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, new char[0]);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), null, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException(
                    "ssl_cert: the certificate cannot be used: " + e.getMessage(), e);
        }
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "ServerCertificate[" + chain.getFirst().getSubjectX500Principal() + "]";
    }

    /** The authorities for Services that demand verification; null for the JDK's own. */
    static @Nullable List<X509Certificate> upstreamAuthorities(NodeSettings settings)
            throws IOException {
        Path file = settings.upstreamCa();
        return file == null ? null : certificates(file);
    }
}

package dev.gibbon.cli.system;

import dev.gibbon.core.x509.CertificateIssuer;
import dev.gibbon.core.x509.P256;
import dev.gibbon.core.x509.Validity;
import java.net.Socket;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/** TLS contexts of clients and servers outside the program. */
final class Certificates {
    private Certificates() {}

    /** Shows a certificate that nobody has signed. Accepts every peer. */
    static SSLContext selfSigned() throws Exception {
        SecureRandom random = new SecureRandom();
        KeyPair keys = P256.generate(random);
        return showing(
                keys.getPrivate(),
                new CertificateIssuer(random)
                        .selfSigned(keys, Validity.from(Instant.now(), Duration.ofDays(1))));
    }

    /** Shows nothing. Accepts every peer. */
    static SSLContext anonymous() throws Exception {
        return context(null);
    }

    /** Shows this chain. Accepts every peer. */
    static SSLContext showing(PrivateKey key, X509Certificate... chain) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("it", key, new char[0], chain);
        KeyManagerFactory keys =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, new char[0]);
        return context(keys.getKeyManagers());
    }

    private static SSLContext context(KeyManager[] keys) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys, new TrustManager[] {new Credulous()}, null);
        return context;
    }

    /** The tests look at what the sidecars verify, not at what a client does. */
    private static final class Credulous extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}

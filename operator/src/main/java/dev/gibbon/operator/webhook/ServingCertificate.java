package dev.gibbon.operator.webhook;

import dev.gibbon.core.x509.CertifiedKey;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * The certificate that the webhook shows. {@link #replace} takes effect for the next handshake; no
 * listener is reopened and no connection is cut. Any thread may call.
 */
public final class ServingCertificate {

    /**
     * A certificate and how the TLS engine names it. The engine asks for name, key and chain one
     * after the other; the name has to lead to a key and a chain that belong together.
     */
    private record Named(String alias, CertifiedKey certified) {}

    /**
     * @param previous for handshakes that began before the last change; null at first
     */
    private record Shown(Named current, @Nullable Named previous, long count) {}

    private volatile Shown shown;

    public ServingCertificate(CertifiedKey first) {
        this.shown = new Shown(new Named("0", first), null, 0);
    }

    /** Shows another one from now on. */
    public synchronized void replace(CertifiedKey next) {
        long count = shown.count() + 1;
        shown = new Shown(new Named(Long.toString(count), next), shown.current(), count);
    }

    /** The one that is shown now. */
    public CertifiedKey current() {
        return shown.current().certified();
    }

    /** For any number of servers. TLS 1.3 and 1.2; clients show no certificate. */
    SSLContext context() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[] {new Keys()}, null, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no TLS", e);
        }
    }

    private @Nullable CertifiedKey find(String alias) {
        Shown now = shown;
        if (now.current().alias().equals(alias)) {
            return now.current().certified();
        }
        Named previous = now.previous();
        return previous != null && previous.alias().equals(alias) ? previous.certified() : null;
    }

    /** Shows the same certificate to everybody, if its key is of the kind that is asked for. */
    private final class Keys extends X509ExtendedKeyManager {

        @Override
        public @Nullable String chooseEngineServerAlias(
                String keyType, Principal @Nullable [] issuers, SSLEngine engine) {
            Named current = shown.current();
            String algorithm = current.certified().key().getAlgorithm();
            return keyType.equals(algorithm) || keyType.startsWith(algorithm + "_")
                    ? current.alias()
                    : null;
        }

        @Override
        public @Nullable String chooseServerAlias(
                String keyType, Principal @Nullable [] issuers, Socket socket) {
            throw new UnsupportedOperationException("servers here work with engines");
        }

        @Override
        public X509Certificate @Nullable [] getCertificateChain(String alias) {
            CertifiedKey certified = find(alias);
            if (certified == null) {
                return null;
            }
            List<X509Certificate> chain = certified.chain();
            return chain.toArray(new X509Certificate[0]);
        }

        @Override
        public @Nullable PrivateKey getPrivateKey(String alias) {
            CertifiedKey certified = find(alias);
            return certified == null ? null : certified.key();
        }

        @Override
        public String @Nullable [] getServerAliases(
                String keyType, Principal @Nullable [] issuers) {
            return new String[] {shown.current().alias()};
        }

        @Override
        public String @Nullable [] getClientAliases(
                String keyType, Principal @Nullable [] issuers) {
            return null;
        }

        @Override
        public @Nullable String chooseClientAlias(
                String[] keyType, Principal @Nullable [] issuers, Socket socket) {
            return null;
        }
    }
}

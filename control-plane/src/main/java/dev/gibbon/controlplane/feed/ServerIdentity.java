package dev.gibbon.controlplane.feed;

import dev.gibbon.controlplane.authority.CertificateAuthority;
import dev.gibbon.core.x509.P256;
import java.net.Socket;
import java.security.KeyPair;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * The control plane's own certificate. The key is made in memory; {@link #renew} replaces the
 * certificate for handshakes that follow. Any thread.
 */
final class ServerIdentity extends X509ExtendedKeyManager {
    private static final String ALIAS = "control-plane";

    private final CertificateAuthority authority;
    private final KeyPair keys;
    private volatile X509Certificate[] chain;

    ServerIdentity(CertificateAuthority authority, SecureRandom random) {
        this.authority = authority;
        this.keys = P256.generate(random);
        this.chain = signed();
    }

    /** Has a new certificate signed; not on an event loop. */
    void renew() {
        chain = signed();
    }

    /** When the certificate ends. */
    Instant notAfter() {
        return chain[0].getNotAfter().toInstant();
    }

    private X509Certificate[] signed() {
        return authority.signControlPlane(keys.getPublic()).toArray(X509Certificate[]::new);
    }

    @Override
    public String chooseEngineServerAlias(
            String keyType, Principal @Nullable [] issuers, SSLEngine engine) {
        return ALIAS;
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
        return chain.clone();
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        return keys.getPrivate();
    }

    @Override
    public String[] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        return new String[] {ALIAS};
    }

    @Override
    public String chooseServerAlias(String keyType, Principal @Nullable [] issuers, Socket socket) {
        return ALIAS;
    }

    // One replica is the client of another.
    @Override
    public String[] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return new String[] {ALIAS};
    }

    @Override
    public String chooseClientAlias(
            String[] keyType, Principal @Nullable [] issuers, Socket socket) {
        return ALIAS;
    }

    @Override
    public String chooseEngineClientAlias(
            String[] keyType, Principal @Nullable [] issuers, SSLEngine engine) {
        return ALIAS;
    }
}

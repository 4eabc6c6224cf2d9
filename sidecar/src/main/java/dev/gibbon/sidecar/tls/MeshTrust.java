package dev.gibbon.sidecar.tls;

import dev.gibbon.core.net.IpAddress;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Lets the {@link PeerVerifier} judge peers, and remembers its verdict for the engine until it is
 * asked for. The address that a client connects from is the engine's peer host.
 */
final class MeshTrust extends X509ExtendedTrustManager {
    private final PeerVerifier verifier;
    private final List<X509Certificate> roots;
    private final boolean strict;
    private final ConcurrentMap<SSLEngine, PeerVerifier.Verdict> verdicts =
            new ConcurrentHashMap<>();

    /**
     * @param roots named to clients as the accepted authorities
     * @param strict whether a peer that is rejected ends the handshake; otherwise it is only
     *     remembered
     */
    MeshTrust(PeerVerifier verifier, List<X509Certificate> roots, boolean strict) {
        this.verifier = verifier;
        this.roots = roots;
        this.strict = strict;
    }

    /** The verdict about an engine's peer, once; null when none was made. */
    PeerVerifier.@Nullable Verdict take(SSLEngine engine) {
        return verdicts.remove(engine);
    }

    private void judge(X509Certificate[] chain, SSLEngine engine, @Nullable IpAddress source)
            throws CertificateException {
        PeerVerifier.Verdict verdict = verifier.verify(List.of(chain), source);
        if (strict && verdict instanceof PeerVerifier.Verdict.Rejected rejected) {
            throw new RejectedPeerException(rejected);
        }
        verdicts.put(engine, verdict);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        IpAddress source =
                IpAddress.parse(String.valueOf(engine.getPeerHost()))
                        .orElseThrow(() ->
                                new CertificateException("the client's address is not known"));
        judge(chain, engine, source);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        judge(chain, engine, null);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return roots.toArray(new X509Certificate[0]);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        throw new CertificateException("mesh TLS runs on engines only");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        throw new CertificateException("mesh TLS runs on engines only");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType)
            throws CertificateException {
        throw new CertificateException("mesh TLS runs on engines only");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType)
            throws CertificateException {
        throw new CertificateException("mesh TLS runs on engines only");
    }
}

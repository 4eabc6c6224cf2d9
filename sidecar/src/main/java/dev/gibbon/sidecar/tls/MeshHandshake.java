package dev.gibbon.sidecar.tls;

import io.netty.handler.ssl.SslHandler;
import org.jspecify.annotations.Nullable;

/** One handshake that may be mesh TLS. Confined to the channel's event loop. */
public final class MeshHandshake {
    private final SslHandler handler;
    private final MeshTrust trust;

    MeshHandshake(SslHandler handler, MeshTrust trust) {
        this.handler = handler;
        this.trust = trust;
    }

    /** The handler to put at the front of the pipeline. */
    public SslHandler handler() {
        return handler;
    }

    /**
     * What was found out about the peer; to be asked once, however the handshake ended.
     *
     * @return null when the peer was not judged, or not accepted
     */
    public PeerVerifier.@Nullable Verdict verdict() {
        return trust.take(handler.engine());
    }
}

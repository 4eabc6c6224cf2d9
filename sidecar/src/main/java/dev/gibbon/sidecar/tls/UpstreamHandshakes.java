package dev.gibbon.sidecar.tls;

import dev.gibbon.core.decision.CloseReason;
import dev.gibbon.core.decision.UpstreamTls;
import dev.gibbon.core.net.IpPort;
import dev.gibbon.sidecar.leg.LegFrames;
import dev.gibbon.sidecar.leg.LegHeaderCodec;
import dev.gibbon.sidecar.upstream.ConnectException;
import dev.gibbon.sidecar.upstream.DialRequest;
import dev.gibbon.sidecar.upstream.UpstreamConnection;
import dev.gibbon.sidecar.upstream.UpstreamTlsHandshake;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Carries out every {@link UpstreamTls} on a fresh connection, and makes mesh legs of those that
 * are: behind the handshake come the leg's header and its frames. Any thread may call; each
 * handshake stays on its channel's event loop.
 */
public final class UpstreamHandshakes implements UpstreamTlsHandshake, AutoCloseable {
    private final MeshClientTls mesh;
    private final PlainClientTls plain;
    private final Duration timeout;

    /**
     * @param authorities what certificates of verified upstreams must lead to; empty for the JDK's
     */
    public UpstreamHandshakes(
            Supplier<@Nullable MeshIdentity> identity,
            PeerVerifier verifier,
            List<X509Certificate> authorities,
            Duration timeout)
            throws SSLException {
        this.mesh = new MeshClientTls(identity, verifier);
        this.plain = new PlainClientTls(authorities);
        this.timeout = timeout;
    }

    @Override
    public Future<UpstreamConnection> protect(
            Channel channel, IpPort address, UpstreamTls tls, DialRequest request) {
        Promise<UpstreamConnection> result = channel.eventLoop().newPromise();
        String alpn = request.decisions().config().meshAlpn();
        boolean http = request.upstream().protocol().isHttp();
        try {
            switch (tls) {
                case UpstreamTls.None none ->
                        result.setSuccess(new UpstreamConnection(channel, address, none, null));
                case UpstreamTls.Unverified unverified ->
                        shakeHands(
                                channel,
                                plain.unverified(channel.alloc(), unverified, address, http),
                                result,
                                () -> new UpstreamConnection(channel, address, unverified, null));
                case UpstreamTls.Verified verified ->
                        shakeHands(
                                channel,
                                plain.verified(channel.alloc(), verified, address, http),
                                result,
                                () -> new UpstreamConnection(channel, address, verified, null));
                case UpstreamTls.Mesh(String expected) -> {
                    Optional<MeshHandshake> handshake = mesh.mandatory(channel.alloc(), alpn);
                    if (handshake.isEmpty()) {
                        result.setFailure(noCertificate(address));
                    } else {
                        meshLeg(channel, address, request, expected, handshake.get(), result);
                    }
                }
                case UpstreamTls.Negotiated negotiated -> {
                    Optional<MeshHandshake> handshake =
                            mesh.negotiated(
                                    channel.alloc(), alpn, negotiated.serverName(), address, http);
                    if (handshake.isPresent()) {
                        negotiate(channel, address, request, negotiated, handshake.get(), result);
                    } else if (negotiated.required()) {
                        result.setFailure(noCertificate(address));
                    } else {
                        UpstreamTls.Unverified unverified =
                                new UpstreamTls.Unverified(negotiated.serverName());
                        shakeHands(
                                channel,
                                plain.unverified(channel.alloc(), unverified, address, http),
                                result,
                                () -> new UpstreamConnection(channel, address, unverified, null));
                    }
                }
            }
        } catch (SSLException e) {
            result.setFailure(
                    new ConnectException(
                            CloseReason.INTERNAL,
                            "TLS to " + address + ": " + TlsFailures.describe(e)));
        }
        return result;
    }

    private static ConnectException noCertificate(IpPort address) {
        return new ConnectException(
                CloseReason.UPSTREAM_NOT_MESH,
                "mesh TLS to " + address + ": this sidecar has no mesh certificate yet");
    }

    /** What a handshake that went well has led to. */
    @FunctionalInterface
    private interface Outcome {
        UpstreamConnection get() throws ConnectException;
    }

    private void shakeHands(
            Channel channel,
            SslHandler handler,
            Promise<UpstreamConnection> result,
            Outcome outcome) {
        handler.setHandshakeTimeoutMillis(timeout.toMillis());
        ChannelPipeline pipeline = channel.pipeline().addFirst("tls", handler);
        handler.handshakeFuture()
                .addListener(done -> {
                    if (!done.isSuccess()) {
                        result.tryFailure(
                                new ConnectException(
                                        CloseReason.UPSTREAM_TLS,
                                        "TLS to "
                                                + channel.remoteAddress()
                                                + ": "
                                                + TlsFailures.describe(done.cause())));
                        return;
                    }
                    try {
                        result.trySuccess(outcome.get());
                    } catch (ConnectException e) {
                        result.tryFailure(e);
                    }
                });
        // The channel does not read by itself, and nobody behind the TLS handler reads yet.
        pipeline.context(handler).read();
    }

    private void meshLeg(
            Channel channel,
            IpPort address,
            DialRequest request,
            String expected,
            MeshHandshake handshake,
            Promise<UpstreamConnection> result) {
        shakeHands(
                channel,
                handshake.handler(),
                result,
                () -> {
                    PeerVerifier.Verdict verdict = handshake.verdict();
                    if (!isMeshProtocol(handshake.handler(), request)
                            || !(verdict
                                    instanceof PeerVerifier.Verdict.Trusted(String identity))) {
                        throw notMesh(address, "the peer did not choose the mesh protocol");
                    }
                    if (!identity.equals(expected)) {
                        throw notMesh(
                                address,
                                "the peer is " + identity + " (expected: " + expected + ")");
                    }
                    return becomeLeg(channel, address, request, identity);
                });
        handshake.handler().handshakeFuture().addListener(done -> handshake.verdict());
    }

    private void negotiate(
            Channel channel,
            IpPort address,
            DialRequest request,
            UpstreamTls.Negotiated negotiated,
            MeshHandshake handshake,
            Promise<UpstreamConnection> result) {
        shakeHands(
                channel,
                handshake.handler(),
                result,
                () -> {
                    boolean chosen = isMeshProtocol(handshake.handler(), request);
                    if (handshake.verdict()
                            instanceof PeerVerifier.Verdict.Trusted(String identity)) {
                        if (!chosen) {
                            throw notMesh(
                                    address, "a member of the mesh did not choose its protocol");
                        }
                        return becomeLeg(channel, address, request, identity);
                    }
                    if (chosen || negotiated.required()) {
                        throw notMesh(address, "the peer is not a member of the mesh");
                    }
                    return new UpstreamConnection(
                            channel,
                            address,
                            new UpstreamTls.Unverified(negotiated.serverName()),
                            null);
                });
        handshake.handler().handshakeFuture().addListener(done -> handshake.verdict());
    }

    private static ConnectException notMesh(IpPort address, String detail) {
        return new ConnectException(
                CloseReason.UPSTREAM_NOT_MESH, "mesh TLS to " + address + ": " + detail);
    }

    private static boolean isMeshProtocol(SslHandler handler, DialRequest request) {
        return request.decisions().config().meshAlpn().equals(handler.applicationProtocol())
                && TlsProviders.TLS_1_3.equals(handler.engine().getSession().getProtocol());
    }

    private static UpstreamConnection becomeLeg(
            Channel channel, IpPort address, DialRequest request, String identity) {
        channel.writeAndFlush(LegHeaderCodec.encode(channel.alloc(), request.leg()))
                .addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
        channel.pipeline().addAfter("tls", "frames", new LegFrames());
        return new UpstreamConnection(channel, address, new UpstreamTls.Mesh(identity), identity);
    }

    /** Releases native memory; no handshake may be started afterwards. */
    @Override
    public void close() {
        mesh.close();
        plain.close();
    }
}

package dev.gibbon.controlplane.feed;

import dev.gibbon.controlplane.authority.Applicant;
import dev.gibbon.core.identity.PeerIdentity;
import dev.gibbon.core.identity.PeerVerdict;
import dev.gibbon.core.identity.PeerVerdict.Rejected;
import dev.gibbon.core.identity.PeerVerdict.Trusted;
import dev.gibbon.core.log.Log;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ApplicationProtocolNegotiationHandler;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import javax.net.ssl.SSLPeerUnverifiedException;

/**
 * TLS 1.3 towards sidecars on other hosts. ALPN {@code gibbon-feed/1} is for members of the mesh,
 * who show their certificate; {@code http/1.1} is for those who have none yet.
 */
// A connection whose write or close fails ends in channelInactive, where that is dealt with.
@SuppressWarnings("FutureReturnValueIgnored")
final class RemotePeers {
    /** The application protocol of the feed. */
    static final String FEED_PROTOCOL = "gibbon-feed/1";

    private final SslContext context;
    private final MemberTrust trust;
    private final Executor executor;
    private final Log log;

    RemotePeers(ServerIdentity identity, MemberTrust trust, Executor executor, Log log)
            throws IOException {
        this.trust = trust;
        this.executor = executor;
        this.log = log;
        this.context =
                SslContextBuilder.forServer(identity)
                        .sslProvider(SslProvider.JDK)
                        .protocols("TLSv1.3")
                        .trustManager(trust)
                        .clientAuth(ClientAuth.OPTIONAL)
                        .applicationProtocolConfig(
                                new ApplicationProtocolConfig(
                                        Protocol.ALPN,
                                        SelectorFailureBehavior.NO_ADVERTISE,
                                        SelectedListenerFailureBehavior.ACCEPT,
                                        FEED_PROTOCOL,
                                        ApplicationProtocolNames.HTTP_1_1))
                        .build();
    }

    /** Adds TLS, and behind it what the peer has asked for and may have. */
    void admit(
            Channel channel,
            BiConsumer<ChannelPipeline, PeerIdentity> feed,
            BiConsumer<ChannelPipeline, Applicant> http) {
        SslHandler tls = context.newHandler(channel.alloc(), executor);
        channel.pipeline()
                .addLast(tls)
                .addLast(
                        new ApplicationProtocolNegotiationHandler(
                                ApplicationProtocolNames.HTTP_1_1) {
                            @Override
                            protected void configurePipeline(
                                    ChannelHandlerContext ctx, String protocol) {
                                PeerVerdict verdict = trust.check(chain(tls));
                                if (protocol.equals(FEED_PROTOCOL)) {
                                    admitToFeed(ctx, verdict, feed);
                                } else {
                                    http.accept(ctx.pipeline(), applicant(verdict));
                                }
                            }

                            @Override
                            protected void handshakeFailure(
                                    ChannelHandlerContext ctx, Throwable cause) {
                                refuse(ctx, "handshake: " + cause.getMessage());
                            }
                        });
    }

    private void admitToFeed(
            ChannelHandlerContext ctx,
            PeerVerdict verdict,
            BiConsumer<ChannelPipeline, PeerIdentity> feed) {
        switch (verdict) {
            case Trusted(PeerIdentity identity) -> feed.accept(ctx.pipeline(), identity);
            case Rejected rejected -> refuse(ctx, rejected.toString());
        }
    }

    private static Applicant applicant(PeerVerdict verdict) {
        return switch (verdict) {
            case Trusted(PeerIdentity identity) -> new Applicant.Member(identity);
            case Rejected _ -> new Applicant.Stranger();
        };
    }

    private void refuse(ChannelHandlerContext ctx, String reason) {
        log.warn("remote peer refused", "address", ctx.channel().remoteAddress(), "reason", reason);
        ctx.close();
    }

    private static List<X509Certificate> chain(SslHandler tls) {
        List<X509Certificate> chain = new ArrayList<>();
        try {
            for (Certificate certificate : tls.engine().getSession().getPeerCertificates()) {
                if (certificate instanceof X509Certificate x509) {
                    chain.add(x509);
                }
            }
        } catch (SSLPeerUnverifiedException _) {
            // The peer sent none.
            return List.of();
        }
        return chain;
    }
}

package dev.gibbon.sidecar.control;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.resolver.AddressResolverGroup;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLException;

/**
 * Opens connections to the control plane, TLS included. Handshakes compute, and draw random
 * numbers, on an executor of their own.
 */
final class Dialer {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

    private final ControlPlane controlPlane;
    private final EventLoop loop;
    private final AddressResolverGroup<InetSocketAddress> resolver;
    private final Executor executor;
    private final InstantSource clock;

    Dialer(
            ControlPlane controlPlane,
            EventLoop loop,
            AddressResolverGroup<InetSocketAddress> resolver,
            Executor executor,
            InstantSource clock) {
        this.controlPlane = controlPlane;
        this.loop = loop;
        this.resolver = resolver;
        this.executor = executor;
        this.clock = clock;
    }

    EventLoop loop() {
        return loop;
    }

    ControlPlane controlPlane() {
        return controlPlane;
    }

    /**
     * Connects.
     *
     * @param protocol for ALPN, where there is TLS
     * @param identity to show; empty shows no certificate
     * @param handlers go behind TLS
     */
    ChannelFuture dial(String protocol, Optional<Identity> identity, ChannelHandler... handlers)
            throws SSLException {
        return switch (controlPlane) {
            case ControlPlane.Local(String name) ->
                    new Bootstrap()
                            .group(loop)
                            .channel(EpollDomainSocketChannel.class)
                            .handler(
                                    new ChannelInitializer<>() {
                                        @Override
                                        protected void initChannel(Channel channel) {
                                            channel.pipeline().addLast(handlers);
                                        }
                                    })
                            .connect(new DomainSocketAddress("\0" + name));
            case ControlPlane.Remote remote ->
                    dial(
                            remote.host(),
                            remote.port(),
                            new ControlPlaneTrust(
                                    remote.pin(), identity.map(Identity::bundle), clock),
                            protocol,
                            identity,
                            handlers);
            case ControlPlane.Cluster(String host, int port, Path roots) ->
                    dial(
                            host,
                            port,
                            new ControlPlaneTrust(roots, clock),
                            protocol,
                            identity,
                            handlers);
        };
    }

    private ChannelFuture dial(
            String host,
            int port,
            ControlPlaneTrust trust,
            String protocol,
            Optional<Identity> identity,
            ChannelHandler... handlers)
            throws SSLException {
        SslContextBuilder tls =
                SslContextBuilder.forClient()
                        .sslProvider(SslProvider.JDK)
                        .protocols("TLSv1.3")
                        .endpointIdentificationAlgorithm(null)
                        .trustManager(trust)
                        .applicationProtocolConfig(
                                new ApplicationProtocolConfig(
                                        Protocol.ALPN,
                                        SelectorFailureBehavior.NO_ADVERTISE,
                                        SelectedListenerFailureBehavior.ACCEPT,
                                        protocol));
        identity.ifPresent(shown -> tls.keyManager(new ClientKey(shown)));
        var context = tls.build();
        return new Bootstrap()
                .group(loop)
                .channel(EpollSocketChannel.class)
                .resolver(resolver)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) CONNECT_TIMEOUT.toMillis())
                // A control plane that vanished is noticed after about half a minute.
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(EpollChannelOption.TCP_KEEPIDLE, 15)
                .option(EpollChannelOption.TCP_KEEPINTVL, 5)
                .option(EpollChannelOption.TCP_KEEPCNT, 3)
                .option(EpollChannelOption.TCP_USER_TIMEOUT, 30_000)
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(
                        new ChannelInitializer<>() {
                            @Override
                            protected void initChannel(Channel channel) {
                                SslHandler handler = context.newHandler(channel.alloc(), executor);
                                channel.pipeline().addLast(handler).addLast(handlers);
                            }
                        })
                .connect(InetSocketAddress.createUnresolved(host, port));
    }
}

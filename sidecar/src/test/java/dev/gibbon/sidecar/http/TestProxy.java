package dev.gibbon.sidecar.http;

import dev.gibbon.core.decision.Arrival;
import dev.gibbon.core.decision.ConfigSnapshot;
import dev.gibbon.core.decision.Decider;
import dev.gibbon.core.decision.LocalNode;
import dev.gibbon.core.entity.Protocol;
import dev.gibbon.core.entity.Service;
import dev.gibbon.core.net.IpPort;
import dev.gibbon.core.route.HttpRouter;
import dev.gibbon.core.route.StreamRouter;
import dev.gibbon.core.rule.HostMatch;
import dev.gibbon.core.rule.HttpRule;
import dev.gibbon.core.rule.PathMatch;
import dev.gibbon.core.rule.RuleOrigin;
import dev.gibbon.sidecar.listener.Limits;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** A frontend on a loopback listener, with rules that send everything to one Service. */
final class TestProxy implements AutoCloseable {
    /** As in production where there is a native transport for this machine. */
    static final boolean EPOLL = Epoll.isAvailable();

    static final UUID SERVICE = UUID.fromString("00000000-0000-0000-0000-000000000001");
    static final UUID ROUTE = UUID.fromString("00000000-0000-0000-0000-000000000002");

    final RecordingTelemetry telemetry = new RecordingTelemetry();
    final LoopbackConnector connector = new LoopbackConnector();
    final HttpFrontend frontend;
    volatile Decider decider;
    private final MultiThreadIoEventLoopGroup loops =
            new MultiThreadIoEventLoopGroup(
                    1, EPOLL ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    private final Channel listener;

    static Limits limits() {
        return Limits.defaults();
    }

    static Limits impatient() {
        return new Limits(
                100,
                Duration.ofMillis(300),
                Duration.ofMillis(300),
                Duration.ofMillis(300),
                8 * 1024,
                64 * 1024);
    }

    TestProxy(int upstreamPort) {
        this(service("127.0.0.1", upstreamPort, 60_000), limits(), false, "/", r -> r);
    }

    TestProxy(
            Service service,
            Limits limits,
            boolean preserveHost,
            String path,
            Function<HttpRule, HttpRule> change) {
        decider = decider(service, preserveHost, path, change);
        frontend = new HttpFrontend(() -> decider, connector, telemetry, limits, "9.9");
        listener =
                new ServerBootstrap()
                        .group(loops)
                        .channel(
                                EPOLL
                                        ? EpollServerSocketChannel.class
                                        : NioServerSocketChannel.class)
                        .childOption(ChannelOption.AUTO_READ, false)
                        .childOption(
                                ChannelOption.WRITE_BUFFER_WATER_MARK,
                                new WriteBufferWaterMark(32 * 1024, 64 * 1024))
                        .childHandler(
                                new ChannelInitializer<SocketChannel>() {
                                    @Override
                                    protected void initChannel(SocketChannel channel) {
                                        IpPort local = IpPort.of(channel.localAddress());
                                        frontend.accept(
                                                channel,
                                                new Arrival(
                                                        IpPort.of(channel.remoteAddress()),
                                                        local,
                                                        local,
                                                        false),
                                                Protocol.HTTP,
                                                null);
                                        channel.config().setAutoRead(true);
                                    }
                                })
                        .bind("127.0.0.1", 0)
                        .syncUninterruptibly()
                        .channel();
    }

    static Service service(String host, int port, int readTimeout) {
        return new Service(
                SERVICE,
                0,
                0,
                "svc",
                5,
                Protocol.HTTP,
                host,
                port,
                null,
                1000,
                readTimeout,
                readTimeout,
                null,
                null);
    }

    static Decider decider(
            Service service,
            boolean preserveHost,
            String path,
            Function<HttpRule, HttpRule> change) {
        List<HttpRule> rules = new ArrayList<>();
        for (Protocol scheme : List.of(Protocol.HTTP, Protocol.HTTPS)) {
            rules.add(
                    change.apply(
                            new HttpRule(
                                    "a" + scheme.text(),
                                    new RuleOrigin("Route", ROUTE, "route"),
                                    SERVICE,
                                    scheme,
                                    Set.of(),
                                    new HostMatch.Any(),
                                    new PathMatch.Prefix(path),
                                    false,
                                    preserveHost,
                                    false)));
        }
        return new Decider(
                new ConfigSnapshot(
                        1,
                        "",
                        Map.of(SERVICE, service),
                        HttpRouter.of(rules),
                        StreamRouter.of(List.of()),
                        List.of()),
                new LocalNode("test", List.of(), List.of(), null, null, List.of(), false, false));
    }

    int port() {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    Wire connect() throws IOException {
        return Wire.to(port());
    }

    @Override
    public void close() {
        listener.close().syncUninterruptibly();
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }
}

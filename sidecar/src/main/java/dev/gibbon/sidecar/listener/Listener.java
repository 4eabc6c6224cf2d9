package dev.gibbon.sidecar.listener;

import dev.gibbon.core.decision.Arrival;
import dev.gibbon.core.decision.CloseReason;
import dev.gibbon.core.log.Log;
import dev.gibbon.core.net.IpPort;
import dev.gibbon.sidecar.relay.Endings;
import dev.gibbon.sidecar.stream.AcceptedConnection;
import dev.gibbon.sidecar.stream.LiveConnections;
import dev.gibbon.sidecar.stream.Surroundings;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.unix.Errors;
import java.net.InetSocketAddress;

/** One open listening socket. */
public final class Listener {
    private static final int BACKLOG = 4096;
    private static final int EPERM = -1;
    private static final int EACCES = -13;
    private static final int EADDRINUSE = -98;
    private static final int EADDRNOTAVAIL = -99;

    private final Channel channel;
    private final ListenerSpec spec;

    private Listener(Channel channel, ListenerSpec spec) {
        this.channel = channel;
        this.spec = spec;
    }

    /**
     * Opens a listener; waits until it is bound, so never call it on an event loop.
     *
     * @throws ListenException when the address cannot be listened on
     */
    public static Listener open(
            EventLoopGroup loops,
            ListenerSpec spec,
            Surroundings surroundings,
            LiveConnections live)
            throws ListenException {
        SocketProtocolFamily family =
                spec.address().ip().isV6() ? SocketProtocolFamily.INET6 : SocketProtocolFamily.INET;
        ServerBootstrap bootstrap =
                new ServerBootstrap()
                        .group(loops)
                        .channelFactory(() -> new EpollServerSocketChannel(family))
                        .option(ChannelOption.SO_REUSEADDR, true)
                        .option(ChannelOption.SO_BACKLOG, BACKLOG)
                        .childOption(ChannelOption.AUTO_READ, false)
                        .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                        .childOption(ChannelOption.TCP_NODELAY, true)
                        .childOption(ChannelOption.SO_KEEPALIVE, true)
                        .childHandler(new Acceptor(spec, surroundings, live));
        if (spec.transparent()) {
            bootstrap.option(EpollChannelOption.IP_TRANSPARENT, true);
        }
        ChannelFuture bound = bootstrap.bind(spec.address().toSocketAddress());
        bound.awaitUninterruptibly();
        Throwable cause = bound.cause();
        if (cause != null) {
            throw new ListenException(explain(spec, cause), cause);
        }
        return new Listener(bound.channel(), spec);
    }

    private static String explain(ListenerSpec spec, Throwable cause) {
        String setting =
                switch (spec.kind()) {
                    case STREAM -> "stream_listen: ";
                    case HTTP -> "proxy_listen: ";
                    case POD -> "";
                };
        return setting
                + spec.address()
                + ": "
                + switch (errno(cause)) {
                    case EADDRINUSE -> "the port is in use (expected: a free one)";
                    case EADDRNOTAVAIL -> "not an address of this host";
                    case EPERM ->
                            "transparent needs the capability NET_RAW or NET_ADMIN (run as root, or"
                                    + " without transparent)";
                    case EACCES -> "ports below 1024 need root or the capability NET_BIND_SERVICE";
                    default -> String.valueOf(cause.getMessage());
                };
    }

    private static int errno(Throwable cause) {
        for (Throwable at = cause; at != null; at = at.getCause()) {
            if (at instanceof Errors.NativeIoException failed) {
                return failed.expectedErr();
            }
            // Netty's setsockopt gives strerror(3)'s text and no number.
            if (String.valueOf(at.getMessage()).endsWith("Operation not permitted")) {
                return EPERM;
            }
        }
        return 0;
    }

    /** Where it listens, with the real port. */
    public IpPort address() {
        return IpPort.of((InetSocketAddress) channel.localAddress());
    }

    public ListenerSpec spec() {
        return spec;
    }

    /** Stops accepting; accepted connections go on. Waits until the port is free. */
    public void close() {
        channel.close().awaitUninterruptibly();
    }

    /** Sets up each accepted connection, or turns it away. */
    private static final class Acceptor extends ChannelInitializer<SocketChannel> {
        private final ListenerSpec spec;
        private final Surroundings surroundings;
        private final LiveConnections live;

        Acceptor(ListenerSpec spec, Surroundings surroundings, LiveConnections live) {
            this.spec = spec;
            this.surroundings = surroundings;
            this.live = live;
        }

        @Override
        protected void initChannel(SocketChannel channel) {
            InetSocketAddress client = channel.remoteAddress();
            InetSocketAddress destination = channel.localAddress();
            if (client == null || destination == null) {
                Endings.close(channel);
                return;
            }
            if (!live.admit()) {
                surroundings.log().log(
                        Log.Level.WARN,
                        "connection refused",
                        "reason",
                        (live.isRefusing() ? CloseReason.DRAINING : CloseReason.OVERLOADED).label(),
                        "limit",
                        surroundings.limits().maxConnections());
                Endings.reset(channel);
                return;
            }
            surroundings.telemetry().opened();
            channel.closeFuture().addListener(closed -> surroundings.telemetry().closed());
            Arrival arrival =
                    new Arrival(
                            IpPort.of(client),
                            IpPort.of(destination),
                            listenerAddress(channel),
                            spec.transparent());
            AcceptedConnection connection =
                    new AcceptedConnection(surroundings, live, kind(), channel, arrival);
            live.add(channel, connection);
            channel.pipeline().addLast("connection", connection);
            channel.pipeline().addLast("start", new Start(connection));
        }

        private IpPort listenerAddress(SocketChannel channel) {
            return IpPort.of(channel.parent().localAddress());
        }

        private AcceptedConnection.Kind kind() {
            return switch (spec.kind()) {
                case STREAM -> AcceptedConnection.Kind.STREAM;
                case POD -> AcceptedConnection.Kind.POD;
                case HTTP ->
                        spec.ssl()
                                ? AcceptedConnection.Kind.HTTP_SSL
                                : AcceptedConnection.Kind.HTTP;
            };
        }
    }

    /** Starts the connection as soon as its channel is active. */
    private static final class Start extends ChannelInboundHandlerAdapter {
        private final AcceptedConnection connection;

        Start(AcceptedConnection connection) {
            this.connection = connection;
        }

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            ctx.pipeline().remove(this);
            connection.start();
        }
    }
}

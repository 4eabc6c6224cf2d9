package dev.gibbon.sidecar.upstream;

import dev.gibbon.core.decision.CloseReason;
import dev.gibbon.core.decision.DialPlan;
import dev.gibbon.core.decision.DialSource;
import dev.gibbon.core.net.IpPort;
import dev.gibbon.sidecar.relay.HeldBytes;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.unix.Errors;
import io.netty.channel.unix.IntegerUnixChannelOption;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Opens TCP connections from the wanted source address. Any thread may call. */
final class Sockets {
    /** The packet mark that `gibbon capture` lets pass: see {@code CapturePlan}. */
    static final int MARK = 0x400;

    private static final IntegerUnixChannelOption SO_MARK =
            new IntegerUnixChannelOption("SO_MARK", 1, 36);
    private static final int EADDRINUSE = -98;
    private static final int EADDRNOTAVAIL = -99;

    private final SourcePorts ports = new SourcePorts();
    private final boolean mark;
    private final OwnConnections own;

    Sockets(boolean mark, OwnConnections own) {
        this.mark = mark;
        this.own = own;
    }

    /**
     * Starts one connection; its pipeline holds a {@link HeldBytes}, {@code AUTO_READ} is off.
     *
     * @param foreign whether the source address need not be one of this host
     */
    ChannelFuture connect(EventLoop loop, DialPlan.Dial plan, boolean foreign, Duration timeout) {
        Bootstrap bootstrap =
                new Bootstrap()
                        .group(loop)
                        .channel(EpollSocketChannel.class)
                        .option(ChannelOption.AUTO_READ, false)
                        .option(ChannelOption.TCP_NODELAY, true)
                        .option(ChannelOption.SO_KEEPALIVE, true)
                        .option(
                                ChannelOption.CONNECT_TIMEOUT_MILLIS,
                                Math.toIntExact(
                                        Math.clamp(timeout.toMillis(), 1, Integer.MAX_VALUE)))
                        .handler(
                                new ChannelInitializer<SocketChannel>() {
                                    @Override
                                    protected void initChannel(SocketChannel channel) {
                                        channel.pipeline().addLast("held", new HeldBytes());
                                        channel.pipeline().addLast(own.newObserver());
                                    }
                                });
        // Marked, a leg to another sidecar would go past that sidecar's capture.
        if (mark && plan.lastHop()) {
            bootstrap.option(SO_MARK, MARK);
        }
        InetSocketAddress local =
                switch (plan.source()) {
                    case DialSource.Any _ -> null;
                    case DialSource.Fixed(var ip) -> new InetSocketAddress(ip.toInetAddress(), 0);
                    case DialSource.Client(var ip) ->
                            new InetSocketAddress(ip.toInetAddress(), ports.next());
                };
        switch (plan.source()) {
            case DialSource.Any _ -> {}
            // The port is chosen when the destination is known: chosen before, it could be one that
            // an old connection to the same destination still holds in TIME_WAIT.
            case DialSource.Fixed _ ->
                    bootstrap.option(EpollChannelOption.IP_BIND_ADDRESS_NO_PORT, true);
            case DialSource.Client _ -> bootstrap.option(ChannelOption.SO_REUSEADDR, true);
        }
        if (foreign) {
            bootstrap.option(EpollChannelOption.IP_TRANSPARENT, true);
        }
        return local == null
                ? bootstrap.connect(plan.address().toSocketAddress())
                : bootstrap.connect(plan.address().toSocketAddress(), local);
    }

    /** Whether the source address or port could not be had. */
    static boolean isSourceTaken(@Nullable Throwable cause) {
        int errno = errno(cause);
        return errno == EADDRINUSE || errno == EADDRNOTAVAIL;
    }

    static ConnectException failure(IpPort address, @Nullable Throwable cause) {
        String said = cause == null ? "closed" : String.valueOf(cause.getMessage());
        if (isSourceTaken(cause)) {
            return new ConnectException(
                    CloseReason.SOURCE_UNAVAILABLE,
                    "no source address for " + address + ": " + said);
        }
        if (cause instanceof ConnectTimeoutException) {
            return new ConnectException(
                    CloseReason.CONNECT_TIMEOUT, "no answer from " + address + " in time");
        }
        return new ConnectException(
                CloseReason.UPSTREAM_REFUSED, "connect to " + address + ": " + said);
    }

    private static int errno(@Nullable Throwable cause) {
        for (Throwable at = cause; at != null; at = at.getCause()) {
            if (at instanceof Errors.NativeIoException failed) {
                return failed.expectedErr();
            }
        }
        return 0;
    }
}

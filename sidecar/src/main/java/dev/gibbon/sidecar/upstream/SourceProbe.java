package dev.gibbon.sidecar.upstream;

import dev.gibbon.core.net.IpAddress;
import dev.gibbon.sidecar.epoll.EpollLoops;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollSocketChannel;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/** Whether upstreams can be dialled from an address. */
public enum SourceProbe {
    /** It is of this host, or the kernel treats it so. */
    OWN,
    /**
     * It is not, but the process may use it all the same (NET_RAW or NET_ADMIN). Answers arrive
     * only where the network brings them back to this host.
     */
    FOREIGN,
    UNUSABLE;

    /** Tries it; waits, so never on an event loop. */
    public static SourceProbe of(IpAddress address) {
        EventLoopGroup loops = EpollLoops.start(1);
        try {
            if (canBind(address, loops, false)) {
                return OWN;
            }
            return canBind(address, loops, true) ? FOREIGN : UNUSABLE;
        } finally {
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
        }
    }

    private static boolean canBind(IpAddress address, EventLoopGroup loops, boolean foreign) {
        Bootstrap bootstrap =
                new Bootstrap()
                        .group(loops)
                        .channel(EpollSocketChannel.class)
                        .handler(new ChannelInboundHandlerAdapter());
        if (foreign) {
            bootstrap.option(EpollChannelOption.IP_TRANSPARENT, true);
        }
        ChannelFuture bound =
                bootstrap
                        .bind(new InetSocketAddress(address.toInetAddress(), 0))
                        .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            // Closed by Netty, if it was opened at all: IP_TRANSPARENT may be refused before.
            return false;
        }
        bound.channel().close().awaitUninterruptibly();
        return true;
    }
}

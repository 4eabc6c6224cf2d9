package dev.gibbon.sidecar.upstream;

import dev.gibbon.core.net.IpPort;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The connections that this sidecar has dialled, by both of their ends. An accepted one that has
 * the same ends is one of them: the kernel has handed it back, and it would go round for ever. Any
 * thread may call.
 */
public final class OwnConnections {
    private final Set<Ends> dialled = ConcurrentHashMap.newKeySet();

    private record Ends(IpPort from, IpPort to) {}

    /** Whether this sidecar has such a connection open, or is dialling it. */
    public boolean contains(IpPort from, IpPort to) {
        return dialled.contains(new Ends(from, to));
    }

    /**
     * Notes the connection of a channel that is about to connect, as soon as its port is known. To
     * be added to the pipeline before that; it then leaves.
     */
    ChannelOutboundHandlerAdapter newObserver() {
        return new ChannelOutboundHandlerAdapter() {
            // How the dial goes is told by its promise, which is the caller's.
            @SuppressWarnings("FutureReturnValueIgnored")
            @Override
            public void connect(
                    ChannelHandlerContext ctx,
                    SocketAddress remote,
                    SocketAddress local,
                    ChannelPromise promise) {
                Channel channel = ctx.channel();
                ctx.connect(remote, local, promise);
                // The kernel chooses the port within the call, before the connection stands.
                if (channel.localAddress() instanceof InetSocketAddress from
                        && remote instanceof InetSocketAddress to
                        && !to.isUnresolved()
                        && channel.isOpen()) {
                    Ends ends = new Ends(IpPort.of(from), IpPort.of(to));
                    dialled.add(ends);
                    channel.closeFuture().addListener(_ -> dialled.remove(ends));
                }
                ctx.pipeline().remove(this);
            }
        };
    }
}

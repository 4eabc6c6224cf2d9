package dev.gibbon.sidecar.relay;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.PromiseNotifier;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The ways in which one side of a connection is ended. Called on the channel's event loop. */
// Futures of writes and closes are not needed here: what fails makes the channel inactive.
@SuppressWarnings("FutureReturnValueIgnored")
public final class Endings {
    private static final Duration LEAVE_GRACE = Duration.ofSeconds(5);

    private Endings() {}

    /**
     * Ends the outgoing direction as soon as everything queued has been written: a FIN, or what
     * stands for it in the protocols in the pipeline ({@link OutputEnd}).
     */
    public static void finish(Channel channel, Runnable whenDone) {
        OutputEnd protocol = channel.pipeline().get(OutputEnd.Handler.class);
        OutputEnd end = protocol == null ? Endings::shutdown : protocol;
        // shutdownOutput drops what is still queued, so it waits for a write behind all of it.
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER)
                .addListener(written -> end.finish(channel).addListener(done -> whenDone.run()));
    }

    private static ChannelFuture shutdown(Channel channel) {
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (tls == null || !channel.isActive()) {
            return shutdownSocket(channel);
        }
        // close_notify (RFC 8446 section 6.1), so that the peer can tell this end from a cut; the
        // FIN goes behind it.
        ChannelPromise done = channel.newPromise();
        tls.closeOutbound()
                .addListener(told -> PromiseNotifier.cascade(shutdownSocket(channel), done));
        return done;
    }

    private static ChannelFuture shutdownSocket(Channel channel) {
        return channel instanceof DuplexChannel duplex ? duplex.shutdownOutput() : channel.close();
    }

    /**
     * Ends a connection that nothing more is wanted of. Where the protocol has an end of its own,
     * it is said, so that the peer does not take the close for a cut, and the peer has a few
     * seconds to end and close first. The channel must be reading.
     */
    public static void leave(Channel channel) {
        if (!channel.isActive() || channel.pipeline().get(OutputEnd.Handler.class) == null) {
            close(channel);
            return;
        }
        Future<?> late =
                channel.eventLoop()
                        .schedule(
                                () -> close(channel), LEAVE_GRACE.toNanos(), TimeUnit.NANOSECONDS);
        channel.closeFuture().addListener(closed -> late.cancel(false));
        finish(channel, () -> {});
    }

    /** Closes in the manner of the protocols in the pipeline. Any thread may call. */
    public static void close(Channel channel) {
        channel.close();
    }

    /** Closes with a RST, past all protocols in the pipeline; what is queued is dropped. */
    public static void reset(Channel channel) {
        try {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
        } catch (ChannelException e) {
            // The socket is gone already; closing it once more does no harm.
        }
        ChannelHandlerContext first = channel.pipeline().firstContext();
        if (first == null) {
            channel.close();
        } else {
            first.close();
        }
    }
}

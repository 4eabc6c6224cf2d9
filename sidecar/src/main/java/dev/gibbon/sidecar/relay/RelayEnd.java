package dev.gibbon.sidecar.relay;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/** One side of a relay: translates the channel's callbacks. */
// Futures of writes and closes are not needed here: what fails makes the channel inactive.
@SuppressWarnings("FutureReturnValueIgnored")
final class RelayEnd extends ChannelInboundHandlerAdapter {
    final Channel channel;
    long bytes;
    boolean ended;
    boolean outputFinished;

    @SuppressWarnings("NullAway.Init")
    RelayEnd peer;

    private final Relay relay;
    private boolean paused;
    private long pendingSeen;

    RelayEnd(Relay relay, Channel channel) {
        this.relay = relay;
        this.channel = channel;
    }

    /** Writes to the other side; takes over the buffer. */
    void pass(ByteBuf buffer) {
        bytes += buffer.readableBytes();
        peer.channel.write(buffer, peer.channel.voidPromise());
    }

    /** Asks for more, now or as soon as the other side takes it. */
    void readOn() {
        if (ended || relay.isOver()) {
            return;
        }
        paused = !peer.channel.isWritable();
        if (!paused) {
            channel.read();
        }
    }

    void onEnd() {
        if (!ended && !relay.isOver()) {
            ended = true;
            relay.ended(this);
        }
    }

    /** Whether some of what was queued for this side has been written since the last call. */
    boolean hasDrained() {
        ChannelOutboundBuffer queue = channel.unsafe().outboundBuffer();
        long pending = queue == null ? 0 : queue.totalPendingWriteBytes();
        boolean drained = pending < pendingSeen;
        pendingSeen = pending;
        return drained;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (relay.isOver() || ended || !(message instanceof ByteBuf buffer)) {
            ReferenceCountUtil.release(message);
            return;
        }
        pass(buffer);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        relay.touch();
        peer.channel.flush();
        readOn();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (channel.isWritable() && peer.paused) {
            relay.touch();
            peer.readOn();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent
                || (event instanceof SslCloseCompletionEvent told && told.isSuccess())) {
            onEnd();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        relay.failed(this, cause);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        failedOnce(null);
    }

    private void failedOnce(@Nullable Throwable cause) {
        if (!relay.isOver()) {
            relay.failed(this, cause);
        }
    }
}

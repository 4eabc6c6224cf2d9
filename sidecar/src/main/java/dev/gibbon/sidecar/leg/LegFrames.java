package dev.gibbon.sidecar.leg;

import dev.gibbon.sidecar.relay.OutputEnd;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import java.io.IOException;

/**
 * Frames on a mesh leg, behind the header, in both directions: one byte of type (0 data, 1 end, 2
 * stopping), a length of three bytes, as many bytes of data. An end frame is a half-close. It is
 * needed because BoringSSL engines take a close_notify for the end of both directions, and because
 * a FIN without it is not authenticated: a leg that ends without an end frame was cut, and counts
 * as reset. A frame of type 2, without data, says that its sender is stopping; it ends nothing.
 */
// Futures of writes and closes are not needed here: what fails makes the channel inactive.
@SuppressWarnings("FutureReturnValueIgnored")
public final class LegFrames extends ChannelDuplexHandler implements OutputEnd.Handler {
    /** The peer is stopping: it waits for a leg that nothing is under way on to be ended by us. */
    public enum PeerStopping {
        EVENT
    }

    private static final int HEADER = 4;
    private static final int DATA = 0;
    private static final int END = 1;
    private static final int STOPPING = 2;
    private static final int MAX_LENGTH = 0xff_ffff;

    private final byte[] header = new byte[HEADER];
    private int headerBytes;
    private int remaining;
    private boolean ended;
    private boolean passedOn;
    private boolean finished;
    private boolean toldStopping;

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        if (!(message instanceof ByteBuf data) || !data.isReadable()) {
            ctx.write(message, promise);
            return;
        }
        while (data.readableBytes() > MAX_LENGTH) {
            frame(ctx, MAX_LENGTH);
            ctx.write(data.readRetainedSlice(MAX_LENGTH), ctx.channel().voidPromise());
        }
        frame(ctx, data.readableBytes());
        ctx.write(data, promise);
    }

    private static void frame(ChannelHandlerContext ctx, int length) {
        ctx.write(
                ctx.alloc().buffer(HEADER).writeByte(DATA).writeMedium(length),
                ctx.channel().voidPromise());
    }

    /** Tells the peer of an accepted leg that this sidecar stops; on the channel's event loop. */
    public static void tellStopping(Channel channel) {
        ChannelHandlerContext ctx = channel.pipeline().context(LegFrames.class);
        if (ctx != null && channel.isActive()) {
            ((LegFrames) ctx.handler()).tellStopping(ctx);
        }
    }

    private void tellStopping(ChannelHandlerContext ctx) {
        if (!finished && !toldStopping) {
            toldStopping = true;
            ctx.writeAndFlush(ctx.alloc().buffer(HEADER).writeByte(STOPPING).writeMedium(0));
        }
    }

    @Override
    public ChannelFuture finish(Channel channel) {
        ChannelHandlerContext ctx = channel.pipeline().context(this);
        finished = true;
        return ctx.writeAndFlush(ctx.alloc().buffer(HEADER).writeByte(END).writeMedium(0));
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) throws IOException {
        ByteBuf in = (ByteBuf) message;
        try {
            while (in.isReadable() && !ended) {
                if (remaining > 0) {
                    int length = Math.min(remaining, in.readableBytes());
                    remaining -= length;
                    passedOn = true;
                    ctx.fireChannelRead(in.readRetainedSlice(length));
                } else {
                    readHeader(ctx, in);
                }
            }
        } finally {
            in.release();
        }
    }

    private void readHeader(ChannelHandlerContext ctx, ByteBuf in) throws IOException {
        int wanted = Math.min(HEADER - headerBytes, in.readableBytes());
        in.readBytes(header, headerBytes, wanted);
        headerBytes += wanted;
        if (headerBytes < HEADER) {
            return;
        }
        headerBytes = 0;
        int length = (header[1] & 0xff) << 16 | (header[2] & 0xff) << 8 | (header[3] & 0xff);
        if (header[0] == DATA && length > 0) {
            remaining = length;
        } else if (header[0] == END && length == 0) {
            end(ctx);
        } else if (header[0] == STOPPING && length == 0) {
            ctx.fireUserEventTriggered(PeerStopping.EVENT);
        } else {
            throw new IOException("mesh leg: frame of type " + header[0] + ", length " + length);
        }
    }

    private void end(ChannelHandlerContext ctx) {
        ended = true;
        if (Boolean.TRUE.equals(
                ctx.channel().config().getOption(ChannelOption.ALLOW_HALF_CLOSURE))) {
            ctx.fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        } else {
            if (!finished) {
                // The connection ends as a whole, which the peer is not to take for a cut.
                finish(ctx.channel());
            }
            ctx.close();
        }
    }

    /** A record that held nothing for the application must be followed by another read. */
    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        boolean something = passedOn;
        passedOn = false;
        ctx.fireChannelReadComplete();
        if (!something && !ended && !ctx.channel().config().isAutoRead()) {
            ctx.read();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        cut(ctx);
        ctx.fireChannelInactive();
    }

    private void cut(ChannelHandlerContext ctx) {
        if (!ended) {
            ended = true;
            ctx.fireExceptionCaught(new IOException("mesh leg was cut short"));
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent
                || event instanceof SslCloseCompletionEvent) {
            cut(ctx);
            return;
        }
        ctx.fireUserEventTriggered(event);
    }
}

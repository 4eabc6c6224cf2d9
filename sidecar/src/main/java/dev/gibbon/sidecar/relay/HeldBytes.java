package dev.gibbon.sidecar.relay;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.ReferenceCountUtil;
import java.nio.channels.NotYetConnectedException;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what arrives on a channel until the handlers that want it are in the pipeline. The first
 * {@code read} of a handler behind it passes everything on in order and takes this handler out.
 * Owns the buffers it holds.
 */
public final class HeldBytes extends ChannelDuplexHandler {
    private final Queue<Runnable> events = new ArrayDeque<>();
    private final Queue<Object> messages = new ArrayDeque<>();
    private @Nullable Runnable onFirst;
    private boolean opened;

    public HeldBytes() {}

    /**
     * @param onFirst called once, when something arrives
     */
    public HeldBytes(Runnable onFirst) {
        this.onFirst = onFirst;
    }

    private void hold(Runnable event) {
        events.add(event);
        Runnable first = onFirst;
        if (first != null) {
            onFirst = null;
            first.run();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        messages.add(message);
        hold(() -> ctx.fireChannelRead(messages.remove()));
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (!events.isEmpty()) {
            events.add(ctx::fireChannelReadComplete);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        hold(() -> ctx.fireUserEventTriggered(event));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof NotYetConnectedException) {
            // On a busy loop epoll may report a socket between its registration and its connect: a
            // socket that is not connected is hung up. Netty reads, fails, and goes on; whether the
            // connect succeeds is told by its promise alone.
            return;
        }
        hold(() -> ctx.fireExceptionCaught(cause));
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        hold(ctx::fireChannelInactive);
    }

    @Override
    public void read(ChannelHandlerContext ctx) {
        opened = true;
        ctx.pipeline().remove(this);
        while (!events.isEmpty()) {
            events.remove().run();
        }
        ctx.read();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        if (opened) {
            return;
        }
        // The channel was closed before anybody wanted its bytes.
        events.clear();
        while (!messages.isEmpty()) {
            ReferenceCountUtil.release(messages.remove());
        }
    }
}

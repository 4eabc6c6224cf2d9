package dev.gibbon.controlplane.feed;

import dev.gibbon.core.feed.Decoded;
import dev.gibbon.core.feed.FeedCodec;
import dev.gibbon.core.feed.FeedMessage;
import dev.gibbon.core.json.JsonFormatException;
import dev.gibbon.core.log.Log;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.timeout.ReadTimeoutHandler;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One sidecar's connection: lines become messages for its {@link FeedPeer}, in turn and not on the
 * event loop; what the peer has to say becomes lines. No more is read while lines are being dealt
 * with.
 */
// A connection whose write or close fails ends in channelInactive, where that is dealt with.
@SuppressWarnings("FutureReturnValueIgnored")
final class FeedHandler extends SimpleChannelInboundHandler<ByteBuf> {
    private static final int WRITE_SIZE = 64 * 1024;

    private final FeedPeer peer;
    private final InTurn turn;
    private final Log log;
    private final AtomicInteger unread = new AtomicInteger();

    /** Of the event loop. */
    private final List<byte[]> read = new ArrayList<>();

    /** Of the turn. */
    private @Nullable Consumer<Publication> listener;

    /** Of the turn. */
    private boolean ended;

    FeedHandler(FeedPeer peer, InTurn turn, Log log) {
        this.peer = peer;
        this.turn = turn;
        this.log = log;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, ByteBuf line) {
        read.add(ByteBufUtil.getBytes(line));
    }

    /** What came together is dealt with together: a hello and the subscription behind it. */
    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (!read.isEmpty()) {
            List<byte[]> lines = List.copyOf(read);
            read.clear();
            unread.incrementAndGet();
            ctx.channel().config().setAutoRead(false);
            turn.execute(() -> take(ctx, lines));
        }
        ctx.fireChannelReadComplete();
    }

    private void take(ChannelHandlerContext ctx, List<byte[]> lines) {
        for (byte[] line : lines) {
            if (!ended) {
                take(ctx, line);
            }
        }
        if (unread.decrementAndGet() == 0 && ctx.channel().isActive()) {
            ctx.channel().config().setAutoRead(true);
        }
    }

    private void take(ChannelHandlerContext ctx, byte[] line) {
        try {
            switch (FeedCodec.decode(line)) {
                case Decoded.Known(FeedMessage message) -> {
                    boolean wasGreeted = peer.isGreeted();
                    send(ctx, peer.take(message));
                    if (!wasGreeted) {
                        greeted(ctx);
                    }
                }
                case Decoded.Ignored _ -> {}
                case Decoded.Unsupported(var names) ->
                        end(ctx, "not supported by this control plane: " + names);
            }
        } catch (JsonFormatException e) {
            end(ctx, "malformed line: " + e.getMessage());
        } catch (FeedPeer.PeerFault e) {
            end(ctx, String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            failed(ctx, e);
        }
    }

    /**
     * What the peer says together with its hello is dealt with before the first batch, so that its
     * subscriptions are answered in it.
     */
    private void greeted(ChannelHandlerContext ctx) {
        ctx.executor()
                .execute(() -> {
                    if (ctx.pipeline().get(ReadTimeoutHandler.class) != null) {
                        ctx.pipeline().remove(ReadTimeoutHandler.class);
                    }
                });
        Consumer<Publication> publish =
                publication -> turn.execute(() -> publish(ctx, publication));
        listener = publish;
        peer.follow(publish);
    }

    private void publish(ChannelHandlerContext ctx, Publication publication) {
        if (ended) {
            return;
        }
        try {
            send(ctx, peer.publish(publication));
        } catch (RuntimeException e) {
            failed(ctx, e);
        }
    }

    private static void send(ChannelHandlerContext ctx, List<FeedMessage> messages) {
        if (messages.isEmpty() || !ctx.channel().isActive()) {
            return;
        }
        ByteBuf out = ctx.alloc().buffer();
        for (FeedMessage message : messages) {
            out.writeBytes(FeedCodec.encode(message)).writeByte('\n');
            if (out.readableBytes() >= WRITE_SIZE) {
                ctx.write(out, ctx.voidPromise());
                out = ctx.alloc().buffer();
            }
        }
        ctx.writeAndFlush(out, ctx.voidPromise());
    }

    private void end(ChannelHandlerContext ctx, String reason) {
        ended = true;
        log.warn("feed connection refused", "name", peer.shown(), "reason", reason);
        ctx.close();
    }

    private void failed(ChannelHandlerContext ctx, RuntimeException cause) {
        ended = true;
        log.error("feed connection failed", "name", peer.shown(), "cause", cause);
        ctx.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        turn.execute(() -> {
            ended = true;
            peer.leave(listener);
        });
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        log.debug("feed connection failed", "cause", cause);
        ctx.close();
    }
}

package dev.gibbon.sidecar.http;

import dev.gibbon.core.decision.CloseReason;
import dev.gibbon.sidecar.leg.LegFrames;
import dev.gibbon.sidecar.relay.Endings;
import dev.gibbon.sidecar.upstream.UpstreamConnection;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.CodecException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * One connection to an upstream, which serves one exchange after the other and waits in the pool
 * between them. The last handler of its channel; confined to its event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // A failed write or close ends in channelInactive.
final class UpstreamLink extends ChannelInboundHandlerAdapter {
    /** {@code keepalive_timeout 60s}, nginx's default for upstreams. */
    private static final long MAX_IDLE_NANOS = 60_000_000_000L;

    /** What an exchange is told of its upstream. */
    interface Receiver {
        /** An interim or final head; for 101 the link is no longer parsed. */
        void answered(ResponseHead head);

        /** A piece of the body; the receiver releases it. */
        void answerPiece(ByteBuf piece);

        /** The answer is complete. The link may be handed to others by the receiver. */
        void answerEnd(Fields trailers);

        /** The connection is of no more use; it is closed already. */
        void upstreamFailed(CloseReason reason, String detail);

        void upstreamWritabilityChanged();

        /** All that one read brought has been delivered. */
        void upstreamReadComplete();
    }

    private final UpstreamConnection connection;
    private final Channel channel;
    private final ResponseHeadReader heads;
    private final int maxHeaders;
    private final Watchdog idleTimer;

    private ByteBuf buffer = Unpooled.EMPTY_BUFFER;
    private @Nullable Receiver receiver;
    private String method = "";
    private @Nullable BodyReader body;
    private @Nullable ResponseHead head;
    private boolean parsing;
    private boolean anyByte;
    private boolean ended;
    private boolean used;
    private boolean peerStopping;
    private @Nullable UpstreamPool pool;
    private @Nullable PoolKey key;

    UpstreamLink(UpstreamConnection connection, int maxHeaders) {
        this.connection = connection;
        this.channel = connection.channel();
        this.maxHeaders = maxHeaders;
        this.heads = new ResponseHeadReader(maxHeaders);
        this.idleTimer = new Watchdog(channel.eventLoop(), this::dismiss);
        // A write that fails must not take away an answer that has already arrived.
        channel.config().setOption(ChannelOption.AUTO_CLOSE, false);
        channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, false);
        channel.pipeline().addLast(this);
    }

    UpstreamConnection connection() {
        return connection;
    }

    Channel channel() {
        return channel;
    }

    boolean isUsable() {
        return channel.isActive() && !ended && !buffer.isReadable() && receiver == null;
    }

    /** Whether it has served an exchange before. */
    boolean isUsed() {
        return used;
    }

    /** Whether any byte of an answer to the present exchange has arrived. */
    boolean hasAnyByte() {
        return anyByte;
    }

    /** Begins to serve an exchange; reading starts. */
    void begin(Receiver receiver, String method) {
        idleTimer.disarm();
        pool = null;
        key = null;
        this.receiver = receiver;
        this.method = method;
        head = null;
        body = null;
        anyByte = false;
        channel.config().setAutoRead(true);
    }

    /** Hands the connection to the pool after a complete exchange. */
    void release(UpstreamPool pool, PoolKey key) {
        receiver = null;
        used = true;
        if (!isUsable()) {
            close();
            return;
        }
        if (peerStopping) {
            dismiss();
            return;
        }
        this.pool = pool;
        this.key = key;
        idleTimer.arm(MAX_IDLE_NANOS);
        channel.config().setAutoRead(true);
        pool.put(key, this);
    }

    /** The exchange wants to hear no more; the connection is closed. */
    void abandon() {
        receiver = null;
        close();
    }

    /**
     * Nothing is under way on the connection, and it is not kept: the peer is told so before it is
     * closed.
     */
    void dismiss() {
        receiver = null;
        leavePool();
        Endings.leave(channel);
    }

    void close() {
        leavePool();
        channel.close();
    }

    private void leavePool() {
        ended = true;
        idleTimer.stop();
        if (pool != null && key != null) {
            pool.remove(key, this);
            pool = null;
        }
    }

    /**
     * After 101: takes the handler out.
     *
     * @return bytes that followed the head, which the caller releases
     */
    ByteBuf leave() {
        receiver = null;
        idleTimer.stop();
        ByteBuf rest = buffer;
        buffer = Unpooled.EMPTY_BUFFER;
        channel.pipeline().remove(this);
        return rest;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (!(message instanceof ByteBuf bytes)) {
            return;
        }
        if (ended || receiver == null) {
            // Nothing was asked: the answer belongs to nobody.
            bytes.release();
            close();
            return;
        }
        anyByte = true;
        buffer = ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(ctx.alloc(), buffer, bytes);
        parse();
    }

    private void parse() {
        if (parsing) {
            return;
        }
        parsing = true;
        try {
            while (step()) {}
        } catch (HttpFault fault) {
            fail(CloseReason.BAD_RESPONSE, fault.detail());
        } finally {
            parsing = false;
        }
        if (!buffer.isReadable() || ended) {
            buffer.release();
            buffer = Unpooled.EMPTY_BUFFER;
        }
    }

    private boolean step() throws HttpFault {
        Receiver to = receiver;
        if (to == null || ended) {
            return false;
        }
        ResponseHead present = head;
        if (present == null) {
            ResponseHead read = heads.read(buffer, method);
            if (read == null) {
                return false;
            }
            if (!read.isInterim()) {
                head = read;
                body = new BodyReader(read.framing(), maxHeaders, true);
            }
            to.answered(read);
            return read.status() != 101;
        }
        BodyReader reader = body;
        if (reader == null || present.status() == 101) {
            return false;
        }
        ByteBuf piece = reader.read(buffer);
        if (piece != null) {
            to.answerPiece(piece);
            return true;
        }
        if (reader.done()) {
            to.answerEnd(reader.trailers());
        }
        return false;
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        Receiver to = receiver;
        if (to != null) {
            to.upstreamReadComplete();
        }
        ctx.fireChannelReadComplete();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        ResponseHead present = head;
        Receiver to = receiver;
        if (to != null && present != null && present.framing() instanceof Framing.UntilClose) {
            ended = true;
            to.answerEnd(new Fields());
        } else {
            fail(CloseReason.UPSTREAM_GONE, "the upstream closed the connection");
        }
    }

    /**
     * The far sidecar cannot see whether a request is under way on the leg, and leaves it to us.
     */
    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == LegFrames.PeerStopping.EVENT) {
            peerStopping = true;
            if (pool != null) {
                dismiss();
            }
        }
        ctx.fireUserEventTriggered(event);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        Receiver to = receiver;
        if (to != null) {
            to.upstreamWritabilityChanged();
        }
        ctx.fireChannelWritabilityChanged();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        // TLS 1.3: a peer that does not accept our certificate says so only when it is read from.
        boolean tls = cause instanceof SSLException || cause.getCause() instanceof SSLException;
        if (tls) {
            fail(
                    CloseReason.UPSTREAM_TLS,
                    "the upstream ended the TLS session: " + cause.getMessage());
        } else if (cause instanceof RuntimeException && !(cause instanceof CodecException)) {
            fail(CloseReason.INTERNAL, "a defect: " + cause);
        } else {
            fail(
                    CloseReason.UPSTREAM_GONE,
                    "the connection to the upstream failed: " + cause.getMessage());
        }
    }

    private void fail(CloseReason reason, String detail) {
        Receiver to = receiver;
        receiver = null;
        close();
        if (to != null) {
            to.upstreamFailed(reason, detail);
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        idleTimer.stop();
        if (!parsing) {
            buffer.release();
            buffer = Unpooled.EMPTY_BUFFER;
        }
    }
}

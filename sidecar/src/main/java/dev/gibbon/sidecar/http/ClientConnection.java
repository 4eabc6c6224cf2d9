package dev.gibbon.sidecar.http;

import dev.gibbon.core.decision.Arrival;
import dev.gibbon.core.decision.CloseReason;
import dev.gibbon.core.entity.Protocol;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.CodecException;
import io.netty.handler.ssl.SslHandler;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One client connection: takes requests off it in their order, one at a time, and reads no further
 * while the present one cannot take more. Confined to its event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // A failed write or close ends in channelInactive.
final class ClientConnection extends ChannelInboundHandlerAdapter {
    /**
     * How long input is thrown away after a last answer: closing with unread input would reset the
     * connection and take the answer from the client (RFC 9112 section 9.6).
     */
    private static final long LINGER_MILLIS = 2_000;

    private enum Phase {
        OPEN,
        /** Nothing more is written; input is thrown away. */
        LINGERING,
        CLOSED
    }

    private final HttpFrontend frontend;
    private final Channel channel;
    private final Arrival arrival;
    private final Protocol scheme;
    private final @Nullable String sni;
    private final RequestHeadReader heads;
    private final Watchdog timer;

    private Phase phase = Phase.OPEN;
    private ByteBuf buffer = Unpooled.EMPTY_BUFFER;
    private @Nullable Exchange exchange;
    private @Nullable BodyReader body;
    private boolean bodyEndTold;
    private boolean processing;
    private boolean needsBytes = true;
    private boolean inputShut;
    private long headStartNanos;
    private long headStartMillis;
    private boolean headStarted;

    ClientConnection(
            HttpFrontend frontend,
            Channel channel,
            Arrival arrival,
            Protocol scheme,
            @Nullable String sni) {
        this.frontend = frontend;
        this.channel = channel;
        this.arrival = arrival;
        this.scheme = scheme;
        this.sni = sni;
        this.heads =
                new RequestHeadReader(
                        scheme, frontend.limits().maxRequestLine(), frontend.limits().maxHeaders());
        this.timer = new Watchdog(channel.eventLoop(), this::timedOut);
        timer.arm(frontend.limits().idleTimeout().toNanos());
    }

    Channel channel() {
        return channel;
    }

    Arrival arrival() {
        return arrival;
    }

    Protocol scheme() {
        return scheme;
    }

    @Nullable String sni() {
        return sni;
    }

    HttpFrontend frontend() {
        return frontend;
    }

    boolean isInputShut() {
        return inputShut;
    }

    /** Whether the present request has been read to its end. */
    boolean isRequestComplete() {
        return body == null || body.done();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (!(message instanceof ByteBuf bytes)) {
            return;
        }
        if (phase != Phase.OPEN) {
            bytes.release();
            return;
        }
        buffer = ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(ctx.alloc(), buffer, bytes);
        if (exchange == null) {
            noteStart();
        }
        process();
    }

    private void noteStart() {
        if (!headStarted && buffer.isReadable()) {
            headStarted = true;
            headStartNanos = System.nanoTime();
            headStartMillis = System.currentTimeMillis();
            timer.arm(frontend.limits().detectTimeout().toNanos());
        }
    }

    /** Goes on with what has been read; called whenever something that it waited for has come. */
    void process() {
        if (processing) {
            return;
        }
        processing = true;
        try {
            while (phase == Phase.OPEN && step()) {}
        } catch (HttpFault fault) {
            refuse(fault);
        } finally {
            processing = false;
        }
        if (phase != Phase.OPEN || !buffer.isReadable()) {
            dropBuffer();
        }
        Exchange present = exchange;
        if (present != null) {
            present.flushUpstream();
        }
        if (phase == Phase.OPEN) {
            // Reading on after the end of input is useless, and Netty 4.2.18's epoll transport,
            // which no longer watches such a socket, fails on it.
            if (!inputShut) {
                channel.config().setAutoRead(needsBytes || !buffer.isReadable());
            }
            watch();
        }
    }

    private boolean step() throws HttpFault {
        Exchange present = exchange;
        if (present == null) {
            if (!channel.isWritable()) {
                // A client that asks on without reading gets no further answers to keep for it.
                needsBytes = false;
                return false;
            }
            noteStart();
            RequestHead head = heads.read(buffer);
            if (head == null) {
                needsBytes = true;
                if (inputShut) {
                    gone();
                    linger(false);
                }
                return false;
            }
            headStarted = false;
            body = new BodyReader(head.framing(), frontend.limits().maxHeaders(), false);
            bodyEndTold = body.done();
            Exchange next = Exchange.of(this, head, headStartMillis, headStartNanos);
            exchange = next;
            next.start();
            return true;
        }
        BodyReader reader = body;
        if (reader == null || bodyEndTold) {
            needsBytes = false;
            return false;
        }
        if (!present.takesBody()) {
            needsBytes = false;
            return false;
        }
        ByteBuf piece = reader.read(buffer);
        if (piece != null) {
            present.requestPiece(piece);
            return true;
        }
        if (reader.done()) {
            bodyEndTold = true;
            present.requestEnd(reader.trailers());
            return true;
        }
        needsBytes = true;
        if (inputShut) {
            gone();
            closeNow();
        }
        return false;
    }

    /** Sets the limit that holds for what is now waited for. */
    private void watch() {
        long idle = frontend.limits().idleTimeout().toNanos();
        if (!channel.isWritable()) {
            timer.arm(idle);
        } else if (exchange == null) {
            if (!headStarted) {
                timer.arm(idle);
            }
        } else if (!bodyEndTold && needsBytes) {
            timer.arm(idle);
        } else {
            timer.disarm();
        }
    }

    private void timedOut() {
        Exchange present = exchange;
        if (phase == Phase.LINGERING) {
            closeNow();
        } else if (present == null) {
            if (headStarted) {
                refuse(
                        new HttpFault(
                                CloseReason.CLIENT_TIMEOUT,
                                CloseReason.CLIENT_TIMEOUT.status(),
                                "the request's head did not come in time"));
            } else {
                closeNow();
            }
        } else {
            present.clientTimedOut();
        }
    }

    private void refuse(HttpFault fault) {
        Exchange present = exchange;
        if (present == null) {
            present = Exchange.refused(this, headStartMillis, headStartNanos);
            exchange = present;
        }
        present.requestFault(fault);
    }

    /**
     * The present exchange is over, all of its answer is written.
     *
     * @param keep whether another request may follow
     */
    void exchangeDone(boolean keep) {
        exchange = null;
        boolean complete = bodyEndTold;
        body = null;
        if (keep && complete) {
            headStarted = false;
            channel.flush();
            process();
        } else {
            linger(!complete || buffer.isReadable());
        }
    }

    /** Nothing more is written: what is queued is sent, then the connection is closed. */
    private void linger(boolean inputExpected) {
        if (phase != Phase.OPEN) {
            return;
        }
        phase = Phase.LINGERING;
        if (!processing) {
            dropBuffer();
        }
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER)
                .addListener(_ -> {
                    if (!inputExpected || inputShut || !channel.isActive()) {
                        closeNow();
                        return;
                    }
                    if (channel instanceof DuplexChannel duplex
                            && channel.pipeline().get(SslHandler.class) == null) {
                        duplex.shutdownOutput();
                    }
                    channel.config().setAutoRead(true);
                    timer.arm(TimeUnit.MILLISECONDS.toNanos(LINGER_MILLIS));
                });
        // A client that does not read is not waited for either.
        timer.arm(frontend.limits().idleTimeout().toNanos());
    }

    /** An answer that cannot be completed: what is queued is sent, then the connection closed. */
    void cutOff() {
        phase = Phase.LINGERING;
        if (!processing) {
            dropBuffer();
        }
        timer.arm(frontend.limits().idleTimeout().toNanos());
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(_ -> closeNow());
    }

    /** Closes at once; what is queued is lost. */
    void closeNow() {
        phase = Phase.CLOSED;
        timer.stop();
        if (!processing) {
            dropBuffer();
        }
        channel.close();
    }

    private void dropBuffer() {
        buffer.release();
        buffer = Unpooled.EMPTY_BUFFER;
    }

    /**
     * After 101: takes the handler out.
     *
     * @return bytes that followed the request, which the caller releases
     */
    ByteBuf leave() {
        phase = Phase.CLOSED;
        timer.stop();
        exchange = null;
        ByteBuf rest = buffer;
        buffer = Unpooled.EMPTY_BUFFER;
        channel.pipeline().remove(this);
        return rest;
    }

    void drain() {
        if (phase == Phase.OPEN && exchange == null && !headStarted) {
            linger(false);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE) {
            inputShut = true;
            Exchange present = exchange;
            if (phase == Phase.LINGERING) {
                closeNow();
            } else if (present == null) {
                gone();
                closeNow();
            } else if (!bodyEndTold) {
                // The rest of the body may be in the buffer already.
                process();
            }
        }
        ctx.fireUserEventTriggered(event);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        Exchange present = exchange;
        if (present != null) {
            present.clientWritabilityChanged();
        }
        if (phase == Phase.OPEN) {
            process();
        }
        ctx.fireChannelWritabilityChanged();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        gone();
        phase = Phase.CLOSED;
        timer.stop();
        dropBuffer();
        ctx.fireChannelInactive();
    }

    /** The client has left: whatever was under way is over, and recorded. */
    private void gone() {
        Exchange present = exchange;
        exchange = null;
        if (present != null) {
            present.clientGone();
        } else if (phase == Phase.OPEN && headStarted) {
            headStarted = false;
            Exchange.refused(this, headStartMillis, headStartNanos).clientGone();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        Exchange present = exchange;
        boolean defect = cause instanceof RuntimeException && !(cause instanceof CodecException);
        if (defect && present != null) {
            present.end(CloseReason.INTERNAL, "a defect: " + cause);
        }
        closeNow();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        timer.stop();
        if (!processing) {
            dropBuffer();
        }
    }
}

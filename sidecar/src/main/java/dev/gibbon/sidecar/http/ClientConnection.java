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
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.CodecException;
import org.jspecify.annotations.Nullable;

/**
 * One client connection: takes requests off it in their order, one at a time, and reads no further
 * while the present one cannot take more. Confined to its event loop.
 */
final class ClientConnection extends ChannelInboundHandlerAdapter {
    private final HttpFrontend frontend;
    private final Channel channel;
    private final Arrival arrival;
    private final Protocol scheme;
    private final @Nullable String sni;
    private final RequestHeadReader heads;
    private final Watchdog timer;

    private final Closing closing;

    private ByteBuf buffer = Unpooled.EMPTY_BUFFER;
    private @Nullable Turn turn;

    /** When the request began whose head is being read; null where none has begun. */
    private @Nullable RequestStart start;

    /** Whether the request before has been read to its end. */
    private boolean lastRead;

    private boolean processing;
    private boolean needsBytes = true;
    private boolean inputShut;

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
        this.closing = new Closing(channel, timer, frontend.limits().idleTimeout().toNanos());
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
        return turn == null || turn.isComplete();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (!(message instanceof ByteBuf bytes)) {
            return;
        }
        if (!closing.isOpen()) {
            bytes.release();
            return;
        }
        buffer = ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(ctx.alloc(), buffer, bytes);
        if (turn == null) {
            noteStart();
        }
        process();
    }

    private void noteStart() {
        if (start == null && buffer.isReadable()) {
            start = RequestStart.now();
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
            while (closing.isOpen() && step()) {}
        } catch (HttpFault fault) {
            refuse(fault);
        } finally {
            processing = false;
        }
        if (!closing.isOpen() || !buffer.isReadable()) {
            dropBuffer();
        }
        Turn present = turn;
        if (present != null) {
            present.exchange().flushUpstream();
        }
        if (closing.isOpen()) {
            // Reading on after the end of input is useless, and Netty 4.2.18's epoll transport,
            // which no longer watches such a socket, fails on it.
            if (!inputShut) {
                channel.config().setAutoRead(needsBytes || !buffer.isReadable());
            }
            watch();
        }
    }

    private boolean step() throws HttpFault {
        Turn present = turn;
        return present == null ? stepHead() : stepBody(present);
    }

    private boolean stepHead() throws HttpFault {
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
        Exchange exchange = Exchange.of(this, head, takeStart());
        turn = Turn.of(exchange, head.framing(), frontend.limits().maxHeaders());
        exchange.start();
        return true;
    }

    private boolean stepBody(Turn present) throws HttpFault {
        return switch (present.step(buffer)) {
            case MADE -> true;
            case NEEDS_NONE -> {
                needsBytes = false;
                yield false;
            }
            case NEEDS_BYTES -> {
                needsBytes = true;
                if (inputShut) {
                    gone();
                    closeNow();
                }
                yield false;
            }
        };
    }

    private RequestStart takeStart() {
        RequestStart taken = start;
        start = null;
        return taken == null ? RequestStart.now() : taken;
    }

    /** Sets the limit that holds for what is now waited for. */
    private void watch() {
        long idle = frontend.limits().idleTimeout().toNanos();
        if (!channel.isWritable()) {
            timer.arm(idle);
        } else if (turn == null) {
            if (start == null) {
                timer.arm(idle);
            }
        } else if (!turn.isRead() && needsBytes) {
            timer.arm(idle);
        } else {
            timer.disarm();
        }
    }

    private void timedOut() {
        Turn present = turn;
        if (closing.isLingering()) {
            closeNow();
        } else if (present != null) {
            present.exchange().clientTimedOut();
        } else if (start != null) {
            refuse(
                    new HttpFault(
                            CloseReason.CLIENT_TIMEOUT,
                            CloseReason.CLIENT_TIMEOUT.status(),
                            "the request's head did not come in time"));
        } else {
            closeNow();
        }
    }

    private void refuse(HttpFault fault) {
        Turn present = turn;
        if (present == null) {
            present = Turn.refused(Exchange.refused(this, takeStart()), lastRead);
            turn = present;
        }
        present.exchange().requestFault(fault);
    }

    /**
     * The present exchange is over, all of its answer is written.
     *
     * @param keep whether another request may follow
     */
    void exchangeDone(boolean keep) {
        boolean read = turn != null && turn.isRead();
        turn = null;
        lastRead = read;
        if (keep && read) {
            start = null;
            channel.flush();
            process();
        } else {
            linger(!read || buffer.isReadable());
        }
    }

    private void linger(boolean inputExpected) {
        if (closing.isOpen()) {
            closing.linger(inputExpected && !inputShut);
            dropBufferUnlessProcessing();
        }
    }

    /** An answer that cannot be completed: what is queued is sent, then the connection closed. */
    void cutOff() {
        closing.cutOff();
        dropBufferUnlessProcessing();
    }

    /** Closes at once; what is queued is lost. */
    void closeNow() {
        closing.now();
        dropBufferUnlessProcessing();
    }

    private void dropBufferUnlessProcessing() {
        if (!processing) {
            dropBuffer();
        }
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
        closing.closed();
        turn = null;
        ByteBuf rest = buffer;
        buffer = Unpooled.EMPTY_BUFFER;
        channel.pipeline().remove(this);
        return rest;
    }

    void drain() {
        if (closing.isOpen() && turn == null && start == null) {
            linger(false);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE) {
            inputShut = true;
            if (closing.isLingering()) {
                closeNow();
            } else if (turn == null) {
                gone();
                closeNow();
            } else if (!turn.isRead()) {
                // The rest of the body may be in the buffer already.
                process();
            }
        }
        ctx.fireUserEventTriggered(event);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        Turn present = turn;
        if (present != null) {
            present.exchange().clientWritabilityChanged();
        }
        if (closing.isOpen()) {
            process();
        }
        ctx.fireChannelWritabilityChanged();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        gone();
        closing.closed();
        dropBuffer();
        ctx.fireChannelInactive();
    }

    /** The client has left: whatever was under way is over, and recorded. */
    private void gone() {
        Turn present = turn;
        turn = null;
        if (present != null) {
            present.exchange().clientGone();
        } else if (closing.isOpen() && start != null) {
            Exchange.refused(this, takeStart()).clientGone();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        Turn present = turn;
        boolean defect = cause instanceof RuntimeException && !(cause instanceof CodecException);
        if (defect && present != null) {
            present.exchange().end(CloseReason.INTERNAL, "a defect: " + cause);
        }
        closeNow();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        timer.stop();
        dropBufferUnlessProcessing();
    }
}

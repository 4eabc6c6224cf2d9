package dev.gibbon.sidecar.http;

import dev.gibbon.core.decision.CloseReason;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import org.jspecify.annotations.Nullable;

/**
 * One request on one upstream connection: sends it, within the Service's time limits, and gives the
 * connection back after the answer. Confined to the client connection's event loop.
 */
final class UpstreamRequest implements UpstreamLink.Receiver {

    /** Told in the order of the answer; nothing after it has ended, switched or failed. */
    interface Listener {
        void interim(ResponseHead head);

        void answered(ResponseHead head);

        /** A piece of the answer's body; the listener releases it. */
        void answerPiece(ByteBuf piece);

        void answerEnd(Fields trailers);

        /** All that one read brought has been delivered. */
        void answerFlushed();

        /** The upstream speaks another protocol from here on; the connection is the listener's. */
        void switched(ResponseHead head, UpstreamLink link);

        /** The connection failed; it is closed already. */
        void failed(LinkFailure failure);
    }

    private final ClientConnection client;
    private final Forwarding forwarding;
    private final UpstreamLink link;
    private final PoolKey key;
    private final Listener listener;
    private final MessageWriter writer;
    private final ServiceTimer timer;

    private @Nullable ResponseHead answer;
    private boolean sent;
    private long sentNanos;

    /** The upstream takes no more of the body: the rest of it is thrown away. */
    private boolean bodyStopped;

    /** The connection is in other hands, or closed. */
    private boolean over;

    /**
     * @param key what the connection is kept under when it is free again
     */
    UpstreamRequest(
            ClientConnection client,
            Forwarding forwarding,
            UpstreamLink link,
            PoolKey key,
            Listener listener) {
        this.client = client;
        this.forwarding = forwarding;
        this.link = link;
        this.key = key;
        this.listener = listener;
        this.writer = new MessageWriter(link.channel());
        this.timer = new ServiceTimer(forwarding.service(), link.channel(), this::timedOut);
    }

    /** Sends the head; the listener may be told before this returns. */
    void send() {
        client.frontend().balancer().begun(link.connection().address());
        link.begin(this, forwarding.head().method());
        watchWrite(
                writer.head(
                        forwarding.line(),
                        forwarding.fields(client.arrival(), client.scheme()),
                        forwarding.head().framing()));
        sent = !forwarding.hasBody();
        sentNanos = System.nanoTime();
        link.channel().flush();
        client.process();
        touch();
    }

    /** When the request was sent, or its head if its body is still on its way. */
    long sentNanos() {
        return sentNanos;
    }

    /** A write that fails ends the body, not the exchange: the answer may have arrived already. */
    private void watchWrite(ChannelFuture write) {
        write.addListener(done -> {
            if (!done.isSuccess() && !over && !bodyStopped) {
                bodyStopped = true;
                client.process();
            }
        });
    }

    /** Whether pieces of the body may be given. */
    boolean takesBody() {
        return bodyStopped || link.channel().isWritable();
    }

    /** Takes a piece of the body; releases it. */
    void piece(ByteBuf piece) {
        if (bodyStopped || over) {
            piece.release();
        } else {
            watchWrite(writer.piece(piece));
        }
    }

    /** The body is complete. */
    void end(Fields trailers) {
        if (!bodyStopped && !over) {
            watchWrite(writer.end(trailers));
            sent = true;
            sentNanos = System.nanoTime();
            touch();
        }
    }

    void flush() {
        link.channel().flush();
    }

    /** An upstream is read from only while the client takes what it says. */
    void readWhile(boolean clientTakes) {
        link.channel().config().setAutoRead(clientTakes);
        touch();
    }

    @Override
    public void answered(ResponseHead head) {
        touch();
        if (head.isInterim()) {
            listener.interim(head);
        } else if (head.status() != 101) {
            answer = head;
            listener.answered(head);
        } else if (forwarding.head().asksForWebSocket()) {
            over = true;
            timer.stop();
            link.channel().closeFuture().addListener(_ -> unload());
            listener.switched(head, link);
        } else {
            fail(CloseReason.BAD_RESPONSE, "the upstream switched protocols unasked");
        }
    }

    @Override
    public void answerPiece(ByteBuf piece) {
        touch();
        listener.answerPiece(piece);
    }

    @Override
    public void answerEnd(Fields trailers) {
        leave();
        giveBack();
        listener.answerEnd(trailers);
    }

    private void giveBack() {
        HttpFrontend frontend = client.frontend();
        ResponseHead head = answer;
        boolean complete = sent && !bodyStopped;
        boolean reusable =
                complete
                        && head != null
                        && head.keepAlive()
                        && !(head.framing() instanceof Framing.UntilClose)
                        && !frontend.isDraining();
        if (reusable) {
            link.release(frontend.pool(client.channel().eventLoop()), key);
        } else if (complete) {
            link.dismiss();
        } else {
            link.abandon();
        }
    }

    @Override
    public void upstreamReadComplete() {
        listener.answerFlushed();
    }

    @Override
    public void upstreamWritabilityChanged() {
        client.process();
        touch();
    }

    private void touch() {
        if (!over) {
            timer.touch(sent || bodyStopped);
        }
    }

    private void timedOut() {
        fail(
                CloseReason.UPSTREAM_TIMEOUT,
                "the upstream neither read nor wrote within the Service's limits");
    }

    private void fail(CloseReason reason, String detail) {
        link.abandon();
        upstreamFailed(reason, detail);
    }

    @Override
    public void upstreamFailed(CloseReason reason, String detail) {
        if (!over) {
            leave();
            listener.failed(LinkFailure.of(link, reason, detail));
        }
    }

    /** The exchange wants to hear no more. */
    void abandon() {
        if (!over) {
            leave();
            link.abandon();
        }
    }

    private void leave() {
        over = true;
        unload();
        timer.stop();
    }

    private void unload() {
        client.frontend().balancer().ended(link.connection().address());
    }
}

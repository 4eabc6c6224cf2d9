package dev.gibbon.sidecar.http;

import dev.gibbon.core.decision.CloseReason;
import dev.gibbon.core.entity.Service;
import dev.gibbon.core.net.IpPort;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to have a request answered by its upstream: sends it on a connection, within the
 * Service's time limits, and gives that connection back after the answer. Confined to the client
 * connection's event loop.
 */
final class UpstreamRequest implements UpstreamLink.Receiver, Acquisition.Listener {

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

        /** There is no connection to send the request on. */
        void notSent(CloseReason reason, String detail);

        /** The connection failed; it is closed already. */
        void failed(LinkFailure failure);
    }

    private sealed interface Stage {
        record Acquiring() implements Stage {}

        /**
         * @param key what the link is kept under when it is free again
         */
        record Attached(UpstreamLink link, PoolKey key, MessageWriter writer) implements Stage {}

        record Over() implements Stage {}
    }

    private final ClientConnection client;
    private final Forwarding forwarding;
    private final RequestRecord record;
    private final Listener listener;
    private final Acquisition acquisition;
    private final Watchdog timer;

    private Stage stage = new Stage.Acquiring();
    private @Nullable ResponseHead answer;
    private boolean sent;
    private long sentNanos;

    /** The upstream takes no more of the body: the rest of it is thrown away. */
    private boolean bodyStopped;

    UpstreamRequest(
            ClientConnection client,
            Forwarding forwarding,
            RequestRecord record,
            Listener listener) {
        this.client = client;
        this.forwarding = forwarding;
        this.record = record;
        this.listener = listener;
        this.acquisition =
                new Acquisition(client.frontend(), client.channel().eventLoop(), forwarding, this);
        this.timer = new Watchdog(client.channel().eventLoop(), this::timedOut);
    }

    /** Begins, on any connection. The listener may be told before this returns. */
    void start() {
        acquisition.start();
    }

    /** Begins, on a fresh connection, after one to that address failed. */
    void startAfter(IpPort failed) {
        acquisition.startAfter(failed);
    }

    @Override
    public void acquired(UpstreamLink link, PoolKey key) {
        MessageWriter writer = new MessageWriter(link.channel());
        stage = new Stage.Attached(link, key, writer);
        client.frontend().balancer().begun(link.connection().address());
        record.connected(link.connection());
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
        watch();
    }

    @Override
    public void notAcquired(CloseReason reason, String detail) {
        stage = new Stage.Over();
        timer.stop();
        listener.notSent(reason, detail);
    }

    /** When the request was sent, or its head if its body is still on its way. */
    long sentNanos() {
        return sentNanos;
    }

    /** A write that fails ends the body, not the exchange: the answer may have arrived already. */
    private void watchWrite(ChannelFuture write) {
        write.addListener(done -> {
            if (!done.isSuccess() && stage instanceof Stage.Attached && !bodyStopped) {
                bodyStopped = true;
                client.process();
            }
        });
    }

    /** Whether pieces of the body may be given. */
    boolean takesBody() {
        return bodyStopped
                || (stage instanceof Stage.Attached(UpstreamLink link, _, _)
                        && link.channel().isWritable());
    }

    /** Takes a piece of the body; releases it. */
    void piece(ByteBuf piece) {
        if (!bodyStopped && stage instanceof Stage.Attached(_, _, MessageWriter writer)) {
            watchWrite(writer.piece(piece));
        } else {
            piece.release();
        }
    }

    /** The body is complete. */
    void end(Fields trailers) {
        if (!bodyStopped && stage instanceof Stage.Attached(_, _, MessageWriter writer)) {
            watchWrite(writer.end(trailers));
            sent = true;
            sentNanos = System.nanoTime();
            watch();
        }
    }

    void flush() {
        if (stage instanceof Stage.Attached(UpstreamLink link, _, _)) {
            link.channel().flush();
        }
    }

    /** An upstream is read from only while the client takes what it says. */
    void readWhile(boolean clientTakes) {
        if (stage instanceof Stage.Attached(UpstreamLink link, _, _)) {
            link.channel().config().setAutoRead(clientTakes);
            watch();
        }
    }

    @Override
    public void answered(ResponseHead head) {
        watch();
        if (head.isInterim()) {
            listener.interim(head);
        } else if (head.status() != 101) {
            answer = head;
            listener.answered(head);
        } else if (!forwarding.head().asksForWebSocket()) {
            fail(CloseReason.BAD_RESPONSE, "the upstream switched protocols unasked");
        } else if (stage instanceof Stage.Attached(UpstreamLink link, _, _)) {
            stage = new Stage.Over();
            timer.stop();
            link.channel().closeFuture().addListener(_ -> unload(link));
            listener.switched(head, link);
        }
    }

    @Override
    public void answerPiece(ByteBuf piece) {
        watch();
        listener.answerPiece(piece);
    }

    @Override
    public void answerEnd(Fields trailers) {
        if (stage instanceof Stage.Attached(UpstreamLink link, PoolKey key, _)) {
            leave(link);
            giveBack(link, key);
        }
        listener.answerEnd(trailers);
    }

    private void giveBack(UpstreamLink link, PoolKey key) {
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
        watch();
    }

    private void watch() {
        Service service = forwarding.service();
        if (service == null || !(stage instanceof Stage.Attached(UpstreamLink link, _, _))) {
            timer.disarm();
        } else if (!link.channel().isWritable()) {
            timer.arm(TimeUnit.MILLISECONDS.toNanos(service.writeTimeout()));
        } else if ((sent || bodyStopped) && link.channel().config().isAutoRead()) {
            timer.arm(TimeUnit.MILLISECONDS.toNanos(service.readTimeout()));
        } else {
            timer.disarm();
        }
    }

    private void timedOut() {
        fail(
                CloseReason.UPSTREAM_TIMEOUT,
                "the upstream neither read nor wrote within the Service's limits");
    }

    private void fail(CloseReason reason, String detail) {
        if (stage instanceof Stage.Attached(UpstreamLink link, _, _)) {
            link.abandon();
        }
        upstreamFailed(reason, detail);
    }

    @Override
    public void upstreamFailed(CloseReason reason, String detail) {
        if (stage instanceof Stage.Attached(UpstreamLink link, _, _)) {
            leave(link);
            listener.failed(LinkFailure.of(link, reason, detail));
        }
    }

    /** The exchange wants to hear no more. */
    void abandon() {
        switch (stage) {
            case Stage.Acquiring _ -> {
                stage = new Stage.Over();
                timer.stop();
                acquisition.cancel();
            }
            case Stage.Attached(UpstreamLink link, _, _) -> {
                leave(link);
                link.abandon();
            }
            case Stage.Over _ -> {}
        }
    }

    private void leave(UpstreamLink link) {
        stage = new Stage.Over();
        unload(link);
        timer.stop();
    }

    private void unload(UpstreamLink link) {
        client.frontend().balancer().ended(link.connection().address());
    }
}

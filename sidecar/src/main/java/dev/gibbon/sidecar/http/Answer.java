package dev.gibbon.sidecar.http;

import dev.gibbon.core.decision.CloseReason;
import dev.gibbon.core.decision.HttpDecision;
import dev.gibbon.sidecar.relay.Endings;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import org.jspecify.annotations.Nullable;

/**
 * What a client is answered to one request: what the upstream says, or the sidecar itself; and the
 * record of it, once that is written. Confined to the client connection's event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // A failed write or close ends in channelInactive.
final class Answer {
    private final ClientConnection client;
    private final HttpFrontend frontend;
    private final Channel channel;
    private final @Nullable RequestHead asked;
    private final RequestRecord record;
    private final MessageWriter writer;

    /** How the body of the final answer is framed; null while its head is not written. */
    private @Nullable Framing framing;

    private boolean keep;

    /**
     * @param asked null if the request's head could not be read
     */
    Answer(ClientConnection client, @Nullable RequestHead asked, RequestRecord record) {
        this.client = client;
        this.frontend = client.frontend();
        this.channel = client.channel();
        this.asked = asked;
        this.record = record;
        this.writer = new MessageWriter(channel);
    }

    /** Whether the head of the final answer is written. */
    boolean hasBegun() {
        return framing != null;
    }

    /** Passes an interim head on. */
    void interim(ResponseHead head) {
        // RFC 9110 section 15.2: HTTP/1.0 clients do not expect them.
        if (asked != null && !asked.http10()) {
            writeHead(head, ReturnedFields.of(head));
        }
    }

    /** Tells the client that the protocol is switched, as it has asked. */
    void switched(ResponseHead head, HttpDecision.Forward decision) {
        record.status(101);
        Fields fields = ReturnedFields.of(head);
        fields.add("Connection", "Upgrade");
        fields.add("Upgrade", "websocket");
        if (!decision.passThrough()) {
            fields.add("Via", frontend.via());
        }
        writeHead(head, fields);
    }

    private void writeHead(ResponseHead head, Fields fields) {
        channel.write(MessageWriter.encode(channel.alloc(), AnswerHead.statusLine(head), fields));
    }

    /**
     * Begins the final answer.
     *
     * @param sentNanos when the request was sent on
     */
    void begin(Forwarding forwarding, ResponseHead head, long sentNanos) {
        long now = System.nanoTime();
        RequestHead request = forwarding.head();
        Framing chosen = AnswerHead.framing(request, head);
        framing = chosen;
        keep = mayKeep(request) && !(chosen instanceof Framing.UntilClose);
        record.status(head.status());
        AnswerHead translated =
                AnswerHead.of(
                        request,
                        head,
                        forwarding.decision(),
                        keep,
                        frontend.via(),
                        sentNanos - record.startedNanos(),
                        now - sentNanos);
        writer.head(translated.line(), translated.fields(), translated.framing());
    }

    private boolean mayKeep(RequestHead request) {
        return request.wantsKeepAlive() && client.isRequestComplete() && !frontend.isDraining();
    }

    /** A piece of the body; it is released. */
    void piece(ByteBuf piece) {
        record.sent(piece.readableBytes());
        writer.piece(piece);
    }

    /** The answer is complete. */
    void end(Fields trailers) {
        recordWhenWritten(writer.end(trailers), CloseReason.FINISHED, null);
        client.exchangeDone(keep && !frontend.isDraining());
    }

    /** Answers without an upstream. */
    void own(CloseReason reason, int status, String detail) {
        boolean kept = asked != null && mayKeep(asked);
        writeOwn(OwnAnswer.of(asked, reason, status, detail, null, kept), reason, status, detail);
        client.exchangeDone(kept);
    }

    /** Answers that the request is invalid, behind which nothing can be read. */
    void invalid(HttpFault fault) {
        OwnAnswer own =
                OwnAnswer.of(
                        asked,
                        fault.reason(),
                        fault.status(),
                        fault.detail(),
                        fault.allow(),
                        false);
        writeOwn(own, fault.reason(), fault.status(), fault.detail());
        client.exchangeDone(false);
    }

    private void writeOwn(OwnAnswer own, CloseReason reason, int status, String detail) {
        record.status(status);
        record.sent(own.body().length);
        channel.write(MessageWriter.encode(channel.alloc(), own.line(), own.fields()));
        recordWhenWritten(channel.write(Unpooled.wrappedBuffer(own.body())), reason, detail);
    }

    private void recordWhenWritten(
            ChannelFuture last, CloseReason reason, @Nullable String detail) {
        last.addListener(done -> {
            if (done.isSuccess()) {
                record.end(frontend.telemetry(), reason, detail);
            } else {
                record.end(
                        frontend.telemetry(),
                        CloseReason.CLIENT_GONE,
                        "the client left before it had read the answer");
            }
        });
    }

    /** An answer that has begun cannot be completed: the client must not take it for whole. */
    void cutOff(CloseReason reason, String detail) {
        none(reason, detail);
        if (framing instanceof Framing.UntilClose) {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
        }
        client.cutOff();
    }

    /** What the client would have seen without a sidecar. */
    void reset(CloseReason reason, String detail) {
        none(reason, detail);
        Endings.reset(channel);
    }

    /** There is no answer, or not the rest of it. */
    void none(CloseReason reason, String detail) {
        record.end(frontend.telemetry(), reason, detail);
    }
}

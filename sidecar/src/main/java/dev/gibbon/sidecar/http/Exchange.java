package dev.gibbon.sidecar.http;

import dev.gibbon.core.decision.CloseReason;
import dev.gibbon.core.decision.Decisions;
import dev.gibbon.core.decision.HttpDecision;
import dev.gibbon.core.decision.LegHeader;
import dev.gibbon.core.decision.Upstream;
import dev.gibbon.core.entity.Service;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer. Has it decided once, carries that decision out, and is recorded once,
 * whatever happens. Confined to the client connection's event loop.
 */
final class Exchange implements Routing.Listener, Acquisition.Listener, UpstreamRequest.Listener {
    private sealed interface Stage {
        /** Nothing has been asked for yet. */
        record Fresh() implements Stage {}

        record Deciding(RequestHead head, Routing routing) implements Stage {}

        /**
         * @param retry whether it has been sent before
         */
        record Acquiring(Forwarding forwarding, Acquisition acquisition, boolean retry)
                implements Stage {}

        /**
         * @param retry whether it had been sent before
         */
        record Sending(Forwarding forwarding, UpstreamRequest upstream, boolean retry)
                implements Stage {}

        /** The answer's last byte is written, or there will be none. */
        record Over() implements Stage {}
    }

    private final ClientConnection client;
    private final RequestRecord record;
    private final Answer answer;
    private Stage stage = new Stage.Fresh();

    private Exchange(ClientConnection client, @Nullable RequestHead request, RequestStart start) {
        this.client = client;
        this.record =
                new RequestRecord(client.arrival(), client.scheme(), client.sni(), request, start);
        this.answer = new Answer(client, request, record);
    }

    /** A request whose head has been read. */
    static Exchange of(ClientConnection client, RequestHead head, RequestStart start) {
        Exchange exchange = new Exchange(client, head, start);
        exchange.stage = new Stage.Deciding(head, new Routing(client, head, exchange));
        return exchange;
    }

    /** A request whose head could not be read. */
    static Exchange refused(ClientConnection client, RequestStart start) {
        return new Exchange(client, null, start);
    }

    /** Decides and begins. May be over when it returns. */
    void start() {
        if (stage instanceof Stage.Deciding(_, Routing routing)) {
            routing.start();
        }
    }

    @Override
    public void respond(HttpDecision.Respond decision) {
        record.route(decision.route());
        stage = new Stage.Over();
        answer.own(decision.reason(), decision.reason().status(), decision.message());
    }

    @Override
    public void forward(Decisions decider, HttpDecision.Forward decision) {
        if (!(stage instanceof Stage.Deciding(RequestHead head, _))) {
            return;
        }
        Upstream upstream = decision.upstream();
        record.upstream(upstream);
        LegHeader leg = decider.leg(client.arrival(), upstream, client.scheme(), client.sni());
        acquire(new Forwarding(head, decider, decision, leg), false).start();
    }

    private Acquisition acquire(Forwarding forwarding, boolean retry) {
        Acquisition acquisition =
                new Acquisition(client.frontend(), client.channel().eventLoop(), forwarding, this);
        stage = new Stage.Acquiring(forwarding, acquisition, retry);
        return acquisition;
    }

    @Override
    public void acquired(UpstreamLink link, PoolKey key) {
        if (!(stage instanceof Stage.Acquiring(Forwarding forwarding, _, boolean retry))) {
            link.abandon();
            return;
        }
        record.connected(link.connection());
        UpstreamRequest upstream = new UpstreamRequest(client, forwarding, link, key, this);
        stage = new Stage.Sending(forwarding, upstream, retry);
        upstream.send();
    }

    @Override
    public void notAcquired(CloseReason reason, String detail) {
        if (stage instanceof Stage.Acquiring(Forwarding forwarding, _, _)) {
            giveUp(forwarding, reason, detail);
        }
    }

    // ---- the request's body

    /** Whether pieces of the body may be given. */
    boolean takesBody() {
        return stage instanceof Stage.Sending(_, UpstreamRequest upstream, _)
                && upstream.takesBody();
    }

    /** Takes a piece of the body; releases it. */
    void requestPiece(ByteBuf piece) {
        record.received(piece.readableBytes());
        if (stage instanceof Stage.Sending(_, UpstreamRequest upstream, _)) {
            upstream.piece(piece);
        } else {
            piece.release();
        }
    }

    /** The body is complete. */
    void requestEnd(Fields trailers) {
        if (stage instanceof Stage.Sending(_, UpstreamRequest upstream, _)) {
            upstream.end(trailers);
        }
    }

    void flushUpstream() {
        if (stage instanceof Stage.Sending(_, UpstreamRequest upstream, _)) {
            upstream.flush();
        }
    }

    // ---- the upstream's answer

    @Override
    public void interim(ResponseHead head) {
        answer.interim(head);
    }

    @Override
    public void answered(ResponseHead head) {
        if (stage instanceof Stage.Sending(Forwarding forwarding, UpstreamRequest upstream, _)) {
            answer.begin(forwarding, head, upstream.sentNanos());
        }
    }

    @Override
    public void answerPiece(ByteBuf piece) {
        answer.piece(piece);
    }

    @Override
    public void answerEnd(Fields trailers) {
        stage = new Stage.Over();
        answer.end(trailers);
    }

    @Override
    public void answerFlushed() {
        client.channel().flush();
        clientWritabilityChanged();
    }

    void clientWritabilityChanged() {
        if (stage instanceof Stage.Sending(_, UpstreamRequest upstream, _)) {
            upstream.readWhile(client.channel().isWritable());
        }
    }

    /** Both sides have agreed: from here on bytes are passed as they are. */
    @Override
    public void switched(ResponseHead head, UpstreamLink link) {
        if (!(stage instanceof Stage.Sending(Forwarding forwarding, _, _))) {
            return;
        }
        stage = new Stage.Over();
        answer.switched(head, forwarding.decision());
        Service service = forwarding.service();
        UpgradeRelay.start(
                client,
                link,
                record,
                client.frontend().telemetry(),
                service == null ? 0 : service.readTimeout());
    }

    // ---- failures

    @Override
    public void failed(LinkFailure failure) {
        if (!(stage instanceof Stage.Sending(Forwarding forwarding, _, boolean retry))) {
            return;
        }
        if (answer.hasBegun()) {
            stage = new Stage.Over();
            answer.cutOff(failure.reason(), failure.detail());
        } else if (!retry && mayRetry(forwarding, failure)) {
            acquire(forwarding, true).startAfter(failure.address());
        } else {
            giveUp(forwarding, failure.reason(), failure.detail());
        }
    }

    private static boolean mayRetry(Forwarding forwarding, LinkFailure failure) {
        boolean toEndpoint = forwarding.upstream().destination() != null;
        return RetryPolicy.permits(forwarding.head(), toEndpoint, failure);
    }

    private void giveUp(Forwarding forwarding, CloseReason reason, String detail) {
        stage = new Stage.Over();
        if (forwarding.decision().passThrough()) {
            answer.reset(reason, detail);
        } else {
            answer.own(reason, reason.status(), detail);
        }
    }

    /** The request turned out to be invalid, in its head or in its body. */
    void requestFault(HttpFault fault) {
        stop();
        if (answer.hasBegun()) {
            answer.cutOff(fault.reason(), fault.detail());
        } else {
            answer.invalid(fault);
        }
    }

    /** The client has left. */
    void clientGone() {
        end(CloseReason.CLIENT_GONE, "the client closed before the exchange was over");
    }

    /** The client neither sends what it announced nor reads what it asked for. */
    void clientTimedOut() {
        if (!answer.hasBegun() && !client.isRequestComplete() && client.channel().isWritable()) {
            requestFault(
                    new HttpFault(
                            CloseReason.CLIENT_TIMEOUT,
                            CloseReason.CLIENT_TIMEOUT.status(),
                            "the request's body did not come in time"));
        } else {
            end(CloseReason.CLIENT_TIMEOUT, "the client did not read or write in time");
            client.closeNow();
        }
    }

    /** It is over without an answer, or without the rest of it. */
    void end(CloseReason reason, String detail) {
        stop();
        answer.none(reason, detail);
    }

    private void stop() {
        Stage before = stage;
        stage = new Stage.Over();
        switch (before) {
            case Stage.Deciding(_, Routing routing) -> routing.cancel();
            case Stage.Acquiring(_, Acquisition acquisition, _) -> acquisition.cancel();
            case Stage.Sending(_, UpstreamRequest upstream, _) -> upstream.abandon();
            case Stage.Fresh _, Stage.Over _ -> {}
        }
    }
}

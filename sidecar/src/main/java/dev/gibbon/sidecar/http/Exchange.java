package dev.gibbon.sidecar.http;

import dev.gibbon.core.decision.CloseReason;
import dev.gibbon.core.decision.Decisions;
import dev.gibbon.core.decision.HttpDecision;
import dev.gibbon.core.decision.LegHeader;
import dev.gibbon.core.decision.Upstream;
import dev.gibbon.core.decision.UpstreamTls;
import dev.gibbon.core.entity.Service;
import dev.gibbon.core.net.IpPort;
import dev.gibbon.core.route.HttpKey;
import dev.gibbon.core.rule.RuleOrigin;
import dev.gibbon.sidecar.relay.Endings;
import dev.gibbon.sidecar.upstream.ConnectException;
import dev.gibbon.sidecar.upstream.DialRequest;
import dev.gibbon.sidecar.upstream.UpstreamConnection;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.util.concurrent.Future;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer. Asks the decider once, carries its decision out, and is recorded
 * once, whatever happens. Confined to the client connection's event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // A failed write or close ends in channelInactive.
final class Exchange implements UpstreamLink.Receiver {
    private final ClientConnection client;
    private final HttpFrontend frontend;
    private final Channel downstream;
    private final @Nullable RequestHead request;
    private final RequestRecord record;
    private final MessageWriter toClient;
    private final Watchdog upstreamTimer;

    private @Nullable Decisions decider;
    private HttpDecision.@Nullable Forward decision;
    private @Nullable LegHeader leg;
    private @Nullable PoolKey key;
    private @Nullable Future<UpstreamConnection> dial;
    private @Nullable UpstreamLink link;
    private @Nullable MessageWriter toUpstream;
    private @Nullable ResponseHead answer;
    private Framing answerFraming = new Framing.None();

    /** The answer's last byte is written, or there will be none. */
    private boolean over;

    /** The head of the final answer is written. */
    private boolean committed;

    private boolean keep;
    private boolean requestSent;

    /** The upstream takes no more of the body: the rest of it is thrown away. */
    private boolean bodyStopped;

    private boolean retried;

    /** Ids that the control plane was asked for in vain. */
    private Set<String> unanswered = Set.of();

    /** What the balancer counts this exchange for. */
    private @Nullable IpPort loaded;

    private long requestSentNanos;

    Exchange(
            ClientConnection client,
            @Nullable RequestHead request,
            long startedMillis,
            long startedNanos) {
        this.client = client;
        this.frontend = client.frontend();
        this.downstream = client.channel();
        this.request = request;
        this.toClient = new MessageWriter(downstream);
        this.record =
                new RequestRecord(
                        client.arrival(),
                        client.scheme(),
                        client.sni(),
                        request,
                        startedMillis,
                        startedNanos);
        this.upstreamTimer = new Watchdog(downstream.eventLoop(), this::upstreamTimedOut);
    }

    /** A request whose head could not be read. */
    static Exchange refused(ClientConnection client, long startedMillis, long startedNanos) {
        return new Exchange(client, null, startedMillis, startedNanos);
    }

    /** Decides and begins. May be over when it returns. */
    void start() {
        RequestHead head = request;
        if (head == null) {
            return;
        }
        Authority authority = head.authority();
        decide(
                new HttpKey(
                        client.scheme(),
                        head.method(),
                        authority == null ? "" : authority.host(),
                        head.path(),
                        client.arrival().destination(),
                        head.fields()));
    }

    private void decide(HttpKey asked) {
        Decisions chosen = frontend.decider();
        switch (chosen.http(client.arrival(), asked, unanswered)) {
            case HttpDecision.Ask(String id) -> ask(id, asked);
            case HttpDecision.Respond(CloseReason reason, String message, RuleOrigin route) -> {
                record.route(route);
                respond(reason, reason.status(), message);
            }
            case HttpDecision.Forward forward -> {
                decider = chosen;
                decision = forward;
                forward(chosen, forward.upstream());
            }
        }
    }

    private void ask(String id, HttpKey asked) {
        frontend.destinations()
                .ask(downstream.eventLoop(), id)
                .addListener((Future<Boolean> answer) -> {
                    if (over) {
                        return;
                    }
                    if (!Boolean.TRUE.equals(answer.getNow())) {
                        unanswered = with(unanswered, id);
                    }
                    decide(asked);
                });
    }

    private static Set<String> with(Set<String> ids, String more) {
        Set<String> all = new HashSet<>(ids);
        all.add(more);
        return all;
    }

    private void forward(Decisions chosen, Upstream upstream) {
        record.upstream(upstream);
        LegHeader header = chosen.leg(client.arrival(), upstream, client.scheme(), client.sni());
        leg = header;
        frontend.destinations().used(upstream.authority());
        List<IpPort> endpoints = frontend.balancer().order(chosen, upstream);
        key =
                endpoints.isEmpty()
                        ? PoolKey.of(chosen, upstream, header)
                        : PoolKey.of(chosen, upstream, endpoints.getFirst(), header);
        UpstreamLink idle = frontend.pool(downstream.eventLoop()).take(key);
        if (idle != null) {
            attach(idle);
        } else {
            dial(new DialRequest(chosen, upstream, header, endpoints));
        }
    }

    private void dial(DialRequest wanted) {
        Future<UpstreamConnection> future =
                frontend.connector().connect(downstream.eventLoop(), wanted);
        dial = future;
        future.addListener((Future<UpstreamConnection> done) -> {
            if (downstream.eventLoop().inEventLoop()) {
                dialled(wanted, done);
            } else {
                downstream.eventLoop().execute(() -> dialled(wanted, done));
            }
        });
    }

    private void dialled(DialRequest wanted, Future<UpstreamConnection> done) {
        dial = null;
        if (done.isSuccess()) {
            UpstreamConnection connection = done.getNow();
            if (over) {
                connection.channel().close();
            } else {
                if (!wanted.endpoints().isEmpty()) {
                    // It may be another one than the first.
                    key =
                            PoolKey.of(
                                    wanted.decisions(),
                                    wanted.upstream(),
                                    connection.address(),
                                    wanted.leg());
                }
                attach(new UpstreamLink(connection, frontend.limits().maxHeaders()));
            }
        } else if (!over) {
            if (done.cause() instanceof ConnectException failure) {
                upstreamFailed(failure.reason(), failure.detail());
            } else {
                upstreamFailed(CloseReason.INTERNAL, "connecting failed: " + done.cause());
            }
        }
    }

    private void attach(UpstreamLink chosen) {
        RequestHead head = request;
        HttpDecision.Forward forward = decision;
        if (head == null || forward == null) {
            chosen.abandon();
            return;
        }
        link = chosen;
        loaded = chosen.connection().address();
        frontend.balancer().begun(loaded);
        record.connected(chosen.connection());
        chosen.begin(this, head.method());
        MessageWriter writer = new MessageWriter(chosen.channel());
        toUpstream = writer;
        Fields fields = ForwardedFields.of(head, forward, client.arrival(), client.scheme());
        String line = head.method() + " " + forward.path() + head.query() + " HTTP/1.1";
        // RFC 9110 section 8.6: a body of no bytes is announced where the client announced it.
        if (head.framing() instanceof Framing.None && head.fields().count("content-length") > 0) {
            fields.add("Content-Length", "0");
        }
        watchWrite(writer.head(line, fields, head.framing()));
        requestSent = head.framing() instanceof Framing.None;
        requestSentNanos = System.nanoTime();
        chosen.channel().flush();
        client.process();
        watchUpstream();
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
        UpstreamLink present = link;
        return bodyStopped || (present != null && present.channel().isWritable());
    }

    /** Takes a piece of the body; releases it. */
    void requestPiece(ByteBuf piece) {
        record.received(piece.readableBytes());
        MessageWriter writer = toUpstream;
        if (bodyStopped || over || writer == null) {
            piece.release();
        } else {
            watchWrite(writer.piece(piece));
        }
    }

    /** The body is complete. */
    void requestEnd(Fields trailers) {
        MessageWriter writer = toUpstream;
        if (!bodyStopped && !over && writer != null) {
            watchWrite(writer.end(trailers));
            requestSent = true;
            requestSentNanos = System.nanoTime();
            watchUpstream();
        }
    }

    void flushUpstream() {
        UpstreamLink present = link;
        if (present != null) {
            present.channel().flush();
        }
    }

    @Override
    public void answered(ResponseHead head) {
        watchUpstream();
        RequestHead asked = request;
        if (over || asked == null) {
            return;
        }
        if (head.isInterim()) {
            // RFC 9110 section 15.2: HTTP/1.0 clients do not expect them.
            if (!asked.http10()) {
                downstream.write(
                        MessageWriter.encode(
                                downstream.alloc(),
                                AnswerHead.statusLine(head),
                                ReturnedFields.of(head)));
            }
            return;
        }
        if (head.status() == 101) {
            if (asked.asksForWebSocket()) {
                upgrade(head);
            } else {
                failLink(CloseReason.BAD_RESPONSE, "the upstream switched protocols unasked");
            }
            return;
        }
        commit(asked, head);
    }

    private void commit(RequestHead asked, ResponseHead head) {
        long now = System.nanoTime();
        answer = head;
        committed = true;
        answerFraming = AnswerHead.framing(asked, head);
        keep =
                asked.wantsKeepAlive()
                        && client.isRequestComplete()
                        && !frontend.isDraining()
                        && !(answerFraming instanceof Framing.UntilClose);
        record.status(head.status());
        AnswerHead translated =
                AnswerHead.of(
                        asked,
                        head,
                        decision,
                        keep,
                        frontend.via(),
                        requestSentNanos - record.startedNanos(),
                        now - requestSentNanos);
        toClient.head(translated.line(), translated.fields(), translated.framing());
    }

    @Override
    public void answerPiece(ByteBuf piece) {
        watchUpstream();
        if (over) {
            piece.release();
            return;
        }
        record.sent(piece.readableBytes());
        toClient.piece(piece);
    }

    private void unload() {
        IpPort endpoint = loaded;
        loaded = null;
        if (endpoint != null) {
            frontend.balancer().ended(endpoint);
        }
    }

    @Override
    public void answerEnd(Fields trailers) {
        unload();
        UpstreamLink used = link;
        PoolKey usedKey = key;
        ResponseHead head = answer;
        link = null;
        upstreamTimer.stop();
        if (used != null) {
            boolean complete = requestSent && !bodyStopped;
            boolean reusable =
                    complete
                            && head != null
                            && head.keepAlive()
                            && !(head.framing() instanceof Framing.UntilClose)
                            && !frontend.isDraining();
            if (reusable && usedKey != null) {
                used.release(frontend.pool(downstream.eventLoop()), usedKey);
            } else if (complete) {
                used.dismiss();
            } else {
                used.abandon();
            }
        }
        if (!over) {
            recordWhenWritten(toClient.end(trailers), CloseReason.FINISHED, null);
            over = true;
            client.exchangeDone(keep && !frontend.isDraining());
        }
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

    @Override
    public void upstreamReadComplete() {
        if (!over) {
            downstream.flush();
            clientWritabilityChanged();
        }
    }

    /** An upstream is read from only while the client takes what it says. */
    void clientWritabilityChanged() {
        UpstreamLink present = link;
        if (present != null) {
            present.channel().config().setAutoRead(downstream.isWritable());
            watchUpstream();
        }
    }

    @Override
    public void upstreamWritabilityChanged() {
        client.process();
        watchUpstream();
    }

    private void watchUpstream() {
        UpstreamLink present = link;
        HttpDecision.Forward forward = decision;
        Service service = forward == null ? null : forward.upstream().service();
        if (present == null || over || service == null) {
            upstreamTimer.disarm();
        } else if (!present.channel().isWritable()) {
            upstreamTimer.arm(TimeUnit.MILLISECONDS.toNanos(service.writeTimeout()));
        } else if ((requestSent || bodyStopped) && present.channel().config().isAutoRead()) {
            upstreamTimer.arm(TimeUnit.MILLISECONDS.toNanos(service.readTimeout()));
        } else {
            upstreamTimer.disarm();
        }
    }

    private void upstreamTimedOut() {
        failLink(
                CloseReason.UPSTREAM_TIMEOUT,
                "the upstream neither read nor wrote within the Service's limits");
    }

    private void failLink(CloseReason reason, String detail) {
        UpstreamLink present = link;
        if (present != null) {
            present.abandon();
        }
        upstreamFailed(reason, detail);
    }

    @Override
    public void upstreamFailed(CloseReason reason, String detail) {
        unload();
        UpstreamLink failed = link;
        link = null;
        toUpstream = null;
        upstreamTimer.stop();
        if (over) {
            return;
        }
        if (committed) {
            over = true;
            record.end(frontend.telemetry(), reason, detail);
            cutOff();
        } else if (failed != null && mayRetry(failed, reason)) {
            retry(failed);
        } else if (decision != null && decision.passThrough()) {
            reset(reason, detail);
        } else {
            respond(reason, reason.status(), detail);
        }
    }

    /** What the client would have seen without a sidecar. */
    private void reset(CloseReason reason, String detail) {
        over = true;
        record.end(frontend.telemetry(), reason, detail);
        Endings.reset(downstream);
    }

    /**
     * An upstream may close a kept connection at the moment a request is sent on it; and an
     * endpoint whose application has gone lets its sidecar end the mesh leg at once. Such a request
     * is sent once more, on a fresh connection, if no byte of an answer has come, it has no body
     * and its method is idempotent (RFC 9110 section 9.2.2).
     */
    private boolean mayRetry(UpstreamLink failed, CloseReason reason) {
        RequestHead head = request;
        return !retried
                && head != null
                && (failed.isUsed() || isEndpointsLeg(failed))
                && !failed.hasAnyByte()
                && (reason == CloseReason.UPSTREAM_GONE || reason == CloseReason.UPSTREAM_TLS)
                && head.isIdempotent()
                && head.framing() instanceof Framing.None;
    }

    private boolean isEndpointsLeg(UpstreamLink failed) {
        HttpDecision.Forward forward = decision;
        return forward != null
                && forward.upstream().destination() != null
                && failed.connection().tls() instanceof UpstreamTls.Mesh;
    }

    /** On a fresh connection; to another endpoint, where there is one. */
    private void retry(UpstreamLink failed) {
        retried = true;
        bodyStopped = false;
        Decisions chosen = decider;
        HttpDecision.Forward forward = decision;
        LegHeader header = leg;
        if (chosen != null && forward != null && header != null) {
            Upstream upstream = forward.upstream();
            List<IpPort> endpoints = new ArrayList<>(frontend.balancer().order(chosen, upstream));
            IpPort last = failed.connection().address();
            if (endpoints.remove(last)) {
                endpoints.add(last);
            }
            dial(new DialRequest(chosen, upstream, header, endpoints));
        }
    }

    /** An answer that has begun cannot be completed: the client must not take it for whole. */
    private void cutOff() {
        if (answerFraming instanceof Framing.UntilClose) {
            downstream.config().setOption(ChannelOption.SO_LINGER, 0);
        }
        client.cutOff();
    }

    /** The request turned out to be invalid, in its head or in its body. */
    void requestFault(HttpFault fault) {
        releaseUpstream();
        if (committed) {
            over = true;
            record.end(frontend.telemetry(), fault.reason(), fault.detail());
            cutOff();
        } else {
            bodyStopped = true;
            respond(fault.reason(), fault.status(), fault.detail(), fault.allow(), false);
        }
    }

    private void respond(CloseReason reason, int status, String detail) {
        respond(reason, status, detail, null, true);
    }

    /** Answers without an upstream. */
    private void respond(
            CloseReason reason,
            int status,
            String detail,
            @Nullable String allow,
            boolean readable) {
        RequestHead asked = request;
        over = true;
        keep =
                readable
                        && asked != null
                        && asked.wantsKeepAlive()
                        && client.isRequestComplete()
                        && !frontend.isDraining();
        OwnAnswer own = OwnAnswer.of(asked, reason, status, detail, allow, keep);
        record.status(status);
        record.sent(own.body().length);
        downstream.write(MessageWriter.encode(downstream.alloc(), own.line(), own.fields()));
        recordWhenWritten(downstream.write(Unpooled.wrappedBuffer(own.body())), reason, detail);
        client.exchangeDone(keep);
    }

    /** The client has left. */
    void clientGone() {
        end(CloseReason.CLIENT_GONE, "the client closed before the exchange was over");
    }

    /** The client neither sends what it announced nor reads what it asked for. */
    void clientTimedOut() {
        if (!committed && !client.isRequestComplete() && downstream.isWritable()) {
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
        over = true;
        releaseUpstream();
        record.end(frontend.telemetry(), reason, detail);
    }

    private void releaseUpstream() {
        unload();
        upstreamTimer.stop();
        Future<UpstreamConnection> pending = dial;
        if (pending != null) {
            dial = null;
            pending.cancel(false);
        }
        UpstreamLink present = link;
        link = null;
        toUpstream = null;
        if (present != null) {
            present.abandon();
        }
    }

    /** Both sides have agreed: from here on bytes are passed as they are. */
    private void upgrade(ResponseHead head) {
        UpstreamLink present = link;
        HttpDecision.Forward forward = decision;
        if (present == null || forward == null) {
            return;
        }
        over = true;
        link = null;
        upstreamTimer.stop();
        present.channel().closeFuture().addListener(_ -> unload());
        record.status(101);
        Fields fields = ReturnedFields.of(head);
        fields.add("Connection", "Upgrade");
        fields.add("Upgrade", "websocket");
        if (!forward.passThrough()) {
            fields.add("Via", frontend.via());
        }
        downstream.write(
                MessageWriter.encode(downstream.alloc(), AnswerHead.statusLine(head), fields));
        Service service = forward.upstream().service();
        UpgradeRelay.start(
                client,
                present,
                record,
                frontend.telemetry(),
                service == null ? 0 : service.readTimeout());
    }
}

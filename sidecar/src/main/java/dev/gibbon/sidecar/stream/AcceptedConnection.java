package dev.gibbon.sidecar.stream;

import dev.gibbon.core.decision.Arrival;
import dev.gibbon.core.decision.CloseReason;
import dev.gibbon.core.decision.Decisions;
import dev.gibbon.core.decision.InboundDecision;
import dev.gibbon.core.decision.LegHeader;
import dev.gibbon.core.decision.StreamDecision;
import dev.gibbon.core.decision.Upstream;
import dev.gibbon.core.entity.Protocol;
import dev.gibbon.core.net.IpAddress;
import dev.gibbon.core.net.IpPort;
import dev.gibbon.core.route.FirstBytes;
import dev.gibbon.sidecar.detect.FirstBytesDetector;
import dev.gibbon.sidecar.detect.RequestDetector;
import dev.gibbon.sidecar.relay.Endings;
import dev.gibbon.sidecar.relay.Relay;
import dev.gibbon.sidecar.tls.DefaultServerTls;
import dev.gibbon.sidecar.tls.MeshHandshake;
import dev.gibbon.sidecar.tls.TlsFailures;
import dev.gibbon.sidecar.upstream.ConnectException;
import dev.gibbon.sidecar.upstream.DialRequest;
import dev.gibbon.sidecar.upstream.UpstreamConnection;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.FutureListener;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * One accepted connection until a relay or the HTTP handlers take it over. It reads only what it
 * needs and keeps what it has read; the state says what happens next. Confined to the channel's
 * event loop.
 */
public final class AcceptedConnection extends ChannelInboundHandlerAdapter {
    /** How the listener treats what it accepts. */
    public enum Kind {
        STREAM,
        HTTP,
        /** HTTP, and TLS ends here. */
        HTTP_SSL,
        /** Whatever a pod's application speaks. */
        POD
    }

    /**
     * How long the rest of a ClientHello or request line may take in a pod. What has not come by
     * then is neither, but an application that waits for an answer.
     */
    private static final Duration PARTIAL = Duration.ofSeconds(3);

    private final Surroundings surroundings;
    private final Kind kind;
    private final Channel channel;
    private final Arrival arrival;
    private Decisions decider;
    private final ConnectionStory story;
    private final LiveConnections live;
    private final ClientInput input = new ClientInput();
    private final Patience patience;

    private State state = new State.Detecting();
    private @Nullable Speculation speculation;
    private @Nullable Future<?> speculationTimer;
    private @Nullable Relay relay;
    private boolean partial;
    private boolean impatient;

    /** Ids that the control plane was asked for in vain. */
    private Set<String> unanswered = Set.of();

    public AcceptedConnection(
            Surroundings surroundings,
            LiveConnections live,
            Kind kind,
            Channel channel,
            Arrival arrival) {
        this.surroundings = surroundings;
        this.live = live;
        this.kind = kind;
        this.channel = channel;
        this.arrival = arrival;
        this.decider = surroundings.decider().get();
        this.story = new ConnectionStory(surroundings, arrival);
        this.patience = new Patience(channel.eventLoop(), this::onTimeout);
    }

    /** Begins; called once the handler is in the pipeline of the active channel. */
    public void start() {
        if (surroundings.own().contains(arrival.client(), arrival.destination())) {
            close(
                    CloseReason.LOOP,
                    "this sidecar's own connection to "
                            + arrival.destination()
                            + " came back to it (expected: GIBBON_WORKLOAD set to what it serves,"
                            + " or its address exempt from capture)",
                    true);
            return;
        }
        switch (kind) {
            case STREAM, POD -> decide(new FirstBytes.Unknown());
            case HTTP, HTTP_SSL -> awaitBytes();
        }
    }

    // ---- first bytes

    private void decide(FirstBytes bytes) {
        onDecision(decider.stream(arrival, bytes, unanswered), bytes);
    }

    private void awaitBytes() {
        patience.restart(surroundings.limits().detectTimeout());
        channel.read();
    }

    private void onDecision(StreamDecision decision, FirstBytes bytes) {
        switch (decision) {
            case StreamDecision.Refuse(CloseReason reason, String detail) -> refuse(reason, detail);
            case StreamDecision.AcceptMesh _ -> acceptMesh();
            case StreamDecision.Ask(String id) -> ask(id, bytes);
            case StreamDecision.Requests(Upstream otherwise) -> onRequests(otherwise, bytes);
            case StreamDecision.Wait(Upstream candidate, Duration after) -> {
                if (candidate != null) {
                    speculate(candidate, after);
                }
                if (state instanceof State.Detecting) {
                    awaitBytes();
                }
            }
            case StreamDecision.Forward(Upstream upstream, boolean terminateTls) ->
                    forward(upstream, terminateTls, bytes);
        }
    }

    private void ask(String id, FirstBytes bytes) {
        patience.stop();
        dropSpeculation();
        state = new State.Asking();
        surroundings
                .destinations()
                .ask(channel.eventLoop(), id)
                .addListener((Future<Boolean> answer) -> {
                    if (!(state instanceof State.Asking)) {
                        return;
                    }
                    if (!Boolean.TRUE.equals(answer.getNow())) {
                        Set<String> more = new HashSet<>(unanswered);
                        more.add(id);
                        unanswered = more;
                    }
                    decider = surroundings.decider().get();
                    state = new State.Detecting();
                    if (input.isEmpty() && !input.hasEnded()) {
                        decide(bytes);
                    } else {
                        detect();
                    }
                });
    }

    /** The bytes are whole by now unless they are a request that goes on. */
    private void onRequests(Upstream otherwise, FirstBytes bytes) {
        ByteBuf first = input.peek();
        RequestDetector.Verdict verdict =
                first == null
                        ? RequestDetector.Verdict.INCOMPLETE
                        : RequestDetector.detect(first, surroundings.limits().maxRequestLine());
        if (verdict == RequestDetector.Verdict.REQUEST) {
            dropSpeculation();
            handToHttp(Protocol.HTTP, null);
        } else if (verdict == RequestDetector.Verdict.OTHER || impatient || input.hasEnded()) {
            forward(otherwise, false, bytes);
        } else {
            channel.read();
        }
    }

    private void forward(Upstream upstream, boolean terminateTls, FirstBytes bytes) {
        String sni = bytes instanceof FirstBytes.Tls tls ? tls.sni() : null;
        story.clientSpeaks(bytes instanceof FirstBytes.Tls ? Protocol.TLS : Protocol.TCP, sni);
        Protocol scheme = terminateTls ? Protocol.TLS : Protocol.TCP;
        if (!terminateTls) {
            goOn(upstream, legTo(upstream, scheme, sni));
            return;
        }
        endTls(false, () -> goOn(upstream, legTo(upstream, scheme, sni)));
    }

    private void detect() {
        if (!(state instanceof State.Detecting)) {
            return;
        }
        ByteBuf bytes = input.peek();
        FirstBytes first =
                bytes == null ? new FirstBytes.Unknown() : FirstBytesDetector.detect(bytes);
        if (first instanceof FirstBytes.Unknown && input.hasEnded()) {
            first = new FirstBytes.Plain();
        }
        if (first instanceof FirstBytes.Unknown) {
            if (bytes != null && !partial) {
                partial = true;
                patience.restart(
                        kind == Kind.POD ? PARTIAL : surroundings.limits().detectTimeout());
            }
            channel.read();
            return;
        }
        switch (kind) {
            case STREAM -> {
                patience.stop();
                decide(first);
            }
            case POD -> {
                // The request line may take longer than this; only what is known ends the wait.
                patience.restart(PARTIAL);
                decide(first);
            }
            case HTTP, HTTP_SSL -> {
                patience.stop();
                detectedOnHttp(first);
            }
        }
    }

    private void detectedOnHttp(FirstBytes first) {
        if (input.isEmpty()) {
            // The client has gone without a request: there is nothing to record.
            state = new State.Closed();
            Endings.close(channel);
            return;
        }
        Optional<StreamDecision> decision = decider.httpListener(arrival, first);
        if (decision.isPresent()) {
            onDecision(decision.get(), first);
            return;
        }
        switch (first) {
            case FirstBytes.Tls tls when kind == Kind.HTTP_SSL -> {
                story.clientSpeaks(Protocol.HTTPS, tls.sni());
                endTls(true, () -> handToHttp(Protocol.HTTPS, tls.sni()));
            }
            case FirstBytes.Tls _ ->
                    refuse(
                            CloseReason.BAD_REQUEST,
                            "TLS on the listener "
                                    + arrival.listener()
                                    + ", which has no ssl flag");
            case FirstBytes.Plain _, FirstBytes.Unknown _ -> handToHttp(Protocol.HTTP, null);
        }
    }

    private void handToHttp(Protocol scheme, @Nullable String sni) {
        patience.stop();
        state = new State.HandedOver();
        ChannelHandlerContext ctx = channel.pipeline().context(this);
        // HTTP handlers expect a client that goes to make the channel inactive, unless they say
        // otherwise themselves.
        channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, input.hasEnded());
        surroundings.http().accept(channel, arrival, scheme, sni);
        ByteBuf bytes = input.take();
        if (bytes != null) {
            ctx.fireChannelRead(bytes);
            ctx.fireChannelReadComplete();
        }
        if (input.hasEnded()) {
            ctx.fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        }
        if (!ctx.isRemoved()) {
            ctx.pipeline().remove(this);
        }
        channel.config().setAutoRead(true);
    }

    // ---- speculation

    private void speculate(Upstream candidate, Duration after) {
        if (after.isZero()) {
            speculate(candidate);
            return;
        }
        speculationTimer =
                channel.eventLoop()
                        .schedule(
                                () -> {
                                    if (state instanceof State.Detecting && input.isEmpty()) {
                                        speculate(candidate);
                                    }
                                },
                                after.toNanos(),
                                TimeUnit.NANOSECONDS);
    }

    private void speculate(Upstream candidate) {
        Future<UpstreamConnection> dial = dial(candidate, legTo(candidate, Protocol.TCP, null));
        Speculation started = new Speculation(candidate, dial, new SpeculationListener());
        speculation = started;
        started.start();
    }

    /**
     * A client that has begun to speak was first: its bytes decide as soon as they are complete.
     */
    private final class SpeculationListener implements Speculation.Listener {
        @Override
        public boolean isWaiting() {
            return state instanceof State.Detecting;
        }

        @Override
        public void connected(Upstream upstream) {
            // From here on both are silent together, as in a relay.
            if (input.isEmpty()) {
                decider.silence(upstream).ifPresentOrElse(patience::restart, patience::stop);
            }
        }

        @Override
        public void spoke(Upstream upstream) {
            if (input.isEmpty()) {
                patience.stop();
                goOn(upstream, legTo(upstream, Protocol.TCP, null));
            }
        }

        @Override
        public void failed(Upstream upstream, @Nullable Throwable cause) {
            if (input.isEmpty()) {
                story.goesTo(upstream);
                unreachable(cause);
            }
        }
    }

    private Future<UpstreamConnection> dial(Upstream upstream, LegHeader leg) {
        surroundings.destinations().used(upstream.authority());
        return surroundings
                .connector()
                .connect(
                        channel.eventLoop(),
                        new DialRequest(
                                decider,
                                upstream,
                                leg,
                                surroundings.balancer().order(decider, upstream)));
    }

    private void dropSpeculation() {
        if (speculationTimer != null) {
            speculationTimer.cancel(false);
            speculationTimer = null;
        }
        Speculation dropped = speculation;
        speculation = null;
        if (dropped != null) {
            dropped.drop();
        }
    }

    // ---- TLS with the client

    private ClientHandshake shakeHands() {
        patience.stop();
        state = new State.ShakingHands();
        return new ClientHandshake(channel, input, surroundings.limits().handshakeTimeout());
    }

    /** Ends the client's TLS here, with the default certificate. */
    private void endTls(boolean http, Runnable next) {
        DefaultServerTls tls = surroundings.defaultTls();
        if (tls == null) {
            fail(CloseReason.INTERNAL, "this sidecar ends no TLS of clients");
            return;
        }
        shakeHands()
                .start(
                        tls.newHandler(channel.alloc(), http),
                        done -> {
                            if (!(state instanceof State.ShakingHands)) {
                                return;
                            }
                            if (done.isSuccess()) {
                                next.run();
                            } else {
                                fail(CloseReason.CLIENT_TLS, TlsFailures.describe(done.cause()));
                            }
                        });
        failIfEndedWhileShakingHands();
    }

    private void failIfEndedWhileShakingHands() {
        if (input.hasEnded() && state instanceof State.ShakingHands) {
            fail(CloseReason.CLIENT_TLS, "the client closed during the handshake");
        }
    }

    private void acceptMesh() {
        dropSpeculation();
        Optional<MeshHandshake> handshake;
        try {
            handshake =
                    surroundings
                            .meshTls()
                            .newHandshake(
                                    channel.alloc(), decider.config().meshAlpn(), arrival.client());
        } catch (SSLException e) {
            fail(CloseReason.INTERNAL, "mesh TLS: " + TlsFailures.describe(e));
            return;
        }
        if (handshake.isEmpty()) {
            fail(CloseReason.PEER_REJECTED, "this sidecar has no mesh certificate yet");
            return;
        }
        story.clientIsMesh(null);
        new LegEntry(channel, input, decider.config().meshAlpn(), new LegListener())
                .start(shakeHands(), handshake.get());
        failIfEndedWhileShakingHands();
    }

    private final class LegListener implements LegEntry.Listener {
        @Override
        public boolean verified(LegEntry entry, String identity) {
            if (!(state instanceof State.ShakingHands)) {
                return false;
            }
            story.clientIsMesh(identity);
            state = new State.ReadingHeader(entry);
            patience.restart(surroundings.limits().handshakeTimeout());
            return true;
        }

        @Override
        public void opened(LegHeader header) {
            patience.stop();
            story.legSays(header);
            live.framed(channel);
            switch (decider.meshLeg(arrival, header)) {
                case InboundDecision.Refuse(CloseReason reason, String detail) ->
                        fail(reason, detail);
                case InboundDecision.Deliver(Upstream upstream, IpAddress client) ->
                        goOn(upstream, header.from(client));
            }
        }

        @Override
        public void failed(CloseReason reason, @Nullable String detail) {
            fail(reason, detail);
        }
    }

    // ---- dialling

    private LegHeader legTo(Upstream upstream, Protocol scheme, @Nullable String sni) {
        return decider.leg(arrival, upstream, scheme, sni);
    }

    private void goOn(Upstream upstream, LegHeader leg) {
        patience.stop();
        story.goesTo(upstream);
        Speculation ready = speculation;
        Future<UpstreamConnection> dial;
        if (ready != null && ready.upstream().equals(upstream)) {
            speculation = null;
            dial = ready.take();
        } else {
            dropSpeculation();
            dial = dial(upstream, leg);
        }
        state = new State.Dialling(dial);
        dial.addListener((FutureListener<UpstreamConnection>) done -> onDialled(upstream, done));
    }

    private void onDialled(Upstream upstream, Future<UpstreamConnection> dial) {
        if (!(state instanceof State.Dialling)) {
            Speculation.abandon(dial);
        } else if (dial.isSuccess()) {
            relay(upstream, dial.getNow());
        } else {
            unreachable(dial.cause());
        }
    }

    /** The client sees what it would have seen without a sidecar: a reset, at once. */
    private void unreachable(@Nullable Throwable cause) {
        if (cause instanceof ConnectException failure) {
            close(failure.reason(), failure.detail(), true);
        } else {
            close(CloseReason.INTERNAL, String.valueOf(cause), true);
        }
    }

    private void relay(Upstream upstream, UpstreamConnection connection) {
        story.reached(connection);
        state = new State.HandedOver();
        if (upstream.destination() != null) {
            IpPort endpoint = connection.address();
            surroundings.balancer().begun(endpoint);
            connection
                    .channel()
                    .closeFuture()
                    .addListener(_ -> surroundings.balancer().ended(endpoint));
        }
        Relay relay =
                new Relay(
                        channel,
                        connection.channel(),
                        decider.silence(upstream).orElse(null),
                        (received, sent, reason, detail) -> {
                            live.ended(channel);
                            story.end(received, sent, reason, detail);
                        });
        this.relay = relay;
        live.relayed(channel, relay);
        relay.start(input.take(), input.hasEnded());
        channel.pipeline().remove(this);
    }

    // ---- ending

    /** A pod's client sees what it would see where nothing listens. */
    private void refuse(CloseReason reason, String detail) {
        close(reason, detail, kind == Kind.POD);
    }

    private void fail(CloseReason reason, @Nullable String detail) {
        close(reason, detail, false);
    }

    private void close(CloseReason reason, @Nullable String detail, boolean reset) {
        if (state instanceof State.Closed) {
            return;
        }
        State before = state;
        state = new State.Closed();
        patience.stop();
        dropSpeculation();
        if (before instanceof State.Dialling(Future<UpstreamConnection> dial)) {
            Speculation.abandon(dial);
        }
        story.end(0, 0, reason, detail);
        if (reset) {
            Endings.reset(channel);
        } else {
            Endings.close(channel);
        }
    }

    /** Ends the connection because the sidecar stops. */
    void stop() {
        Relay taken = relay;
        if (taken != null) {
            // The relay has begun since this was asked for.
            taken.abort(CloseReason.DRAINING, "the sidecar is stopping");
            return;
        }
        if (state instanceof State.HandedOver) {
            Endings.close(channel);
            return;
        }
        close(CloseReason.DRAINING, "the sidecar is stopping", true);
    }

    private void onTimeout() {
        if (kind == Kind.POD && state instanceof State.Detecting) {
            onPodTimeout();
            return;
        }
        if (speculation != null && input.isEmpty()) {
            story.goesTo(speculation.upstream());
            close(CloseReason.UPSTREAM_TIMEOUT, "neither side has sent anything", true);
        } else {
            close(
                    CloseReason.CLIENT_TIMEOUT,
                    "the client has not sent enough to decide where it goes",
                    false);
        }
    }

    /**
     * What has come by now decides as it is: an application that sends so little and then waits
     * speaks something else. Where nothing has come, only one that must prove itself is refused.
     */
    private void onPodTimeout() {
        impatient = true;
        FirstBytes plain = new FirstBytes.Plain();
        StreamDecision decision = decider.stream(arrival, plain, unanswered);
        if (!input.isEmpty() || decision instanceof StreamDecision.Refuse) {
            onDecision(decision, plain);
        } else {
            impatient = false;
        }
    }

    // ---- the channel's callbacks

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        if (state instanceof State.Closed) {
            bytes.release();
            return;
        }
        input.add(ctx.alloc(), bytes);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        switch (state) {
            case State.Detecting _ -> {
                detect();
            }
            case State.ReadingHeader(LegEntry entry) -> entry.readHeader();
            case State.Asking _,
                    State.ShakingHands _,
                    State.Dialling _,
                    State.HandedOver _,
                    State.Closed _ -> {}
        }
        ctx.fireChannelReadComplete();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent
                || event instanceof SslCloseCompletionEvent) {
            input.end();
            switch (state) {
                case State.Detecting _ -> detect();
                case State.ShakingHands _ -> failIfEndedWhileShakingHands();
                case State.ReadingHeader(LegEntry entry) -> entry.ended();
                case State.Asking _, State.Dialling _, State.HandedOver _, State.Closed _ -> {}
            }
            return;
        }
        ctx.fireUserEventTriggered(event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        // A failed handshake is told by its future, with the reason.
        if (!(state instanceof State.ShakingHands)) {
            close(CloseReason.CLIENT_GONE, TlsFailures.describe(cause), true);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (!(state instanceof State.HandedOver)) {
            close(CloseReason.CLIENT_GONE, "the client closed before it was connected", false);
        }
        ctx.fireChannelInactive();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        input.release();
    }
}

package dev.gibbon.sidecar.stream;

import dev.gibbon.core.decision.Arrival;
import dev.gibbon.core.decision.CloseReason;
import dev.gibbon.core.decision.Decider;
import dev.gibbon.core.decision.InboundDecision;
import dev.gibbon.core.decision.LegHeader;
import dev.gibbon.core.decision.StreamDecision;
import dev.gibbon.core.decision.Upstream;
import dev.gibbon.core.entity.Protocol;
import dev.gibbon.core.entity.Service;
import dev.gibbon.core.route.FirstBytes;
import dev.gibbon.core.rule.RuleOrigin;
import dev.gibbon.sidecar.detect.FirstBytesDetector;
import dev.gibbon.sidecar.relay.Endings;
import dev.gibbon.sidecar.relay.Relay;
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
import java.util.Optional;
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
        HTTP_SSL
    }

    /**
     * A leg with HTTP in it rests in the near sidecar's pool between requests, and it is there that
     * each answer is waited for: here the leg must outlast both.
     */
    private static final Duration POOLED_LEG_MARGIN = Duration.ofMinutes(2);

    private static final Duration DEFAULT_READ_TIMEOUT = Duration.ofSeconds(60);

    private final Surroundings surroundings;
    private final Kind kind;
    private final Channel channel;
    private final Arrival arrival;
    private final Decider decider;
    private final ConnectionStory story;
    private final LiveConnections live;
    private final ClientInput input = new ClientInput();
    private final Patience patience;

    private State state = new State.Detecting();
    private @Nullable Speculation speculation;
    private boolean partial;

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
        if (kind == Kind.STREAM) {
            onDecision(decider.stream(arrival, new FirstBytes.Unknown()), new FirstBytes.Unknown());
        } else {
            awaitBytes();
        }
    }

    // ---- first bytes

    private void awaitBytes() {
        patience.restart(surroundings.limits().detectTimeout());
        channel.read();
    }

    private void onDecision(StreamDecision decision, FirstBytes bytes) {
        switch (decision) {
            case StreamDecision.Refuse(CloseReason reason, String detail) -> refuse(reason, detail);
            case StreamDecision.AcceptMesh _ -> acceptMesh();
            case StreamDecision.Wait(Upstream candidate) -> {
                if (candidate != null) {
                    speculate(candidate);
                }
                if (state instanceof State.Detecting) {
                    awaitBytes();
                }
            }
            case StreamDecision.Forward(Upstream upstream, boolean terminateTls) ->
                    forward(upstream, terminateTls, bytes);
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
                patience.restart(surroundings.limits().detectTimeout());
            }
            return;
        }
        patience.stop();
        if (kind == Kind.STREAM) {
            onDecision(decider.stream(arrival, first), first);
        } else {
            detectedOnHttp(first);
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

    private void speculate(Upstream candidate) {
        Future<UpstreamConnection> dial =
                surroundings
                        .connector()
                        .connect(
                                channel.eventLoop(),
                                new DialRequest(
                                        decider, candidate, legTo(candidate, Protocol.TCP, null)));
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
                patience.restart(readTimeout(upstream));
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

    private void dropSpeculation() {
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
        shakeHands()
                .start(
                        surroundings.defaultTls().newHandler(channel.alloc(), http),
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
                case InboundDecision.Deliver(Upstream upstream, var _) -> goOn(upstream, header);
            }
        }

        @Override
        public void failed(CloseReason reason, @Nullable String detail) {
            fail(reason, detail);
        }
    }

    // ---- dialling

    private LegHeader legTo(Upstream upstream, Protocol scheme, @Nullable String sni) {
        Service service = upstream.service();
        RuleOrigin route = upstream.route();
        return new LegHeader(
                arrival.client(),
                arrival.destination(),
                scheme,
                upstream.protocol(),
                sni,
                service == null ? null : service.id(),
                route == null ? null : route.id());
    }

    private void goOn(Upstream upstream, LegHeader leg) {
        story.goesTo(upstream);
        Speculation ready = speculation;
        Future<UpstreamConnection> dial;
        if (ready != null && ready.upstream().equals(upstream)) {
            speculation = null;
            dial = ready.take();
        } else {
            dropSpeculation();
            dial =
                    surroundings
                            .connector()
                            .connect(channel.eventLoop(), new DialRequest(decider, upstream, leg));
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
        Relay relay =
                new Relay(
                        channel,
                        connection.channel(),
                        readTimeout(upstream),
                        (received, sent, reason, detail) -> {
                            live.ended(channel);
                            story.end(received, sent, reason, detail);
                        });
        live.relayed(channel, relay);
        relay.start(input.take(), input.hasEnded());
        channel.pipeline().remove(this);
    }

    private static Duration readTimeout(Upstream upstream) {
        Service service = upstream.service();
        if (service == null) {
            return DEFAULT_READ_TIMEOUT;
        }
        Duration timeout = Duration.ofMillis(service.readTimeout());
        return service.protocol().isHttp() ? timeout.plus(POOLED_LEG_MARGIN) : timeout;
    }

    // ---- ending

    private void refuse(CloseReason reason, String detail) {
        close(reason, detail, false);
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
        if (state instanceof State.HandedOver) {
            Endings.close(channel);
            return;
        }
        close(CloseReason.DRAINING, "the sidecar is stopping", true);
    }

    private void onTimeout() {
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
                if (state instanceof State.Detecting && !input.hasEnded()) {
                    channel.read();
                }
            }
            case State.ReadingHeader(LegEntry entry) -> entry.readHeader();
            case State.ShakingHands _, State.Dialling _, State.HandedOver _, State.Closed _ -> {}
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
                case State.Dialling _, State.HandedOver _, State.Closed _ -> {}
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

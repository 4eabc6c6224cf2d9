package dev.gibbon.sidecar.control;

import dev.gibbon.core.feed.FeedCodec;
import dev.gibbon.core.feed.FeedConfig;
import dev.gibbon.core.feed.FeedMessage;
import dev.gibbon.core.feed.FeedResource.DestinationResource;
import dev.gibbon.core.feed.FeedState;
import dev.gibbon.core.feed.FeedStep;
import dev.gibbon.core.log.Log;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.LineBasedFrameDecoder;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the configuration up to date: connects, resumes, has each revision applied, answers, and
 * when the connection ends, begins anew with back-off. All state is confined to the event loop.
 */
// A connection whose write or close fails ends in channelInactive, where that is dealt with.
@SuppressWarnings("FutureReturnValueIgnored")
public final class FeedClient {
    /** The application protocol of the feed. */
    static final String PROTOCOL = "gibbon-feed/1";

    private final Dialer dialer;
    private final IdentityHolder identities;
    private final Function<FeedConfig, ApplyResult> consumer;
    private final DestinationQueries queries;
    private final Log log;
    private final FeedState state;
    private final Backoff backoff;

    private @Nullable Channel channel;
    private boolean closed;
    private boolean reported;

    FeedClient(
            String name,
            Dialer dialer,
            IdentityHolder identities,
            Function<FeedConfig, ApplyResult> consumer,
            DestinationQueries queries,
            RandomGenerator random,
            Log log) {
        this.dialer = dialer;
        this.identities = identities;
        this.consumer = consumer;
        this.queries = queries;
        this.log = log;
        this.state = new FeedState(name);
        this.backoff = new Backoff(random);
    }

    /** Begins to connect. Any thread. */
    void start() {
        dialer.loop().execute(this::connect);
    }

    /** Ends the connection for good. Any thread. */
    void stop() {
        if (dialer.loop().isShuttingDown()) {
            // The loop has closed the connection, or is about to.
            return;
        }
        dialer.loop()
                .execute(() -> {
                    closed = true;
                    Channel open = channel;
                    if (open != null) {
                        open.close();
                    }
                });
    }

    private void connect() {
        if (closed) {
            return;
        }
        Optional<Identity> identity = identities.current();
        if (identity.isEmpty() && !(dialer.controlPlane() instanceof ControlPlane.Local)) {
            // Without a certificate there is no feed; the keeper works on it.
            retry("no certificate yet");
            return;
        }
        try {
            dialer.dial(
                            PROTOCOL,
                            identity,
                            new LineBasedFrameDecoder(FeedCodec.MAX_LINE, true, true),
                            new Lines())
                    .addListener(connected -> {
                        if (!connected.isSuccess()) {
                            retry(String.valueOf(connected.cause().getMessage()));
                        }
                    });
        } catch (SSLException | RuntimeException e) {
            retry(String.valueOf(e.getMessage()));
        }
    }

    private void retry(String cause) {
        if (closed || dialer.loop().isShuttingDown()) {
            return;
        }
        if (!reported) {
            reported = true;
            log.warn(
                    "control plane not reached, going on with what there is",
                    "address",
                    dialer.controlPlane(),
                    "cause",
                    cause);
        }
        Duration wait = backoff.next();
        dialer.loop().schedule(this::connect, wait.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** One connection. */
    private final class Lines extends SimpleChannelInboundHandler<ByteBuf> {
        private String end = "connection closed";

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            channel = ctx.channel();
            if (dialer.controlPlane() instanceof ControlPlane.Local) {
                greet(ctx);
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof SslHandshakeCompletionEvent handshake) {
                if (handshake.isSuccess()) {
                    greet(ctx);
                } else {
                    end = "handshake: " + handshake.cause().getMessage();
                }
            }
            ctx.fireUserEventTriggered(event);
        }

        private void greet(ChannelHandlerContext ctx) {
            if (closed) {
                ctx.close();
                return;
            }
            send(ctx, state.connect());
            queries.connected(
                    ids -> send(ctx, new FeedMessage.Subscribe(DestinationResource.KIND, ids)));
        }

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, ByteBuf line) {
            switch (state.receive(ByteBufUtil.getBytes(line))) {
                case FeedStep.Wait() -> {}
                case FeedStep.Apply(FeedConfig config) -> send(ctx, apply(config));
                case FeedStep.Answer(FeedMessage message) -> {
                    if (message instanceof FeedMessage.Nack(long revision, String reason)) {
                        log.warn("configuration refused", "revision", revision, "reason", reason);
                    }
                    working();
                    send(ctx, message);
                }
                case FeedStep.Disconnect(String reason) -> {
                    end = reason;
                    ctx.close();
                }
            }
        }

        private FeedMessage apply(FeedConfig config) {
            working();
            try {
                return switch (consumer.apply(config)) {
                    case ApplyResult.Applied() -> {
                        identities.trust(config.bundle());
                        log.info("configuration applied", "revision", config.revision());
                        queries.applied(config);
                        yield state.accept();
                    }
                    case ApplyResult.Rejected(String reason) -> {
                        log.warn(
                                "configuration refused",
                                "revision",
                                config.revision(),
                                "reason",
                                reason);
                        yield state.reject(reason);
                    }
                };
            } catch (RuntimeException e) {
                log.error("configuration failed", "revision", config.revision(), "cause", e);
                return state.reject("failed: " + e);
            }
        }

        /** The control plane serves us; a mere connection, or hello, would not show that. */
        private void working() {
            backoff.reset();
            if (reported) {
                reported = false;
                log.info("control plane reached", "address", dialer.controlPlane());
            }
        }

        private void send(ChannelHandlerContext ctx, FeedMessage message) {
            byte[] line = FeedCodec.encode(message);
            ByteBuf out = ctx.alloc().buffer(line.length + 1).writeBytes(line).writeByte('\n');
            ctx.writeAndFlush(out, ctx.voidPromise());
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            channel = null;
            queries.disconnected();
            retry(end);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            end = String.valueOf(cause.getMessage());
            ctx.close();
        }
    }
}

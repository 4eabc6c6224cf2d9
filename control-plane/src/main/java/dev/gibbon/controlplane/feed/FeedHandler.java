package dev.gibbon.controlplane.feed;

import dev.gibbon.core.feed.Decoded;
import dev.gibbon.core.feed.FeedCodec;
import dev.gibbon.core.feed.FeedConversation;
import dev.gibbon.core.feed.FeedMessage;
import dev.gibbon.core.feed.FeedMessage.Ack;
import dev.gibbon.core.feed.FeedMessage.Complete;
import dev.gibbon.core.feed.FeedMessage.Delete;
import dev.gibbon.core.feed.FeedMessage.Hello;
import dev.gibbon.core.feed.FeedMessage.Nack;
import dev.gibbon.core.feed.FeedMessage.Subscribe;
import dev.gibbon.core.feed.FeedMessage.Upsert;
import dev.gibbon.core.feed.FeedSnapshot;
import dev.gibbon.core.identity.SpiffeId;
import dev.gibbon.core.json.JsonFormatException;
import dev.gibbon.core.log.Log;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.timeout.ReadTimeoutHandler;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One sidecar's feed: translates lines to events of its {@link FeedConversation} and back. */
// A connection whose write or close fails ends in channelInactive, where that is dealt with.
@SuppressWarnings("FutureReturnValueIgnored")
final class FeedHandler extends SimpleChannelInboundHandler<ByteBuf> {
    private static final int MAX_REASON = 500;

    private final FeedHub hub;
    private final SidecarRegister register;
    private final Optional<String> provenName;
    private final InstantSource clock;
    private final Log log;
    private final FeedConversation conversation = new FeedConversation(null);

    private @Nullable Consumer<FeedSnapshot> listener;
    private @Nullable String name;

    /**
     * Serves a sidecar.
     *
     * @param provenName the name in its certificate; empty where the sidecar is believed
     */
    FeedHandler(
            FeedHub hub,
            SidecarRegister register,
            Optional<String> provenName,
            InstantSource clock,
            Log log) {
        this.hub = hub;
        this.register = register;
        this.provenName = provenName;
        this.clock = clock;
        this.log = log;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, ByteBuf line) {
        try {
            switch (FeedCodec.decode(ByteBufUtil.getBytes(line))) {
                case Decoded.Known(FeedMessage message) -> take(ctx, message);
                case Decoded.Ignored _ -> {}
                case Decoded.Unsupported(var names) ->
                        end(ctx, "not supported by this control plane: " + names);
            }
        } catch (JsonFormatException e) {
            end(ctx, "malformed line: " + e.getMessage());
        }
    }

    private void take(ChannelHandlerContext ctx, FeedMessage message) {
        String known = name;
        switch (message) {
            case Hello hello when known == null -> greet(ctx, hello);
            case Ack(long revision) when known != null -> {
                register.acknowledged(known, this, revision);
                send(ctx, conversation.onAck(revision));
            }
            case Nack(long revision, String text) when known != null -> {
                String reason = text.substring(0, Math.min(text.length(), MAX_REASON));
                log.warn(
                        "sidecar refused a revision",
                        "name",
                        known,
                        "revision",
                        revision,
                        "reason",
                        reason);
                register.refused(known, this, reason);
                send(ctx, conversation.onNack(revision));
            }
            case Subscribe _ when known != null -> {}
            case Hello _, Ack _, Nack _, Subscribe _, Upsert _, Delete _, Complete _ ->
                    end(ctx, "message out of turn (expected: hello, then answers)");
        }
    }

    private void greet(ChannelHandlerContext ctx, Hello hello) {
        Optional<String> refusal = FeedConversation.refusal(hello);
        if (refusal.isPresent()) {
            end(ctx, refusal.get());
            return;
        }
        if (!SpiffeId.isHostName(hello.name())
                || provenName.filter(proven -> !proven.equals(hello.name())).isPresent()) {
            end(ctx, "name is not the one of the certificate, or none at all");
            return;
        }
        name = hello.name();
        ctx.pipeline().remove(ReadTimeoutHandler.class);
        register.connected(hello.name(), this, clock.instant());
        log.info("sidecar connected", "name", hello.name());
        send(ctx, conversation.onHello(hello, hub::find));
        Consumer<FeedSnapshot> publish =
                snapshot ->
                        ctx.executor().execute(() -> send(ctx, conversation.onPublish(snapshot)));
        listener = publish;
        hub.add(publish);
    }

    private static void send(ChannelHandlerContext ctx, List<FeedMessage> messages) {
        if (messages.isEmpty() || !ctx.channel().isActive()) {
            return;
        }
        for (FeedMessage message : messages) {
            byte[] line = FeedCodec.encode(message);
            ByteBuf out = ctx.alloc().buffer(line.length + 1).writeBytes(line).writeByte('\n');
            ctx.write(out, ctx.voidPromise());
        }
        ctx.flush();
    }

    private void end(ChannelHandlerContext ctx, String reason) {
        log.warn(
                "feed connection refused",
                "name",
                name == null ? provenName.orElse("unknown") : name,
                "reason",
                reason);
        ctx.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        Consumer<FeedSnapshot> added = listener;
        if (added != null) {
            hub.remove(added);
        }
        String known = name;
        if (known != null) {
            register.disconnected(known, this, clock.instant());
            log.info("sidecar disconnected", "name", known);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        log.debug("feed connection failed", "cause", cause);
        ctx.close();
    }
}

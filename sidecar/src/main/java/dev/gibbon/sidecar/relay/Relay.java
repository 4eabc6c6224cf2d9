package dev.gibbon.sidecar.relay;

import dev.gibbon.core.decision.CloseReason;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Passes bytes between a client and an upstream until both are done. Each side is read only while
 * the other one takes bytes, so that memory is bounded by the two write buffers. A half-close is
 * passed on behind the bytes before it, a reset as a reset. As in nginx's stream proxy, the
 * Service's read time-out is the time that both directions together may be idle.
 *
 * <p>Both channels live on one event loop, and all methods are called on it.
 */
public final class Relay {
    // Bytes that were received before a reset go out first, if the other side still takes them.
    private static final Duration RESET_GRACE = Duration.ofSeconds(5);

    /** Told once, when both channels are closed or closing. */
    @FunctionalInterface
    public interface Listener {

        /**
         * @param received bytes from the client
         * @param sent bytes from the upstream
         * @param detail one sentence for the log; null for none
         */
        void ended(long received, long sent, CloseReason reason, @Nullable String detail);
    }

    private final RelayEnd client;
    private final RelayEnd upstream;
    private final long idleNanos;
    private final Listener listener;
    private boolean over;
    private long lastActivity;
    private @Nullable Future<?> idleTimer;

    /**
     * @param idle how long both directions may be silent; null for ever
     */
    public Relay(Channel client, Channel upstream, @Nullable Duration idle, Listener listener) {
        this.client = new RelayEnd(this, client);
        this.upstream = new RelayEnd(this, upstream);
        this.client.peer = this.upstream;
        this.upstream.peer = this.client;
        this.idleNanos = idle == null ? 0 : idle.toNanos();
        this.listener = listener;
    }

    /**
     * Takes over both channels: adds its handlers at the end of their pipelines and starts to read.
     *
     * @param held what the client has sent already, now owned by the relay; null for nothing
     * @param clientEnded whether the client has half-closed already
     */
    public void start(@Nullable ByteBuf held, boolean clientEnded) {
        for (RelayEnd end : new RelayEnd[] {client, upstream}) {
            end.channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
            end.channel.config().setAutoRead(false);
            end.channel.pipeline().addLast("relay", end);
        }
        lastActivity = System.nanoTime();
        if (idleNanos > 0) {
            idleTimer =
                    client.channel
                            .eventLoop()
                            .schedule(this::checkIdle, idleNanos, TimeUnit.NANOSECONDS);
        }
        if (held != null) {
            client.pass(held);
            upstream.channel.flush();
        }
        if (!client.channel.isActive()) {
            fail(client, CloseReason.CLIENT_GONE, null);
        } else if (!upstream.channel.isActive()) {
            fail(upstream, CloseReason.UPSTREAM_GONE, null);
        } else {
            if (clientEnded) {
                client.onEnd();
            } else {
                client.readOn();
            }
            upstream.readOn();
        }
    }

    /** Ends the relay at once with resets, e.g. when the sidecar stops. */
    public void abort(CloseReason reason, String detail) {
        if (!over) {
            Endings.reset(client.channel);
            Endings.reset(upstream.channel);
            end(reason, detail);
        }
    }

    boolean isOver() {
        return over;
    }

    void touch() {
        lastActivity = System.nanoTime();
    }

    /** One side's incoming direction has ended: so does the other's outgoing one. */
    void ended(RelayEnd end) {
        touch();
        RelayEnd peer = end.peer;
        Endings.finish(peer.channel, () -> outputFinished(peer));
    }

    private void outputFinished(RelayEnd end) {
        end.outputFinished = true;
        if (client.outputFinished && upstream.outputFinished && !over) {
            Endings.close(client.channel);
            Endings.close(upstream.channel);
            end(CloseReason.FINISHED, null);
        }
    }

    /** One side is gone: the other is reset, after what was received in time. */
    void failed(RelayEnd end, @Nullable Throwable cause) {
        if (over) {
            return;
        }
        if (client.ended && upstream.ended) {
            // Both had said that they were done: only the other side's last bytes are under way.
            Endings.close(end.channel);
            outputFinished(end);
            return;
        }
        CloseReason gone = end == client ? CloseReason.CLIENT_GONE : CloseReason.UPSTREAM_GONE;
        fail(end, RelayFailure.isTls(cause) ? tls(end) : gone, RelayFailure.describe(cause));
    }

    private CloseReason tls(RelayEnd end) {
        return end == client ? CloseReason.CLIENT_TLS : CloseReason.UPSTREAM_TLS;
    }

    private void fail(RelayEnd end, CloseReason reason, @Nullable String detail) {
        Channel other = end.peer.channel;
        Endings.reset(end.channel);
        Future<?> late =
                other.eventLoop()
                        .schedule(
                                () -> Endings.reset(other),
                                RESET_GRACE.toNanos(),
                                TimeUnit.NANOSECONDS);
        other.writeAndFlush(Unpooled.EMPTY_BUFFER)
                .addListener(written -> {
                    late.cancel(false);
                    Endings.reset(other);
                });
        end(reason, detail);
    }

    private void end(CloseReason reason, @Nullable String detail) {
        over = true;
        if (idleTimer != null) {
            idleTimer.cancel(false);
        }
        listener.ended(client.bytes, upstream.bytes, reason, detail);
    }

    private void checkIdle() {
        if (over) {
            return;
        }
        boolean clientDrained = client.hasDrained();
        boolean upstreamDrained = upstream.hasDrained();
        if (clientDrained || upstreamDrained) {
            touch();
        }
        long left = idleNanos - (System.nanoTime() - lastActivity);
        if (left > 0) {
            idleTimer =
                    client.channel
                            .eventLoop()
                            .schedule(this::checkIdle, left, TimeUnit.NANOSECONDS);
            return;
        }
        abort(
                CloseReason.UPSTREAM_TIMEOUT,
                "nothing was sent in either direction for "
                        + TimeUnit.NANOSECONDS.toMillis(idleNanos)
                        + " ms");
    }
}

package dev.gibbon.sidecar.stream;

import dev.gibbon.core.decision.Upstream;
import dev.gibbon.sidecar.relay.Endings;
import dev.gibbon.sidecar.relay.HeldBytes;
import dev.gibbon.sidecar.upstream.UpstreamConnection;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.FutureListener;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An upstream that is dialled while the client's first bytes are awaited, since it may be the one
 * that speaks first. A client that has begun to speak was first: nothing is told from then on, for
 * its bytes decide as soon as they are complete. Confined to the client's event loop.
 */
final class Speculation {

    /** Told only while the speculation is neither taken nor dropped, and the client is silent. */
    interface Listener {

        /** Whether the client's first bytes are still awaited; if not, nothing more is told. */
        boolean isWaiting();

        /** The upstream is connected, and read from. */
        void connected(Upstream upstream);

        /** The upstream has sent something, or has ended. */
        void spoke(Upstream upstream);

        void failed(Upstream upstream, @Nullable Throwable cause);
    }

    private sealed interface Stage {
        record None() implements Stage {}

        /** The client has to be silent for a while first. */
        record Delayed(Future<?> timer) implements Stage {}

        record Dialled(Upstream upstream, Future<UpstreamConnection> dial) implements Stage {}
    }

    private final EventLoop loop;
    private final ClientInput input;
    private Stage stage = new Stage.None();

    Speculation(EventLoop loop, ClientInput input) {
        this.loop = loop;
        this.input = input;
    }

    /**
     * Has the upstream dialled.
     *
     * @param after how long the client has to be silent before
     */
    void begin(
            Upstream upstream,
            Duration after,
            Supplier<Future<UpstreamConnection>> dialler,
            Listener listener) {
        if (after.isZero()) {
            dial(upstream, dialler, listener);
            return;
        }
        stage =
                new Stage.Delayed(
                        loop.schedule(
                                () -> {
                                    if (listener.isWaiting() && input.isEmpty()) {
                                        dial(upstream, dialler, listener);
                                    }
                                },
                                after.toNanos(),
                                TimeUnit.NANOSECONDS));
    }

    private void dial(
            Upstream upstream, Supplier<Future<UpstreamConnection>> dialler, Listener listener) {
        Future<UpstreamConnection> dial = dialler.get();
        stage = new Stage.Dialled(upstream, dial);
        dial.addListener(
                (FutureListener<UpstreamConnection>) _ -> dialled(upstream, dial, listener));
    }

    private void dialled(Upstream upstream, Future<UpstreamConnection> dial, Listener listener) {
        if (!goesOn(dial, listener)) {
            return;
        }
        if (!dial.isSuccess()) {
            if (input.isEmpty()) {
                listener.failed(upstream, dial.cause());
            }
            return;
        }
        Channel channel = dial.getNow().channel();
        channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        channel.pipeline().addLast("first", new HeldBytes(() -> spoke(upstream, dial, listener)));
        channel.pipeline().context("first").read();
        if (goesOn(dial, listener) && input.isEmpty()) {
            listener.connected(upstream);
        }
    }

    private void spoke(Upstream upstream, Future<UpstreamConnection> dial, Listener listener) {
        if (goesOn(dial, listener) && input.isEmpty()) {
            listener.spoke(upstream);
        }
    }

    private boolean goesOn(Future<UpstreamConnection> dial, Listener listener) {
        return stage instanceof Stage.Dialled(var _, var current)
                && current.equals(dial)
                && listener.isWaiting();
    }

    /** What has been dialled; null for nothing. */
    @Nullable Upstream upstream() {
        return stage instanceof Stage.Dialled(Upstream upstream, var _) ? upstream : null;
    }

    /** Hands the dial over if it is the wanted one, and drops it if not; null for none. */
    @Nullable Future<UpstreamConnection> take(Upstream wanted) {
        if (stage instanceof Stage.Dialled(Upstream upstream, Future<UpstreamConnection> dial)
                && upstream.equals(wanted)) {
            stage = new Stage.None();
            return dial;
        }
        drop();
        return null;
    }

    void drop() {
        Stage dropped = stage;
        stage = new Stage.None();
        switch (dropped) {
            case Stage.None() -> {}
            case Stage.Delayed(Future<?> timer) -> timer.cancel(false);
            case Stage.Dialled(_, Future<UpstreamConnection> dial) -> abandon(dial);
        }
    }

    /** Ends a dial whose connection nobody wants. */
    static void abandon(Future<UpstreamConnection> dial) {
        if (dial.isSuccess()) {
            Endings.close(dial.getNow().channel());
        } else {
            dial.cancel(false);
        }
    }
}

package dev.gibbon.sidecar.stream;

import dev.gibbon.core.decision.Upstream;
import dev.gibbon.sidecar.relay.Endings;
import dev.gibbon.sidecar.relay.HeldBytes;
import dev.gibbon.sidecar.upstream.UpstreamConnection;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.FutureListener;
import org.jspecify.annotations.Nullable;

/**
 * An upstream that is dialled while the client's first bytes are awaited, since it may be the one
 * that speaks first. Confined to the client's event loop.
 */
final class Speculation {

    /** Told only while the speculation is neither taken nor dropped. */
    interface Listener {

        /** Whether the client's first bytes are still awaited; if not, nothing more is told. */
        boolean isWaiting();

        /** The upstream is connected, and read from. */
        void connected(Upstream upstream);

        /** The upstream has sent something, or has ended. */
        void spoke(Upstream upstream);

        void failed(Upstream upstream, @Nullable Throwable cause);
    }

    private final Upstream upstream;
    private final Future<UpstreamConnection> dial;
    private final Listener listener;
    private boolean over;

    Speculation(Upstream upstream, Future<UpstreamConnection> dial, Listener listener) {
        this.upstream = upstream;
        this.dial = dial;
        this.listener = listener;
    }

    /** Begins to tell the listener. */
    void start() {
        dial.addListener((FutureListener<UpstreamConnection>) _ -> dialled());
    }

    private void dialled() {
        if (over || !listener.isWaiting()) {
            return;
        }
        if (!dial.isSuccess()) {
            listener.failed(upstream, dial.cause());
            return;
        }
        Channel channel = dial.getNow().channel();
        channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        channel.pipeline().addLast("first", new HeldBytes(this::spoke));
        channel.pipeline().context("first").read();
        if (!over && listener.isWaiting()) {
            listener.connected(upstream);
        }
    }

    private void spoke() {
        if (!over && listener.isWaiting()) {
            listener.spoke(upstream);
        }
    }

    Upstream upstream() {
        return upstream;
    }

    /** Hands the dial over. */
    Future<UpstreamConnection> take() {
        over = true;
        return dial;
    }

    void drop() {
        over = true;
        abandon(dial);
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

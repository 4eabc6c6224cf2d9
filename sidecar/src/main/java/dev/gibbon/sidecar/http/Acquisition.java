package dev.gibbon.sidecar.http;

import dev.gibbon.core.decision.CloseReason;
import dev.gibbon.core.net.IpPort;
import dev.gibbon.sidecar.upstream.ConnectException;
import dev.gibbon.sidecar.upstream.DialRequest;
import dev.gibbon.sidecar.upstream.UpstreamConnection;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the connection that a request is sent on: an idle one of the pool, or a fresh one. Confined
 * to the client connection's event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // A connection that nobody wants may fail to close.
final class Acquisition {

    /** Told once, unless it is cancelled before. */
    interface Listener {

        /**
         * @param key what the connection is kept under when it is free again
         */
        void acquired(UpstreamLink link, PoolKey key);

        void notAcquired(CloseReason reason, String detail);
    }

    private final HttpFrontend frontend;
    private final EventLoop loop;
    private final Forwarding forwarding;
    private final Listener listener;
    private @Nullable Future<UpstreamConnection> dial;
    private boolean cancelled;

    Acquisition(HttpFrontend frontend, EventLoop loop, Forwarding forwarding, Listener listener) {
        this.frontend = frontend;
        this.loop = loop;
        this.forwarding = forwarding;
        this.listener = listener;
    }

    /** Takes any that may be shared. */
    void start() {
        frontend.destinations().used(forwarding.upstream().authority());
        List<IpPort> endpoints = order();
        PoolKey key = endpoints.isEmpty() ? key() : key(endpoints.getFirst());
        UpstreamLink idle = frontend.pool(loop).take(key);
        if (idle != null) {
            listener.acquired(idle, key);
        } else {
            dial(endpoints);
        }
    }

    /** Makes a fresh one, to another endpoint than that if there is one. */
    void startAfter(IpPort failed) {
        dial(RetryPolicy.order(order(), failed));
    }

    private List<IpPort> order() {
        return frontend.balancer().order(forwarding.decider(), forwarding.upstream());
    }

    private PoolKey key() {
        return PoolKey.of(forwarding.decider(), forwarding.upstream(), forwarding.leg());
    }

    private PoolKey key(IpPort endpoint) {
        return PoolKey.of(forwarding.decider(), forwarding.upstream(), endpoint, forwarding.leg());
    }

    private void dial(List<IpPort> endpoints) {
        Future<UpstreamConnection> future =
                frontend.connector()
                        .connect(
                                loop,
                                new DialRequest(
                                        forwarding.decider(),
                                        forwarding.upstream(),
                                        forwarding.leg(),
                                        endpoints));
        dial = future;
        future.addListener((Future<UpstreamConnection> done) -> {
            if (loop.inEventLoop()) {
                dialled(!endpoints.isEmpty(), done);
            } else {
                loop.execute(() -> dialled(!endpoints.isEmpty(), done));
            }
        });
    }

    private void dialled(boolean toEndpoint, Future<UpstreamConnection> done) {
        dial = null;
        if (done.isSuccess()) {
            UpstreamConnection connection = done.getNow();
            if (cancelled) {
                connection.channel().close();
                return;
            }
            // It may be another endpoint than the first.
            listener.acquired(
                    new UpstreamLink(connection, frontend.limits().maxHeaders()),
                    toEndpoint ? key(connection.address()) : key());
        } else if (!cancelled) {
            if (done.cause() instanceof ConnectException failure) {
                listener.notAcquired(failure.reason(), failure.detail());
            } else {
                listener.notAcquired(CloseReason.INTERNAL, "connecting failed: " + done.cause());
            }
        }
    }

    /** It is not wanted any more. */
    void cancel() {
        cancelled = true;
        Future<UpstreamConnection> pending = dial;
        if (pending != null) {
            dial = null;
            pending.cancel(false);
        }
    }
}

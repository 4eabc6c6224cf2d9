package dev.gibbon.sidecar.http;

import dev.gibbon.core.decision.Arrival;
import dev.gibbon.core.decision.Decisions;
import dev.gibbon.core.entity.Protocol;
import dev.gibbon.core.net.IpPort;
import dev.gibbon.sidecar.listener.HttpEntry;
import dev.gibbon.sidecar.listener.Limits;
import dev.gibbon.sidecar.telemetry.Telemetry;
import dev.gibbon.sidecar.upstream.Balancer;
import dev.gibbon.sidecar.upstream.Connector;
import dev.gibbon.sidecar.upstream.Destinations;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Speaks HTTP/1.1 with clients: one of these serves all HTTP listeners of a sidecar. Any thread may
 * call, but {@link #accept} only the channel's event loop.
 */
public final class HttpFrontend implements HttpEntry {
    private final Supplier<? extends Decisions> decider;
    private final Connector connector;
    private final Telemetry telemetry;
    private final Limits limits;
    private final String via;
    private final Balancer balancer;
    private final Destinations destinations;
    private final Map<EventLoop, UpstreamPool> pools = new ConcurrentHashMap<>();
    private final Set<ClientConnection> connections = ConcurrentHashMap.newKeySet();
    private volatile boolean draining;

    /**
     * @param decider gives the present configuration; asked once for each request
     * @param version of this program, for the Via field
     */
    public HttpFrontend(
            Supplier<? extends Decisions> decider,
            Connector connector,
            Telemetry telemetry,
            Limits limits,
            String version) {
        this(
                decider,
                connector,
                new Balancer(() -> ThreadLocalRandom.current().nextLong()),
                Destinations.NONE,
                telemetry,
                limits,
                version);
    }

    /**
     * One that asks where requests lead, and balances them.
     *
     * @param decider gives the present configuration; asked once for each request
     * @param balancer shared with the connections that are no HTTP
     * @param version of this program, for the Via field
     */
    public HttpFrontend(
            Supplier<? extends Decisions> decider,
            Connector connector,
            Balancer balancer,
            Destinations destinations,
            Telemetry telemetry,
            Limits limits,
            String version) {
        this.decider = decider;
        this.connector = connector;
        this.telemetry = telemetry;
        this.limits = limits;
        this.balancer = balancer;
        this.destinations = destinations;
        this.via = "1.1 gibbon/" + version;
    }

    @Override
    public void accept(Channel channel, Arrival arrival, Protocol scheme, @Nullable String sni) {
        // A client that has sent its request may shut down its output and still wait for an answer.
        channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        var connection = new ClientConnection(this, channel, arrival, scheme, sni);
        connections.add(connection);
        channel.closeFuture().addListener(_ -> connections.remove(connection));
        channel.pipeline().addLast(connection);
        if (draining) {
            connection.drain();
        }
    }

    /**
     * Stops keeping connections: idle ones are closed, the others after the answer they wait for,
     * which says {@code Connection: close}.
     */
    public void drain() {
        draining = true;
        for (ClientConnection connection : connections) {
            connection.channel().eventLoop().execute(connection::drain);
        }
        pools.forEach((loop, pool) -> loop.execute(pool::clear));
    }

    /**
     * Closes idle connections to endpoints that are to be left, so that no further request goes
     * there. Any thread.
     */
    public void leave(Predicate<IpPort> endpoints) {
        pools.forEach((loop, pool) -> loop.execute(() -> pool.leave(endpoints)));
    }

    /** How many client connections are open. */
    public int connections() {
        return connections.size();
    }

    boolean isDraining() {
        return draining;
    }

    Decisions decider() {
        return decider.get();
    }

    Connector connector() {
        return connector;
    }

    Balancer balancer() {
        return balancer;
    }

    Destinations destinations() {
        return destinations;
    }

    Telemetry telemetry() {
        return telemetry;
    }

    Limits limits() {
        return limits;
    }

    String via() {
        return via;
    }

    UpstreamPool pool(EventLoop loop) {
        return pools.computeIfAbsent(loop, _ -> new UpstreamPool());
    }
}

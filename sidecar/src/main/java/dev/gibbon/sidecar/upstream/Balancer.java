package dev.gibbon.sidecar.upstream;

import dev.gibbon.core.decision.Decisions;
import dev.gibbon.core.decision.Upstream;
import dev.gibbon.core.destination.Destination;
import dev.gibbon.core.entity.Service;
import dev.gibbon.core.net.IpPort;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.ToIntFunction;
import java.util.random.RandomGenerator;

/**
 * Chooses among endpoints by what is under way with each: connections, and requests where these are
 * balanced one by one. Any thread may call.
 */
public final class Balancer {
    /** As a Service's {@code retries}. */
    static final int DEFAULT_RETRIES = 5;

    private final ConcurrentMap<IpPort, Integer> loads = new ConcurrentHashMap<>();
    private final ToIntFunction<IpPort> load = this::load;
    private final RandomGenerator random;

    /**
     * @param random takes calls of several threads
     */
    public Balancer(RandomGenerator random) {
        this.random = random;
    }

    /** The endpoints of the upstream's destination as they are tried; empty where it has none. */
    public List<IpPort> order(Decisions decisions, Upstream upstream) {
        Destination destination = upstream.destination();
        if (destination == null) {
            return List.of();
        }
        Service service = upstream.service();
        int retries = service == null ? DEFAULT_RETRIES : service.retries();
        return decisions.config().choice(destination).order(load, random, retries + 1);
    }

    private int load(IpPort endpoint) {
        return loads.getOrDefault(endpoint, 0);
    }

    /** A connection or request begins. */
    public void begun(IpPort endpoint) {
        loads.merge(endpoint, 1, Integer::sum);
    }

    /** It ends; once for each {@link #begun}. */
    public void ended(IpPort endpoint) {
        loads.computeIfPresent(endpoint, (_, load) -> load > 1 ? load - 1 : null);
    }
}

package dev.gibbon.operator.discovery;

import dev.gibbon.core.net.IpAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What matters of an EndpointSlice.
 *
 * @param service the Service of the same namespace that it belongs to
 */
public record SliceFact(
        String namespace,
        String name,
        String service,
        List<Port> ports,
        List<SliceEndpoint> endpoints) {
    public SliceFact {
        ports = List.copyOf(ports);
        endpoints = List.copyOf(endpoints);
    }

    /**
     * A port of all its endpoints.
     *
     * @param name that of the Service's port
     */
    public record Port(String name, int port) {}

    /**
     * One endpoint.
     *
     * @param ready whether it takes new connections
     * @param draining whether it is ending and still serves
     * @param zone null when it is not known
     * @param node null when it is not known
     */
    public record SliceEndpoint(
            IpAddress address,
            boolean ready,
            boolean draining,
            @Nullable String zone,
            @Nullable String node) {}
}

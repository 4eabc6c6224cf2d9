package dev.gibbon.core.decision;

import dev.gibbon.core.net.CidrBlock;
import dev.gibbon.core.net.IpAddress;
import dev.gibbon.core.net.IpPort;
import dev.gibbon.core.rule.AddressBlock;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a sidecar knows of itself.
 *
 * @param workload the addresses, with or without ports, of the workload that it stands for
 * @param listeners the addresses it listens on, which it never dials
 * @param httpBind the address to dial HTTP upstreams from; null for any
 * @param streamBind the address to dial stream upstreams from; null for any
 * @param strict whether plain connections are refused in both directions
 * @param keepClientAddress whether the last hop dials from the client's own address
 */
public record LocalNode(
        String name,
        List<AddressBlock> workload,
        List<IpPort> listeners,
        @Nullable IpAddress httpBind,
        @Nullable IpAddress streamBind,
        List<Origin> origins,
        boolean strict,
        boolean keepClientAddress) {

    public LocalNode {
        workload = List.copyOf(workload);
        listeners = List.copyOf(listeners);
        origins = List.copyOf(origins);
    }

    /** Whether this is an address of the workload that the sidecar stands for. */
    public boolean isWorkload(IpPort address) {
        return workload.stream().anyMatch(block -> block.contains(address));
    }

    /**
     * Whether this is an address that the sidecar itself listens on. A listener on all addresses
     * ({@code 0.0.0.0}) has those of the workload and of the loopback interface.
     */
    public boolean isListener(IpPort address) {
        return listeners.stream()
                .anyMatch(listener ->
                        listener.port() == address.port()
                                && (listener.ip().equals(address.ip())
                                        || (listener.ip().isUnspecified()
                                                && isHere(address.ip()))));
    }

    private boolean isHere(IpAddress ip) {
        return ip.isUnspecified()
                || ip.toInetAddress().isLoopbackAddress()
                || workload.stream()
                        .anyMatch(end -> {
                            CidrBlock block = end.block();
                            return block != null && block.contains(ip);
                        });
    }
}

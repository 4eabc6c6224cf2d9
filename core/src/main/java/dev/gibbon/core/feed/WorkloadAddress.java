package dev.gibbon.core.feed;

import dev.gibbon.core.net.IpAddress;
import java.util.Set;

/**
 * Where a meshed workload is reached.
 *
 * @param ports the captured ports, 1-65535; empty for all
 */
public record WorkloadAddress(IpAddress ip, Set<Integer> ports) {
    public WorkloadAddress {
        ports = Set.copyOf(ports);
        for (int port : ports) {
            if (port < 1 || port > 65535) {
                throw new IllegalArgumentException("port: " + port + " (expected: 1-65535)");
            }
        }
    }

    /** Whether connections to this address and port belong to the workload. */
    public boolean covers(IpAddress address, int port) {
        return ip.equals(address) && (ports.isEmpty() || ports.contains(port));
    }
}

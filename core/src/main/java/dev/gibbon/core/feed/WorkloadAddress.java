package dev.gibbon.core.feed;

import dev.gibbon.core.net.IpAddress;
import java.util.Set;

/**
 * Where a meshed workload is reached.
 *
 * @param ports the captured ports, 1-65535; empty for all
 * @param excluded ports that are not captured although {@code ports} would include them: they are
 *     reached without the mesh
 */
public record WorkloadAddress(IpAddress ip, Set<Integer> ports, Set<Integer> excluded) {
    public WorkloadAddress {
        ports = Set.copyOf(ports);
        excluded = Set.copyOf(excluded);
        ports.forEach(WorkloadAddress::check);
        excluded.forEach(WorkloadAddress::check);
    }

    /** An address of which no port is excluded. */
    public WorkloadAddress(IpAddress ip, Set<Integer> ports) {
        this(ip, ports, Set.of());
    }

    private static void check(int port) {
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("port: " + port + " (expected: 1-65535)");
        }
    }

    /** Whether connections to this address and port belong to the workload. */
    public boolean covers(IpAddress address, int port) {
        return ip.equals(address)
                && (ports.isEmpty() || ports.contains(port))
                && !excluded.contains(port);
    }
}

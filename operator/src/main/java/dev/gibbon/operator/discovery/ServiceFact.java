package dev.gibbon.operator.discovery;

import dev.gibbon.core.net.IpAddress;
import java.util.List;

/**
 * What matters of a Service.
 *
 * @param clusterIps the virtual addresses, the preferred family first; empty for headless Services
 *     and those of type ExternalName
 * @param ports of TCP
 * @param nodeLocal whether clients reach only the endpoints on their own node ({@code
 *     internalTrafficPolicy: Local})
 */
public record ServiceFact(
        String namespace,
        String name,
        List<IpAddress> clusterIps,
        List<Port> ports,
        boolean nodeLocal) {
    public ServiceFact {
        clusterIps = List.copyOf(clusterIps);
        ports = List.copyOf(ports);
    }

    /**
     * A port.
     *
     * @param name empty for the only one of a Service
     * @param port 1-65535
     * @param http whether it is declared to speak HTTP/1.1
     */
    public record Port(String name, int port, boolean http) {}
}

package dev.gibbon.core.decision;

import dev.gibbon.core.net.IpAddress;
import dev.gibbon.core.net.IpPort;
import java.util.Set;

/**
 * What a sidecar in a pod knows of itself.
 *
 * @param addresses of the pod: all that is delivered, is delivered there
 * @param outbound the port of the listener that takes what the application dials, 1-65535
 * @param inbound the port of the listener that takes what is meant for the application, 1-65535
 * @param status the port where health and metrics are served, 1-65535
 */
public record PodNode(Set<IpAddress> addresses, int outbound, int inbound, int status) {
    /** The ports that {@code gibbon-capture} diverts to by default. */
    public static final int OUTBOUND = 15001;

    public static final int INBOUND = 15006;
    public static final int STATUS = 15021;

    public PodNode {
        addresses = Set.copyOf(addresses);
        for (int port : new int[] {outbound, inbound, status}) {
            if (port < 1 || port > 65535) {
                throw new IllegalArgumentException("port: " + port + " (expected: 1-65535)");
            }
        }
        if (outbound == inbound || inbound == status || status == outbound) {
            throw new IllegalArgumentException(
                    "ports: "
                            + outbound
                            + ", "
                            + inbound
                            + ", "
                            + status
                            + " (expected: three different ones)");
        }
    }

    /** Whether this is an address of the pod, its loopback interface included. */
    boolean isHere(IpAddress ip) {
        return addresses.contains(ip)
                || ip.isUnspecified()
                || ip.toInetAddress().isLoopbackAddress();
    }

    /** Whether the sidecar itself listens there. */
    boolean isListener(IpPort address) {
        return isHere(address.ip())
                && (address.port() == outbound
                        || address.port() == inbound
                        || address.port() == status);
    }
}

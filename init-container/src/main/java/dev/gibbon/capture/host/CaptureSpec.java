package dev.gibbon.capture.host;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which connections on this host go to which sidecar. Client, workload and sidecar all have
 * addresses of this host, so no routing is needed, only diversion.
 *
 * @param outbound connections of clients, caught on their way out
 * @param inbound connections to workloads, caught on their way in
 * @param exempt source addresses that are never caught: what a sidecar binds to when it dials its
 *     own workload and cannot mark its socket. Any process that may bind to such an address goes
 *     around the sidecar too.
 */
public record CaptureSpec(List<Outbound> outbound, List<Inbound> inbound, Set<InetAddress> exempt) {

    /**
     * Connections that a client makes to a port, at any address.
     *
     * @param client the source address
     * @param port the destination port, 1-65535
     * @param sidecar where the sidecar's transparent listener is
     */
    public record Outbound(InetAddress client, int port, InetSocketAddress sidecar) {
        public Outbound {
            check("outbound", client, port, sidecar);
        }
    }

    /**
     * Connections that anybody makes to a port of a workload.
     *
     * @param workload the destination address
     * @param port the destination port, 1-65535
     * @param sidecar where the sidecar's transparent listener is
     */
    public record Inbound(InetAddress workload, int port, InetSocketAddress sidecar) {
        public Inbound {
            check("inbound", workload, port, sidecar);
            if (sidecar.getAddress().equals(workload) && sidecar.getPort() == port) {
                throw new IllegalArgumentException(
                        "inbound: "
                                + Addresses.text(sidecar)
                                + " is workload and sidecar at once (expected: two addresses)");
            }
        }
    }

    /**
     * @throws IllegalArgumentException when the parts contradict each other; the message is one
     *     line
     */
    public CaptureSpec {
        outbound = List.copyOf(outbound);
        inbound = List.copyOf(inbound);
        // The order is kept, so that equal input gives equal rules.
        exempt = Collections.unmodifiableSet(new LinkedHashSet<>(exempt));
        if (outbound.isEmpty() && inbound.isEmpty()) {
            throw new IllegalArgumentException(
                    "nothing to capture (expected: an outbound or an inbound entry)");
        }
        Map<InetSocketAddress, InetSocketAddress> sidecars = new HashMap<>();
        for (Outbound entry : outbound) {
            once("outbound", sidecars, entry.client(), entry.port(), entry.sidecar());
        }
        sidecars.clear();
        for (Inbound entry : inbound) {
            once("inbound", sidecars, entry.workload(), entry.port(), entry.sidecar());
        }
        for (InetAddress source : exempt) {
            checkExempt(source, outbound, inbound);
        }
    }

    private static void check(
            String what, InetAddress captured, int port, InetSocketAddress sidecar) {
        Addresses.requireHost(what, captured);
        Addresses.requirePort(what, port);
        if (sidecar.getAddress() == null) {
            throw new IllegalArgumentException(
                    what + ": the sidecar has no address (expected: an IP address)");
        }
        Addresses.requireHost(what, sidecar.getAddress());
        Addresses.requirePort(what, sidecar.getPort());
        if (captured.getAddress().length != sidecar.getAddress().getAddress().length) {
            throw new IllegalArgumentException(
                    what
                            + ": "
                            + Addresses.text(captured)
                            + " and "
                            + Addresses.text(sidecar.getAddress())
                            + " (expected: two addresses of one family)");
        }
    }

    private static void once(
            String what,
            Map<InetSocketAddress, InetSocketAddress> sidecars,
            InetAddress captured,
            int port,
            InetSocketAddress sidecar) {
        InetSocketAddress key = new InetSocketAddress(captured, port);
        if (sidecars.putIfAbsent(key, sidecar) != null) {
            throw new IllegalArgumentException(
                    what + ": " + Addresses.text(key) + " is given twice (expected: once)");
        }
    }

    private static void checkExempt(
            InetAddress source, List<Outbound> outbound, List<Inbound> inbound) {
        Addresses.requireHost("exempt", source);
        if (outbound.stream().anyMatch(entry -> entry.client().equals(source))) {
            throw new IllegalArgumentException(
                    "exempt: "
                            + Addresses.text(source)
                            + " is also a client that is to be captured (expected: one of both)");
        }
        boolean near = outbound.stream().anyMatch(e -> e.sidecar().getAddress().equals(source));
        boolean far = inbound.stream().anyMatch(e -> e.sidecar().getAddress().equals(source));
        // Exempt, the near sidecar would reach the workload around the far one, in plain text.
        if (near && !far && !inbound.isEmpty()) {
            throw new IllegalArgumentException(
                    "exempt: "
                            + Addresses.text(source)
                            + " is the outbound sidecar, and its connections must reach the"
                            + " inbound one (expected: the address that the inbound sidecar dials"
                            + " from)");
        }
    }
}

package dev.gibbon.core.decision;

import dev.gibbon.core.net.IpAddress;
import dev.gibbon.core.net.IpPort;
import dev.gibbon.core.rule.AddressBlock;
import java.util.List;
import java.util.Set;

/**
 * A workload that has a sidecar: connections to its addresses are mesh TLS or nothing.
 *
 * @param identity the SPIFFE ID that its sidecar presents, e.g. {@code
 *     spiffe://mesh-1/host/gibbon-b}
 * @param addresses where it is reached: single addresses, with or without a port
 * @param sources the addresses that its sidecar dials from
 * @param excluded ports of its addresses that are reached without the mesh
 */
public record Member(
        String name,
        String identity,
        List<AddressBlock> addresses,
        List<IpAddress> sources,
        Set<IpPort> excluded) {
    public Member {
        addresses = List.copyOf(addresses);
        sources = List.copyOf(sources);
        excluded = Set.copyOf(excluded);
    }

    /** A member of which no port is excluded. */
    public Member(
            String name, String identity, List<AddressBlock> addresses, List<IpAddress> sources) {
        this(name, identity, addresses, sources, Set.of());
    }

    /** A member whose sidecar dials from unknown addresses. */
    public Member(String name, String identity, List<AddressBlock> addresses) {
        this(name, identity, addresses, List.of());
    }
}

package dev.gibbon.core.decision;

import dev.gibbon.core.net.IpAddress;
import dev.gibbon.core.rule.AddressBlock;
import java.util.List;

/**
 * A workload that has a sidecar: connections to its addresses are mesh TLS or nothing.
 *
 * @param identity the SPIFFE ID that its sidecar presents, e.g. {@code
 *     spiffe://mesh-1/host/gibbon-b}
 * @param addresses where it is reached: single addresses, with or without a port
 * @param sources the addresses that its sidecar dials from
 */
public record Member(
        String name, String identity, List<AddressBlock> addresses, List<IpAddress> sources) {
    public Member {
        addresses = List.copyOf(addresses);
        sources = List.copyOf(sources);
    }

    /** A member whose sidecar dials from unknown addresses. */
    public Member(String name, String identity, List<AddressBlock> addresses) {
        this(name, identity, addresses, List.of());
    }
}

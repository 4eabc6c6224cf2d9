package dev.gibbon.core.decision;

import dev.gibbon.core.rule.AddressBlock;
import java.util.List;

/**
 * A workload that has a sidecar: connections to its addresses are mesh TLS or nothing.
 *
 * @param identity the SPIFFE ID that its sidecar presents, e.g. {@code
 *     spiffe://mesh-1/host/gibbon-b}
 * @param addresses where it is reached
 */
public record Member(String name, String identity, List<AddressBlock> addresses) {
    public Member {
        addresses = List.copyOf(addresses);
    }
}

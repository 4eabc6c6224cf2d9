package dev.gibbon.core.decision;

import dev.gibbon.core.net.CidrBlock;
import dev.gibbon.core.net.IpAddress;
import dev.gibbon.core.net.IpPort;
import dev.gibbon.core.rule.AddressBlock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which addresses have a sidecar. Immutable; a look-up does not depend on how many there are. */
public final class Membership {
    private static final Membership NONE = new Membership(Map.of());

    private final Map<IpAddress, List<Entry>> byAddress;

    private record Entry(AddressBlock address, Member member) {}

    private Membership(Map<IpAddress, List<Entry>> byAddress) {
        this.byAddress = byAddress;
    }

    /** Nobody. */
    public static Membership none() {
        return NONE;
    }

    /**
     * These members. Where two claim one address, the first in the list has it.
     *
     * @throws IllegalArgumentException when an address is not a single one
     */
    public static Membership of(List<Member> members) {
        Map<IpAddress, List<Entry>> index = new HashMap<>();
        for (Member member : members) {
            for (AddressBlock address : member.addresses()) {
                CidrBlock block = address.block();
                if (block == null || !block.isSingle()) {
                    throw new IllegalArgumentException(
                            "workload "
                                    + member.name()
                                    + ": "
                                    + address
                                    + " (expected: a single address)");
                }
                index.computeIfAbsent(block.network(), _ -> new ArrayList<>())
                        .add(new Entry(address, member));
            }
        }
        index.replaceAll((_, entries) -> List.copyOf(entries));
        return new Membership(Map.copyOf(index));
    }

    /** The member that is reached at this address and port. */
    public Optional<Member> at(IpPort address) {
        for (Entry entry : byAddress.getOrDefault(address.ip(), List.of())) {
            if (entry.address().contains(address)) {
                return Optional.of(entry.member());
            }
        }
        return Optional.empty();
    }

    /** Whether a member has this address, with whatever ports. */
    public boolean hasAddress(IpAddress address) {
        return byAddress.containsKey(address);
    }
}

package dev.gibbon.core.decision;

import dev.gibbon.core.net.CidrBlock;
import dev.gibbon.core.net.IpAddress;
import dev.gibbon.core.net.IpPort;
import dev.gibbon.core.rule.AddressBlock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Which addresses have a sidecar. Immutable; a look-up does not depend on how many there are. */
public final class Membership {
    private final Map<IpAddress, List<Entry>> byAddress;
    private final Set<IpAddress> sources;

    private record Entry(AddressBlock address, Member member) {}

    private Membership(Map<IpAddress, List<Entry>> byAddress, Set<IpAddress> sources) {
        this.byAddress = byAddress;
        this.sources = sources;
    }

    /**
     * These members. Where two claim one address, the first in the list has it.
     *
     * @throws IllegalArgumentException when an address is not a single one
     */
    public static Membership of(List<Member> members) {
        Map<IpAddress, List<Entry>> index = new HashMap<>();
        Set<IpAddress> sources = new HashSet<>();
        for (Member member : members) {
            sources.addAll(member.sources());
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
                sources.add(block.network());
            }
        }
        index.replaceAll((_, entries) -> List.copyOf(entries));
        return new Membership(Map.copyOf(index), Set.copyOf(sources));
    }

    /** The member that is reached at this address and port. */
    public Optional<Member> at(IpPort address) {
        for (Entry entry : byAddress.getOrDefault(address.ip(), List.of())) {
            if (entry.address().contains(address) && !entry.member().excluded().contains(address)) {
                return Optional.of(entry.member());
            }
        }
        return Optional.empty();
    }

    /** Whether a sidecar may dial from this address, for itself or from its workload's. */
    public boolean isSource(IpAddress address) {
        return sources.contains(address);
    }
}

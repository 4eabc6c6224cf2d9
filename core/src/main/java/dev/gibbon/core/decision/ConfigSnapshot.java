package dev.gibbon.core.decision;

import dev.gibbon.core.entity.Service;
import dev.gibbon.core.net.IpPort;
import dev.gibbon.core.route.HttpRouter;
import dev.gibbon.core.route.StreamRouter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * The configuration that a sidecar runs: immutable, swapped as a whole.
 *
 * @param revision the control plane's counter; 0 before the first configuration
 * @param meshAlpn the protocol name of mesh TLS in this trust domain; empty before it is known
 */
public record ConfigSnapshot(
        long revision,
        String meshAlpn,
        Map<UUID, Service> services,
        HttpRouter http,
        StreamRouter streams,
        List<Member> members) {

    public ConfigSnapshot {
        services = Map.copyOf(services);
        members = List.copyOf(members);
    }

    /** The configuration of a sidecar that has not heard from its control plane yet. */
    public static ConfigSnapshot empty() {
        return new ConfigSnapshot(
                0, "", Map.of(), HttpRouter.of(List.of()), StreamRouter.of(List.of()), List.of());
    }

    /** The member that is reached at this address. */
    public Optional<Member> member(IpPort address) {
        for (Member member : members) {
            if (member.addresses().stream().anyMatch(block -> block.contains(address))) {
                return Optional.of(member);
            }
        }
        return Optional.empty();
    }
}

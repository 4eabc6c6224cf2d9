package dev.gibbon.core.decision;

import dev.gibbon.core.entity.Service;
import dev.gibbon.core.net.IpAddress;
import dev.gibbon.core.net.IpPort;
import dev.gibbon.core.route.HttpRouter;
import dev.gibbon.core.route.StreamRouter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The configuration that a sidecar runs: immutable, indexed, swapped as a whole. */
public final class ConfigSnapshot {
    private final long revision;
    private final String meshAlpn;
    private final Map<UUID, Service> services;
    private final HttpRouter http;
    private final StreamRouter streams;
    private final List<Member> members;
    private final Membership membership;

    /**
     * Puts a configuration together.
     *
     * @param revision the control plane's counter; 0 before the first configuration
     * @param meshAlpn the protocol name of mesh TLS in this trust domain; empty before it is known
     * @param members where two claim one address, the first has it
     * @throws IllegalArgumentException when a member's address is not a single one
     */
    public ConfigSnapshot(
            long revision,
            String meshAlpn,
            Map<UUID, Service> services,
            HttpRouter http,
            StreamRouter streams,
            List<Member> members) {
        this.revision = revision;
        this.meshAlpn = meshAlpn;
        this.services = Map.copyOf(services);
        this.http = http;
        this.streams = streams;
        this.members = List.copyOf(members);
        this.membership = Membership.of(members);
    }

    /** The configuration of a sidecar that has not heard from its control plane yet. */
    public static ConfigSnapshot empty() {
        return new ConfigSnapshot(
                0, "", Map.of(), HttpRouter.of(List.of()), StreamRouter.of(List.of()), List.of());
    }

    public long revision() {
        return revision;
    }

    /** The protocol name of mesh TLS in this trust domain; empty before it is known. */
    public String meshAlpn() {
        return meshAlpn;
    }

    public Map<UUID, Service> services() {
        return services;
    }

    public HttpRouter http() {
        return http;
    }

    public StreamRouter streams() {
        return streams;
    }

    public List<Member> members() {
        return members;
    }

    /** The member that is reached at this address. */
    public Optional<Member> member(IpPort address) {
        return membership.at(address);
    }

    /** Whether connections from this address come from a sidecar. */
    public boolean isSidecar(IpAddress source) {
        return membership.isSource(source);
    }
}

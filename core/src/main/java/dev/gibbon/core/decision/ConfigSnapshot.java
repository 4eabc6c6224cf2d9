package dev.gibbon.core.decision;

import dev.gibbon.core.destination.Destination;
import dev.gibbon.core.destination.Endpoint;
import dev.gibbon.core.destination.EndpointChoice;
import dev.gibbon.core.entity.Service;
import dev.gibbon.core.net.IpAddress;
import dev.gibbon.core.net.IpPort;
import dev.gibbon.core.route.HttpRouter;
import dev.gibbon.core.route.StreamRouter;
import dev.gibbon.core.setting.MeshMode;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The configuration that a sidecar runs: immutable, indexed, swapped as a whole. */
public final class ConfigSnapshot {
    private final long revision;
    private final String meshAlpn;
    private final Map<UUID, Service> services;
    private final HttpRouter http;
    private final StreamRouter streams;
    private final List<Member> members;
    private final Membership membership;
    private final Map<String, Optional<Destination>> destinations;
    private final MeshMode mode;
    private final @Nullable String zone;
    private final Map<IpPort, Endpoint> endpoints;

    /** By identity: a destination is as large as its list of endpoints. */
    private final IdentityHashMap<Destination, EndpointChoice> choices = new IdentityHashMap<>();

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
        this(
                revision,
                meshAlpn,
                services,
                http,
                streams,
                members,
                Map.of(),
                MeshMode.PERMISSIVE,
                null);
    }

    /**
     * Puts a configuration together that was told, too, where addresses lead.
     *
     * @param destinations the answers to what was asked for; empty where an address leads only to
     *     itself
     * @param mode whether plain connections are accepted
     * @param zone where the sidecar runs; null when it is not known
     * @throws IllegalArgumentException when a member's address is not a single one
     */
    public ConfigSnapshot(
            long revision,
            String meshAlpn,
            Map<UUID, Service> services,
            HttpRouter http,
            StreamRouter streams,
            List<Member> members,
            Map<String, Optional<Destination>> destinations,
            MeshMode mode,
            @Nullable String zone) {
        this.revision = revision;
        this.meshAlpn = meshAlpn;
        this.services = Map.copyOf(services);
        this.http = http;
        this.streams = streams;
        this.members = List.copyOf(members);
        this.membership = Membership.of(members);
        this.destinations = Map.copyOf(destinations);
        this.mode = mode;
        this.zone = zone;
        this.endpoints = new HashMap<>();
        for (Optional<Destination> destination : destinations.values()) {
            destination.ifPresent(known -> {
                choices.put(known, EndpointChoice.of(known, zone));
                known.endpoints().forEach(endpoint -> endpoints.put(endpoint.address(), endpoint));
            });
        }
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

    /**
     * The answers to what was asked for: by address or name and port, e.g. {@code 10.96.54.17:80};
     * empty where that leads only to itself.
     */
    public Map<String, Optional<Destination>> destinations() {
        return destinations;
    }

    /** The addresses of the endpoints of all destinations. */
    public Set<IpPort> endpoints() {
        return Collections.unmodifiableSet(endpoints.keySet());
    }

    /** The endpoint at this address, of any of the destinations. */
    public Optional<Endpoint> endpoint(IpPort address) {
        return Optional.ofNullable(endpoints.get(address));
    }

    /** The choice among a destination's endpoints, for this sidecar's zone. */
    public EndpointChoice choice(Destination destination) {
        EndpointChoice choice = choices.get(destination);
        return choice == null ? EndpointChoice.of(destination, zone) : choice;
    }

    /** Whether the mesh accepts plain connections, on top of what a sidecar's own settings say. */
    public MeshMode mode() {
        return mode;
    }

    /** Where the sidecar runs, e.g. {@code eu-1a}; null when it is not known. */
    public @Nullable String zone() {
        return zone;
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

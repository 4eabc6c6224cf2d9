package dev.gibbon.operator.discovery;

import dev.gibbon.core.destination.Destination;
import dev.gibbon.core.destination.Endpoint;
import dev.gibbon.core.identity.SpiffeId;
import dev.gibbon.core.identity.TrustDomain;
import dev.gibbon.core.net.IpAddress;
import dev.gibbon.core.net.IpPort;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Services by their virtual addresses and names, with the endpoints of each. Immutable. */
final class Destinations {
    /** As many as fit into a line of the feed; more are left out, draining ones first. */
    static final int MAX_ENDPOINTS = 2_000;

    private final TrustDomain trustDomain;
    private final String clusterDomain;
    private final Discovery discovery;
    private final Map<String, ServiceFact> services = new HashMap<>();
    private final Map<IpAddress, ServiceFact> byAddress = new HashMap<>();
    private final Map<String, List<SliceFact>> slices = new HashMap<>();

    Destinations(Discovery.Facts facts, Discovery discovery) {
        this.trustDomain = facts.trustDomain();
        this.clusterDomain = facts.clusterDomain();
        this.discovery = discovery;
        for (ServiceFact service : facts.services()) {
            services.put(service.namespace() + "/" + service.name(), service);
            for (IpAddress address : service.clusterIps()) {
                byAddress.put(address, service);
            }
        }
        for (SliceFact slice : facts.slices()) {
            slices.computeIfAbsent(
                            slice.namespace() + "/" + slice.service(), _ -> new ArrayList<>())
                    .add(slice);
        }
    }

    Collection<ServiceFact> services() {
        return services.values();
    }

    Optional<ServiceFact> service(String namespace, String name) {
        return Optional.ofNullable(services.get(namespace + "/" + name));
    }

    @Nullable Destination find(String id, @Nullable String node) {
        Optional<IpPort> dialled = IpPort.parse(id);
        if (dialled.isPresent()) {
            IpPort address = dialled.get();
            ServiceFact service = byAddress.get(address.ip());
            return service == null
                    ? null
                    : destination(service, address.port(), address.ip().isV6(), node);
        }
        int colon = id.lastIndexOf(':');
        ServiceFact service = colon < 0 ? null : named(id.substring(0, colon));
        // A name without a virtual address has endpoints of its own in the DNS.
        return service == null || service.clusterIps().isEmpty()
                ? null
                : destination(
                        service,
                        Integer.parseInt(id.substring(colon + 1)),
                        service.clusterIps().getFirst().isV6(),
                        node);
    }

    private @Nullable ServiceFact named(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        String suffix = ".svc." + clusterDomain;
        String labels =
                name.endsWith(suffix)
                        ? name.substring(0, name.length() - suffix.length())
                        : name.endsWith(".svc") ? name.substring(0, name.length() - 4) : "";
        int dot = labels.indexOf('.');
        return dot <= 0
                ? null
                : services.get(labels.substring(dot + 1) + "/" + labels.substring(0, dot));
    }

    private @Nullable Destination destination(
            ServiceFact service, int port, boolean v6, @Nullable String node) {
        for (ServiceFact.Port candidate : service.ports()) {
            if (candidate.port() == port) {
                return new Destination(
                        service.namespace() + "/" + service.name() + ":" + port,
                        candidate.http(),
                        endpoints(service, candidate.name(), v6, node));
            }
        }
        return null;
    }

    private List<Endpoint> endpoints(
            ServiceFact service, String port, boolean v6, @Nullable String node) {
        // An endpoint may be in two slices for a moment; the better word counts.
        Map<IpPort, Endpoint> found =
                new TreeMap<>(Comparator.comparing(IpPort::ip).thenComparingInt(IpPort::port));
        for (SliceFact slice :
                slices.getOrDefault(service.namespace() + "/" + service.name(), List.of())) {
            for (SliceFact.Port target : slice.ports()) {
                if (!target.name().equals(port)) {
                    continue;
                }
                for (SliceFact.SliceEndpoint endpoint : slice.endpoints()) {
                    if ((endpoint.ready() || endpoint.draining())
                            && endpoint.address().isV6() == v6
                            && (!service.nodeLocal()
                                    || (node != null && node.equals(endpoint.node())))) {
                        Endpoint read = endpoint(endpoint, target.port());
                        found.merge(read.address(), read, (a, b) -> a.draining() ? b : a);
                    }
                }
            }
        }
        return found.values().stream()
                .sorted(Comparator.comparing(Endpoint::draining))
                .limit(MAX_ENDPOINTS)
                .toList();
    }

    private Endpoint endpoint(SliceFact.SliceEndpoint endpoint, int port) {
        SpiffeId identity =
                discovery
                        .owner(endpoint.address())
                        .filter(PodFact::isMember)
                        .filter(pod -> !pod.excluded().contains(port))
                        .map(pod -> Discovery.identity(trustDomain, pod))
                        .orElse(null);
        String zone = endpoint.zone() == null ? discovery.zone(endpoint.node()) : endpoint.zone();
        return new Endpoint(
                new IpPort(endpoint.address(), port), identity, zone, endpoint.draining());
    }
}

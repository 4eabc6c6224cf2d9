package dev.gibbon.operator.discovery;

import dev.gibbon.core.destination.Destination;
import dev.gibbon.core.feed.FeedResource;
import dev.gibbon.core.feed.FeedResource.WorkloadResource;
import dev.gibbon.core.feed.WorkloadAddress;
import dev.gibbon.core.identity.SpiffeId;
import dev.gibbon.core.identity.TrustDomain;
import dev.gibbon.core.net.IpAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The cluster at one moment: its pods, and where its virtual addresses lead. Immutable. */
public final class Discovery {
    private final Map<String, PodFact> pods;
    private final Map<String, NamespaceFact> namespaces;
    private final Map<String, NodeFact> nodes;
    private final Map<IpAddress, PodFact> byAddress;
    private final Destinations destinations;
    private final List<FeedResource> members;
    private final Set<String> serving = new HashSet<>();
    private final Map<String, Integer> servingByNamespace = new HashMap<>();

    /**
     * All that is known of a cluster. Order does not matter.
     *
     * @param clusterDomain what names of Services end in, e.g. {@code cluster.local}
     */
    public record Facts(
            TrustDomain trustDomain,
            String clusterDomain,
            Collection<NamespaceFact> namespaces,
            Collection<NodeFact> nodes,
            Collection<PodFact> pods,
            Collection<ServiceFact> services,
            Collection<SliceFact> slices) {}

    public Discovery(Facts facts) {
        pods = new HashMap<>();
        namespaces = new HashMap<>();
        nodes = new HashMap<>();
        facts.pods().forEach(pod -> pods.put(pod.meshName(), pod));
        facts.namespaces().forEach(namespace -> namespaces.put(namespace.name(), namespace));
        facts.nodes().forEach(node -> nodes.put(node.name(), node));
        byAddress = byAddress(facts.pods());
        members = members(facts.trustDomain());
        for (PodFact pod : facts.pods()) {
            if (pod.isMember() && pod.serving()) {
                serving.add(pod.meshName());
                servingByNamespace.merge(pod.namespace(), 1, Integer::sum);
            }
        }
        destinations = new Destinations(facts, this);
    }

    /**
     * Who has an address. When an ended or forgotten pod is still listed with the address of a new
     * one, the address belongs to the one that was created last.
     */
    private static Map<IpAddress, PodFact> byAddress(Collection<PodFact> pods) {
        Map<IpAddress, PodFact> owners = new HashMap<>();
        for (PodFact pod : pods) {
            if (!pod.ended()) {
                for (IpAddress address : pod.addresses()) {
                    owners.merge(address, pod, Discovery::newer);
                }
            }
        }
        return owners;
    }

    private static PodFact newer(PodFact one, PodFact other) {
        int order = one.created().compareTo(other.created());
        if (order == 0) {
            order = one.uid().compareTo(other.uid());
        }
        return order >= 0 ? one : other;
    }

    private List<FeedResource> members(TrustDomain trustDomain) {
        Map<String, FeedResource> sorted = new TreeMap<>();
        for (PodFact pod : pods.values()) {
            List<WorkloadAddress> addresses = new ArrayList<>();
            for (IpAddress address : pod.addresses()) {
                if (pod.equals(byAddress.get(address))) {
                    addresses.add(new WorkloadAddress(address, Set.of(), pod.excluded()));
                }
            }
            if (pod.isMember() && !addresses.isEmpty()) {
                sorted.put(
                        pod.meshName(),
                        new WorkloadResource(
                                pod.meshName(), identity(trustDomain, pod), addresses));
            }
        }
        return List.copyOf(sorted.values());
    }

    static SpiffeId identity(TrustDomain trustDomain, PodFact pod) {
        return SpiffeId.serviceAccount(trustDomain, pod.namespace(), pod.serviceAccount());
    }

    /** A workload for each meshed pod that has an address, by name. */
    public List<FeedResource> members() {
        return members;
    }

    /** How many sidecars of pods that are ready there are, by namespace. */
    public Map<String, Integer> servingByNamespace() {
        return Collections.unmodifiableMap(servingByNamespace);
    }

    /** Whether the pod of this name in the mesh is ready, and its sidecar too. */
    public boolean isServing(String meshName) {
        return serving.contains(meshName);
    }

    /** The pod of this name in the mesh, e.g. {@code shop/service-b-7f9c}. */
    public Optional<PodFact> pod(String meshName) {
        return Optional.ofNullable(pods.get(meshName));
    }

    /** All pods, those that are not meshed too. */
    public Collection<PodFact> pods() {
        return pods.values();
    }

    /** The pod that has this address now. */
    Optional<PodFact> owner(IpAddress address) {
        return Optional.ofNullable(byAddress.get(address));
    }

    /** The namespace of this name. */
    public Optional<NamespaceFact> namespace(String name) {
        return Optional.ofNullable(namespaces.get(name));
    }

    /** All namespaces. */
    public Collection<NamespaceFact> namespaces() {
        return namespaces.values();
    }

    /** The zone of a node; null when it is not known. */
    public @Nullable String zone(@Nullable String node) {
        NodeFact fact = node == null ? null : nodes.get(node);
        return fact == null ? null : fact.zone();
    }

    /** All Services. */
    public Collection<ServiceFact> services() {
        return destinations.services();
    }

    /** The Service of this name. */
    public Optional<ServiceFact> service(String namespace, String name) {
        return destinations.service(namespace, name);
    }

    /**
     * Where an address or a Service's name leads.
     *
     * @param id e.g. {@code 10.96.54.17:80} or {@code service-b.shop.svc.cluster.local:80}
     * @param node of the pod that asks; null when it is not known
     * @return null when it leads only to itself: it is no ClusterIP, or of another port
     */
    public @Nullable Destination destination(String id, @Nullable String node) {
        return destinations.find(id, node);
    }
}

package dev.gibbon.operator.discovery;

import dev.gibbon.core.identity.TrustDomain;
import dev.gibbon.core.net.IpAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A small cluster, put together by a test. */
public final class Facts {
    public static final TrustDomain MESH = new TrustDomain("mesh-1");

    private final List<NamespaceFact> namespaces = new ArrayList<>();
    private final List<NodeFact> nodes = new ArrayList<>();
    private final List<PodFact> pods = new ArrayList<>();
    private final List<ServiceFact> services = new ArrayList<>();
    private final List<SliceFact> slices = new ArrayList<>();

    public Facts namespace(NamespaceFact namespace) {
        namespaces.add(namespace);
        return this;
    }

    public Facts node(String name, @Nullable String zone) {
        nodes.add(new NodeFact(name, zone));
        return this;
    }

    public Facts pod(PodFact pod) {
        pods.add(pod);
        return this;
    }

    /** A meshed pod {@code shop/<name>} of ServiceAccount {@code service-b} on node n1. */
    public static PodFact pod(String name, String... addresses) {
        return new PodFact(
                "shop",
                name,
                "uid-" + name,
                "service-b",
                "n1",
                Arrays.stream(addresses).map(IpAddress::of).toList(),
                true,
                false,
                true,
                Set.of(),
                "2026-01-01T00:00:00Z");
    }

    /** Another one in some respects. */
    public static PodFact but(PodFact pod, boolean meshed, boolean ended, String created) {
        return but(pod, meshed, ended, pod.serving(), created);
    }

    /** The same, which starts. */
    public static PodFact starting(PodFact pod) {
        return but(pod, pod.meshed(), pod.ended(), false, pod.created());
    }

    private static PodFact but(
            PodFact pod, boolean meshed, boolean ended, boolean serving, String created) {
        return new PodFact(
                pod.namespace(),
                pod.name(),
                pod.uid(),
                pod.serviceAccount(),
                pod.node(),
                pod.addresses(),
                meshed,
                ended,
                serving,
                pod.excluded(),
                created);
    }

    public Facts service(ServiceFact service) {
        services.add(service);
        return this;
    }

    /** Service {@code shop/b} with port http 80. */
    public Facts serviceB(String... clusterIps) {
        return service(
                new ServiceFact(
                        "shop",
                        "b",
                        Arrays.stream(clusterIps).map(IpAddress::of).toList(),
                        List.of(
                                new ServiceFact.Port("http", 80, true),
                                new ServiceFact.Port("db", 5432, false)),
                        false));
    }

    /** Endpoints of {@code shop/b}: port http is 8080, db is 5432. */
    public Facts slice(SliceFact.SliceEndpoint... endpoints) {
        slices.add(
                new SliceFact(
                        "shop",
                        "b-" + slices.size(),
                        "b",
                        List.of(new SliceFact.Port("http", 8080), new SliceFact.Port("db", 5432)),
                        List.of(endpoints)));
        return this;
    }

    public static SliceFact.SliceEndpoint ready(String ip) {
        return new SliceFact.SliceEndpoint(IpAddress.of(ip), true, false, null, "n1");
    }

    public Discovery discovery() {
        return new Discovery(
                new Discovery.Facts(
                        MESH, "cluster.local", namespaces, nodes, pods, services, slices));
    }
}

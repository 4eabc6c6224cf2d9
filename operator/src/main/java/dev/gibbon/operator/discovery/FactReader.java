package dev.gibbon.operator.discovery;

import dev.gibbon.core.net.IpAddress;
import dev.gibbon.core.setting.MeshMode;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodIP;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.ServiceSpec;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointConditions;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads objects as the API server has them; empty for one that the mesh has no use for. */
public final class FactReader {
    /** What the native sidecar's container is called. */
    public static final String SIDECAR = "gibbon-sidecar";

    /** The label of a namespace whose pods are injected. */
    public static final String INJECT = "gibbon.dev/inject";

    private static final String MODE = "gibbon.dev/mesh";
    private static final String EXCLUDED = "gibbon.dev/exclude-inbound-ports";
    private static final String ZONE = "topology.kubernetes.io/zone";
    private static final String SERVICE_NAME = "kubernetes.io/service-name";
    private static final Set<String> ENDED = Set.of("Succeeded", "Failed");

    private FactReader() {}

    /** Reads a Pod. */
    public static Optional<PodFact> pod(Pod pod) {
        PodSpec spec = pod.getSpec();
        if (spec == null) {
            return Optional.empty();
        }
        PodStatus status = pod.getStatus();
        String account = spec.getServiceAccountName();
        boolean ownNetwork = !Boolean.TRUE.equals(spec.getHostNetwork());
        return Optional.of(
                new PodFact(
                        pod.getMetadata().getNamespace(),
                        pod.getMetadata().getName(),
                        pod.getMetadata().getUid(),
                        account == null || account.isEmpty() ? "default" : account,
                        spec.getNodeName(),
                        ownNetwork && status != null ? addresses(status) : List.of(),
                        ownNetwork
                                && spec.getInitContainers().stream().anyMatch(FactReader::isOurs),
                        status != null && ENDED.contains(String.valueOf(status.getPhase())),
                        status != null && isServing(status),
                        PortList.parse(annotation(pod, EXCLUDED)),
                        String.valueOf(pod.getMetadata().getCreationTimestamp())));
    }

    /**
     * Of a lost node the status of a container stays as its kubelet last said; the condition of the
     * pod is then written by others.
     */
    private static boolean isServing(PodStatus status) {
        return status.getConditions().stream()
                        .anyMatch(one ->
                                "Ready".equals(one.getType()) && "True".equals(one.getStatus()))
                && status.getInitContainerStatuses().stream()
                        .anyMatch(one ->
                                SIDECAR.equals(one.getName())
                                        && Boolean.TRUE.equals(one.getReady()));
    }

    private static boolean isOurs(Container container) {
        return SIDECAR.equals(container.getName()) && "Always".equals(container.getRestartPolicy());
    }

    private static List<IpAddress> addresses(PodStatus status) {
        Stream<String> texts =
                status.getPodIPs().isEmpty()
                        ? Stream.ofNullable(status.getPodIP())
                        : status.getPodIPs().stream().map(PodIP::getIp);
        return texts.flatMap(text -> IpAddress.parse(text).stream()).toList();
    }

    /** Reads a Node. */
    public static Optional<NodeFact> node(Node node) {
        return Optional.of(new NodeFact(node.getMetadata().getName(), labels(node).get(ZONE)));
    }

    /** Reads a Namespace. */
    public static Optional<NamespaceFact> namespace(Namespace namespace) {
        MeshMode mode =
                switch (annotation(namespace, MODE)) {
                    case "strict" -> MeshMode.STRICT;
                    case "permissive" -> MeshMode.PERMISSIVE;
                    default -> null;
                };
        return Optional.of(
                new NamespaceFact(
                        namespace.getMetadata().getName(),
                        labels(namespace),
                        namespace.getMetadata().getDeletionTimestamp() != null,
                        mode));
    }

    /** Reads a Service. */
    public static Optional<ServiceFact> service(Service service) {
        ServiceSpec spec = service.getSpec();
        if (spec == null) {
            return Optional.empty();
        }
        boolean external = "ExternalName".equals(spec.getType());
        Stream<String> clusterIps =
                spec.getClusterIPs().isEmpty()
                        ? Stream.ofNullable(spec.getClusterIP())
                        : spec.getClusterIPs().stream();
        return Optional.of(
                new ServiceFact(
                        service.getMetadata().getNamespace(),
                        service.getMetadata().getName(),
                        external
                                ? List.of()
                                // That of a headless Service is the word None.
                                : clusterIps
                                        .flatMap(text -> IpAddress.parse(text).stream())
                                        .toList(),
                        spec.getPorts().stream()
                                .filter(port -> isTcp(port.getProtocol()))
                                .map(FactReader::port)
                                .toList(),
                        "Local".equals(spec.getInternalTrafficPolicy())));
    }

    private static ServiceFact.Port port(ServicePort port) {
        String name = port.getName() == null ? "" : port.getName();
        String declared = port.getAppProtocol();
        boolean http =
                declared == null
                        ? name.equals("http") || name.startsWith("http-")
                        : declared.equals("http");
        return new ServiceFact.Port(name, port.getPort(), http);
    }

    /** Reads an EndpointSlice; empty for one that belongs to no Service, or is of host names. */
    public static Optional<SliceFact> slice(EndpointSlice slice) {
        String service = labels(slice).get(SERVICE_NAME);
        if (service == null || "FQDN".equals(slice.getAddressType())) {
            return Optional.empty();
        }
        List<SliceFact.Port> ports = new ArrayList<>();
        for (EndpointPort port : slice.getPorts()) {
            if (port.getPort() != null && isTcp(port.getProtocol())) {
                String name = port.getName() == null ? "" : port.getName();
                ports.add(new SliceFact.Port(name, port.getPort()));
            }
        }
        List<SliceFact.SliceEndpoint> endpoints = new ArrayList<>();
        for (Endpoint endpoint : slice.getEndpoints()) {
            read(endpoint).ifPresent(endpoints::add);
        }
        return Optional.of(
                new SliceFact(
                        slice.getMetadata().getNamespace(),
                        slice.getMetadata().getName(),
                        service,
                        ports,
                        endpoints));
    }

    /** Only the first address of an endpoint counts, as for kube-proxy. */
    private static Optional<SliceFact.SliceEndpoint> read(Endpoint endpoint) {
        EndpointConditions conditions = endpoint.getConditions();
        // Absent conditions are to be read as true, true and false (EndpointConditions, v1).
        boolean ready = conditions == null || isTrueOr(conditions.getReady(), true);
        boolean serving = conditions == null || isTrueOr(conditions.getServing(), ready);
        boolean terminating = conditions != null && isTrueOr(conditions.getTerminating(), false);
        return endpoint.getAddresses().stream()
                .findFirst()
                .flatMap(IpAddress::parse)
                .map(address ->
                        new SliceFact.SliceEndpoint(
                                address,
                                ready,
                                !ready && serving && terminating,
                                endpoint.getZone(),
                                endpoint.getNodeName()));
    }

    private static boolean isTrueOr(@Nullable Boolean value, boolean absent) {
        return value == null ? absent : value;
    }

    private static boolean isTcp(@Nullable String protocol) {
        return protocol == null || protocol.equals("TCP");
    }

    private static Map<String, String> labels(HasMetadata object) {
        Map<String, String> labels = object.getMetadata().getLabels();
        return labels == null ? Map.of() : labels;
    }

    private static String annotation(HasMetadata object, String name) {
        Map<String, String> annotations = object.getMetadata().getAnnotations();
        return annotations == null ? "" : annotations.getOrDefault(name, "");
    }
}

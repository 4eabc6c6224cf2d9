package dev.gibbon.operator.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gibbon.operator.inject.InjectionRules;
import dev.gibbon.operator.inject.InjectionSettings;
import dev.gibbon.operator.inject.LogLevel;
import dev.gibbon.operator.inject.MeshNames;
import dev.gibbon.operator.inject.PodMeshing;
import dev.gibbon.operator.inject.PodNamespace;
import dev.gibbon.operator.inject.PortRange;
import dev.gibbon.operator.inject.SidecarAnnotations;
import dev.gibbon.operator.inject.SidecarOptions;
import dev.gibbon.operator.inject.SidecarResources;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Whether the pods that should be in the mesh are, and as their owners meant it. */
final class PodChecks {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> ANNOTATIONS =
            List.of(
                    MeshNames.INJECT,
                    SidecarAnnotations.EXCLUDE_INBOUND_PORTS,
                    SidecarAnnotations.EXCLUDE_OUTBOUND_PORTS,
                    SidecarAnnotations.EXCLUDE_OUTBOUND_CIDRS,
                    SidecarAnnotations.LOG_LEVEL,
                    SidecarAnnotations.CPU_REQUEST,
                    SidecarAnnotations.CPU_LIMIT,
                    SidecarAnnotations.MEMORY_REQUEST,
                    SidecarAnnotations.MEMORY_LIMIT);

    private static final SidecarOptions DEFAULTS =
            SidecarOptions.defaults(LogLevel.INFO, SidecarResources.DEFAULT);
    private static final String ALL = ": everything is excluded by ";

    private PodChecks() {}

    static List<Check> all() {
        return List.of(
                new Check(
                        Group.INJECTION,
                        "pods-meshed",
                        "Every pod that should have a sidecar has one",
                        "A pod without a sidecar sends and takes plain connections; in strict"
                                + " namespaces it cannot call. It was created before its namespace"
                                + " was labelled, or while the webhook was not asked.",
                        "Restart it: kubectl rollout restart deployment/<name>.",
                        PodChecks::meshed),
                new Check(
                        Group.INJECTION,
                        "pod-annotations-known",
                        "Annotations of pods are spelt right",
                        "A misspelt annotation does nothing: the port is captured though it was to"
                                + " be excluded, the sidecar has its default resources.",
                        "docs/kubernetes-injection.md lists the annotations; correct the template"
                                + " of the pod.",
                        PodChecks::annotations),
                new Check(
                        Group.INJECTION,
                        "pods-captured",
                        "No meshed pod excludes all of its ports",
                        "The pod has a sidecar that nothing goes through: its connections are"
                                + " plain.",
                        "Exclude only the ports that have to be, or opt the pod out with the label"
                                + " gibbon.dev/inject=disabled.",
                        PodChecks::captured),
                new Check(
                        Group.INJECTION,
                        "host-network",
                        "Pods on their node's network are outside of the mesh",
                        "They are never injected: capture would take the node's connections. This"
                                + " check only counts them.",
                        "Nothing, if it is meant. Strict namespaces do not serve them.",
                        PodChecks::hostNetwork));
    }

    static JsonNode json(Pod pod) {
        return JSON.valueToTree(pod);
    }

    static String name(Pod pod) {
        return pod.getMetadata().getNamespace() + "/" + pod.getMetadata().getName();
    }

    static Map<String, String> annotationsOf(Pod pod) {
        Map<String, String> annotations = pod.getMetadata().getAnnotations();
        return annotations == null ? Map.of() : annotations;
    }

    static List<Pod> meshedPods(ClusterSnapshot cluster) throws NotRead {
        return MeshNamespaces.pods(cluster).stream()
                .filter(pod -> PodMeshing.isMeshed(json(pod)))
                .toList();
    }

    /** Only what depends on the mesh's namespace is looked at: a decision needs no image. */
    private static PodMeshing meshing(ClusterSnapshot cluster) {
        String namespace = cluster.scope().meshNamespace();
        return new PodMeshing(
                new InjectionRules(
                        new InjectionSettings(
                                namespace,
                                "0",
                                "gibbon-sidecar",
                                "IfNotPresent",
                                InstallationChecks.OPERATOR + "." + namespace + ".svc:8005",
                                LogLevel.INFO,
                                SidecarResources.DEFAULT,
                                null,
                                null)));
    }

    private static Outcome meshed(ClusterSnapshot cluster) throws NotRead {
        PodMeshing meshing = meshing(cluster);
        Map<String, Map<String, String>> namespaces = MeshNamespaces.labels(cluster);
        Findings findings = new Findings();
        int meshed = 0;
        for (Pod pod : MeshNamespaces.pods(cluster)) {
            String namespace = pod.getMetadata().getNamespace();
            Map<String, String> labels = namespaces.getOrDefault(namespace, Map.of());
            JsonNode json = json(pod);
            Optional<PodMeshing.Missing> missing =
                    meshing.missing(new PodNamespace(namespace, labels), json);
            meshed += PodMeshing.isMeshed(json) ? 1 : 0;
            if (missing.isPresent()) {
                findings.warning(
                        name(pod)
                                + ": "
                                + (isAskedByAnnotationAlone(pod, labels)
                                        ? "asks for a sidecar by annotation, which is not looked at"
                                                + " in a namespace without the label (expected: a"
                                                + " label of the pod)"
                                        : missing.get().sentence()));
            }
        }
        return findings.orElse(Count.of(meshed, "meshed pod"));
    }

    /** The API server chooses by labels whom it asks the webhook about. */
    private static boolean isAskedByAnnotationAlone(Pod pod, Map<String, String> namespace) {
        return !MeshNames.ENABLED.equals(namespace.get(MeshNames.INJECT))
                && InstallationChecks.label(pod, MeshNames.INJECT).isEmpty()
                && MeshNames.ENABLED.equals(annotationsOf(pod).get(MeshNames.INJECT));
    }

    private static Outcome annotations(ClusterSnapshot cluster) throws NotRead {
        Findings findings = new Findings();
        List<Pod> pods = MeshNamespaces.pods(cluster);
        for (Pod pod : pods) {
            for (String unknown : SidecarAnnotations.unknown(annotationsOf(pod))) {
                findings.warning(
                        name(pod)
                                + ": annotation "
                                + unknown
                                + " does nothing ("
                                + NearestWord.question(unknown, ANNOTATIONS)
                                + ")");
            }
        }
        return findings.orElse(Count.of(pods.size(), "pod"));
    }

    private static Outcome captured(ClusterSnapshot cluster) throws NotRead {
        Findings findings = new Findings();
        List<Pod> meshed = meshedPods(cluster);
        for (Pod pod : meshed) {
            SidecarOptions options;
            try {
                options = SidecarAnnotations.read(annotationsOf(pod), DEFAULTS);
            } catch (IllegalArgumentException e) {
                findings.warning(name(pod) + ": " + e.getMessage());
                continue;
            }
            if (isAll(options.excludedInboundPorts())) {
                findings.warning(name(pod) + ALL + SidecarAnnotations.EXCLUDE_INBOUND_PORTS);
            }
            if (isAll(options.excludedOutboundPorts())) {
                findings.warning(name(pod) + ALL + SidecarAnnotations.EXCLUDE_OUTBOUND_PORTS);
            }
            if (options.excludedOutboundBlocks().stream().anyMatch(one -> one.prefix() == 0)) {
                findings.warning(name(pod) + ALL + SidecarAnnotations.EXCLUDE_OUTBOUND_CIDRS);
            }
        }
        return findings.orElse(Count.of(meshed.size(), "meshed pod"));
    }

    private static boolean isAll(List<PortRange> ranges) {
        int next = 1;
        for (PortRange range :
                ranges.stream().sorted(Comparator.comparingInt(PortRange::first)).toList()) {
            if (range.first() <= next) {
                next = Math.max(next, range.last() + 1);
            }
        }
        return next > 65535;
    }

    private static Outcome hostNetwork(ClusterSnapshot cluster) throws NotRead {
        List<String> names = new ArrayList<>();
        for (Pod pod : MeshNamespaces.pods(cluster)) {
            if (Boolean.TRUE.equals(pod.getSpec().getHostNetwork())
                    && MeshNamespaces.isInjected(cluster, pod.getMetadata().getNamespace())) {
                names.add(name(pod));
            }
        }
        return Outcome.ok(
                names.isEmpty()
                        ? "none in labelled namespaces"
                        : names.size()
                                + " in labelled namespaces: "
                                + String.join(", ", names.subList(0, Math.min(3, names.size())))
                                + (names.size() > 3 ? ", ..." : ""));
    }
}

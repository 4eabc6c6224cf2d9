package dev.gibbon.operator.inject;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The table of decisions, from top to bottom; the first row that applies decides.
 *
 * <ol>
 *   <li>namespaces of Kubernetes and of the mesh: never;
 *   <li>objects that are no pods: refused;
 *   <li>mirror pods: never;
 *   <li>the pod's label, else its annotation, else the namespace's label, else the caller: asked or
 *       not;
 *   <li>pods that cannot be captured (node's network, Windows, the sidecar's group): never;
 *   <li>pods that cannot be given what they ask for (names, ports, annotations): refused, because
 *       they would otherwise start outside of the mesh, or broken.
 * </ol>
 */
public final class InjectionRules {
    private static final Set<String> SYSTEM_NAMESPACES =
            Set.of("kube-system", "kube-node-lease", "kube-public");
    private static final String MIRROR = "kubernetes.io/config.mirror";
    private static final Set<String> VOLUMES =
            Set.of(MeshNames.IDENTITY_VOLUME, MeshNames.TMP_VOLUME);
    private static final Set<Integer> SIDECAR_PORTS =
            Set.of(MeshNames.OUTBOUND_PORT, MeshNames.INBOUND_PORT, MeshNames.STATUS_PORT);

    private final InjectionSettings settings;

    public InjectionRules(InjectionSettings settings) {
        this.settings = settings;
    }

    /**
     * Decides.
     *
     * @param pod the raw object, or a pod template
     * @param byHand whether a person has named this very object, so that silence means yes
     */
    public InjectionDecision decide(PodNamespace namespace, JsonNode pod, boolean byHand) {
        if (SYSTEM_NAMESPACES.contains(namespace.name())) {
            return new InjectionDecision.Skip(Reason.SYSTEM_NAMESPACE);
        }
        if (namespace.name().equals(settings.meshNamespace())) {
            return new InjectionDecision.Skip(Reason.MESH_NAMESPACE);
        }
        Optional<String> malformed = PodTree.malformed(pod);
        if (malformed.isPresent()) {
            return new InjectionDecision.Refuse(Reason.MALFORMED_POD, malformed.get());
        }
        Map<String, String> annotations = PodTree.map(pod, "annotations");
        if (annotations.containsKey(MIRROR)) {
            return new InjectionDecision.Skip(Reason.MIRROR_POD);
        }
        String said = said(PodTree.map(pod, "labels"), annotations);
        if (said != null && !said.equals(MeshNames.ENABLED) && !said.equals(MeshNames.DISABLED)) {
            return new InjectionDecision.Refuse(
                    Reason.INVALID_INJECT,
                    MeshNames.INJECT + ": " + Quoted.of(said) + " (expected: enabled or disabled)");
        }
        Reason asked = asked(said, namespace, byHand);
        return asked.outcome() == Reason.Outcome.SKIP
                ? new InjectionDecision.Skip(asked)
                : capturable(asked, pod, annotations);
    }

    /**
     * The pod's own word; the label before the annotation, because the webhook can select by it.
     */
    private static @Nullable String said(
            Map<String, String> labels, Map<String, String> annotations) {
        String label = labels.get(MeshNames.INJECT);
        return label == null ? annotations.get(MeshNames.INJECT) : label;
    }

    private static Reason asked(@Nullable String said, PodNamespace namespace, boolean byHand) {
        if (said != null) {
            return said.equals(MeshNames.ENABLED) ? Reason.POD_ENABLED : Reason.POD_DISABLED;
        }
        String label = namespace.labels().get(MeshNames.INJECT);
        if (MeshNames.ENABLED.equals(label)) {
            return Reason.NAMESPACE_ENABLED;
        }
        if (byHand) {
            return Reason.BY_HAND;
        }
        return MeshNames.DISABLED.equals(label) ? Reason.NAMESPACE_DISABLED : Reason.NOT_ASKED;
    }

    private InjectionDecision capturable(
            Reason asked, JsonNode pod, Map<String, String> annotations) {
        JsonNode spec = pod.path("spec");
        if (spec.path("hostNetwork").asBoolean()) {
            return new InjectionDecision.Skip(Reason.HOST_NETWORK);
        }
        if (isWindows(spec)) {
            return new InjectionDecision.Skip(Reason.WINDOWS);
        }
        if (isMeshGroup(spec) || PodTree.ownContainers(pod).anyMatch(InjectionRules::isMeshGroup)) {
            return new InjectionDecision.Skip(Reason.MESH_GROUP);
        }
        return acceptable(asked, pod, annotations);
    }

    private static boolean isWindows(JsonNode spec) {
        String system = spec.path("os").path("name").asText();
        String selected = spec.path("nodeSelector").path("kubernetes.io/os").asText();
        return system.toLowerCase(Locale.ROOT).equals("windows") || selected.equals("windows");
    }

    /**
     * User 1337 as well: its primary group is most likely the same, and only the image knows. A
     * supplementary group or fsGroup does no harm: capture looks at the primary one.
     */
    private static boolean isMeshGroup(JsonNode specOrContainer) {
        JsonNode context = specOrContainer.path("securityContext");
        return context.path("runAsGroup").asLong(-1) == MeshNames.MESH_GROUP
                || context.path("runAsUser").asLong(-1) == MeshNames.MESH_GROUP;
    }

    private InjectionDecision acceptable(
            Reason asked, JsonNode pod, Map<String, String> annotations) {
        Optional<String> name = takenName(pod, annotations);
        if (name.isPresent()) {
            return new InjectionDecision.Refuse(
                    Reason.NAME_TAKEN,
                    name.get()
                            + ": the name is the mesh's (expected: another name, or "
                            + MeshNames.INJECT
                            + "=disabled)");
        }
        Optional<Integer> port = takenPort(pod);
        if (port.isPresent()) {
            return new InjectionDecision.Refuse(
                    Reason.PORT_TAKEN,
                    "containerPort: "
                            + port.get()
                            + " is the sidecar's (expected: none of 15001, 15006 and 15021)");
        }
        try {
            return new InjectionDecision.Inject(
                    asked, SidecarAnnotations.read(annotations, settings.defaultOptions()));
        } catch (IllegalArgumentException e) {
            return new InjectionDecision.Refuse(
                    Reason.INVALID_ANNOTATION, String.valueOf(e.getMessage()));
        }
    }

    /**
     * Init containers and volumes of these names are ours only on a pod that was injected before.
     */
    private static Optional<String> takenName(JsonNode pod, Map<String, String> annotations) {
        JsonNode spec = pod.path("spec");
        Stream<JsonNode> containers = spec.path("containers").valueStream();
        if (annotations.containsKey(MeshNames.INJECTED)) {
            return containers.filter(PodTree::isOurs).findFirst().map(c -> named("container", c));
        }
        return Stream.concat(
                        Stream.concat(containers, spec.path("initContainers").valueStream())
                                .filter(PodTree::isOurs)
                                .map(container -> named("container", container)),
                        spec.path("volumes")
                                .valueStream()
                                .filter(volume -> VOLUMES.contains(volume.path("name").asText()))
                                .map(volume -> named("volume", volume)))
                .findFirst();
    }

    private static String named(String kind, JsonNode element) {
        return kind + " " + element.path("name").asText();
    }

    private static Optional<Integer> takenPort(JsonNode pod) {
        return PodTree.ownContainers(pod)
                .flatMap(container -> container.path("ports").valueStream())
                .filter(port -> port.path("protocol").asText("TCP").equals("TCP"))
                .map(port -> port.path("containerPort").asInt())
                .filter(SIDECAR_PORTS::contains)
                .findFirst();
    }
}

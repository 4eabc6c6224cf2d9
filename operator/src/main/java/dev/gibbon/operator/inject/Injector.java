package dev.gibbon.operator.inject;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Decides on a pod and makes the injected one. Pure: changes no argument. Doing it to an injected
 * pod changes nothing; when another webhook has since put containers in front, the order is
 * restored, because traffic of an init container that runs before the sidecar would go nowhere.
 */
public final class Injector {
    /** The kernel takes 128 KiB in one variable (execve(2), MAX_ARG_STRLEN). */
    private static final int MAX_PROBES_LENGTH = 64 << 10;

    private static final String POD_SECURITY = "pod-security.kubernetes.io/enforce";

    private final InjectionSettings settings;
    private final InjectionRules rules;

    public Injector(InjectionSettings settings) {
        this.settings = settings;
        this.rules = new InjectionRules(settings);
    }

    /**
     * Decides, and injects if that is the decision.
     *
     * @param pod raw object, or a pod template
     * @param byHand see {@link InjectionRules#decide}
     */
    public Injection inject(PodNamespace namespace, JsonNode pod, boolean byHand) {
        InjectionDecision decision = rules.decide(namespace, pod, byHand);
        return switch (decision) {
            case InjectionDecision.Skip _, InjectionDecision.Refuse _ ->
                    new Injection(decision, pod, pod, List.of());
            case InjectionDecision.Inject inject ->
                    // The rules have seen to it that the pod is an object.
                    injected(namespace, (ObjectNode) pod, inject);
        };
    }

    private Injection injected(
            PodNamespace namespace, ObjectNode pod, InjectionDecision.Inject decision) {
        List<String> warnings = warnings(namespace, pod);
        ObjectNode after = pod.deepCopy();
        ProbeTable probes =
                new ProbeRewrite(pod, warnings)
                        .rewrite(PodTree.ownContainers(after).map(ObjectNode.class::cast));
        String environment = probes.toEnvironmentValue();
        if (environment.length() > MAX_PROBES_LENGTH) {
            String message =
                    "probes: "
                            + environment.length()
                            + " characters in all (expected: at most "
                            + MAX_PROBES_LENGTH
                            + ")";
            return new Injection(
                    new InjectionDecision.Refuse(Reason.PROBES_TOO_LONG, message),
                    pod,
                    pod,
                    List.of());
        }
        MeshContainers wanted = new MeshContainers(settings, decision.options());
        ObjectNode spec = (ObjectNode) after.path("spec");
        spec.set(
                "initContainers",
                initContainers(
                        spec.path("initContainers"),
                        wanted.capture(),
                        wanted.sidecar(probes.isEmpty() ? null : environment)));
        ArrayNode volumes = arrayIn(spec, "volumes");
        setNamed(volumes, wanted.identityVolume());
        setNamed(volumes, wanted.tmpVolume());
        objectIn(objectIn(after, "metadata"), "annotations")
                .put(MeshNames.INJECTED, note(decision.reason()));
        return new Injection(decision, pod, after, warnings);
    }

    private String note(Reason reason) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("version", settings.version())
                .put("reason", reason.id())
                .toString();
    }

    private static List<String> warnings(PodNamespace namespace, JsonNode pod) {
        List<String> warnings = new ArrayList<>();
        Map<String, String> annotations = PodTree.map(pod, "annotations");
        for (String name : SidecarAnnotations.unknown(annotations)) {
            warnings.add("annotation " + Quoted.of(name) + " is not known, and does nothing");
        }
        String level = namespace.labels().getOrDefault(POD_SECURITY, "privileged");
        if (level.equals("baseline") || level.equals("restricted")) {
            warnings.add(
                    "the namespace enforces Pod Security "
                            + level
                            + ", which refuses NET_ADMIN and NET_RAW of the mesh's containers");
        }
        return warnings;
    }

    /** Capture, then the sidecar, then all others in their order. */
    private static ArrayNode initContainers(
            JsonNode existing, ObjectNode capture, ObjectNode sidecar) {
        ArrayNode ordered = JsonNodeFactory.instance.arrayNode();
        for (ObjectNode wanted : List.of(capture, sidecar)) {
            Optional<JsonNode> present =
                    existing.valueStream()
                            .filter(c -> c.path("name").equals(wanted.path("name")))
                            .findFirst();
            ordered.add(present.isPresent() ? Overlay.container(present.get(), wanted) : wanted);
        }
        existing.valueStream().filter(c -> !PodTree.isOurs(c)).forEach(ordered::add);
        return ordered;
    }

    private static void setNamed(ArrayNode list, ObjectNode wanted) {
        for (int i = 0; i < list.size(); i++) {
            if (list.path(i).path("name").equals(wanted.path("name"))) {
                list.set(i, wanted);
                return;
            }
        }
        list.add(wanted);
    }

    private static ArrayNode arrayIn(ObjectNode parent, String field) {
        return parent.path(field) instanceof ArrayNode array ? array : parent.putArray(field);
    }

    private static ObjectNode objectIn(ObjectNode parent, String field) {
        return parent.path(field) instanceof ObjectNode object ? object : parent.putObject(field);
    }
}

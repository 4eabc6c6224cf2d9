package dev.gibbon.operator.inject;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The original probes of a pod, by container: the value of the sidecar's {@code GIBBON_PROBES}.
 * Mutable while it is collected.
 */
final class ProbeTable {
    private static final ObjectMapper JSON =
            new ObjectMapper(
                    JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build());

    private final Map<String, Map<ProbeKind, OriginalProbe>> probes = new TreeMap<>();

    /** What an injection before this one has left in the sidecar's environment. */
    static ProbeTable of(JsonNode pod) {
        ProbeTable table = new ProbeTable();
        Optional<String> text =
                PodTree.initContainer(pod, MeshNames.SIDECAR)
                        .flatMap(sidecar ->
                                sidecar.path("env")
                                        .valueStream()
                                        .filter(ProbeTable::isProbes)
                                        .map(entry -> entry.path("value").asText(""))
                                        .findFirst());
        text.ifPresent(table::read);
        return table;
    }

    private static boolean isProbes(JsonNode entry) {
        return entry.path("name").asText().equals(MeshContainers.PROBES);
    }

    private void read(String text) {
        try {
            JsonNode tree = JSON.readTree(text);
            for (Map.Entry<String, JsonNode> container : tree.properties()) {
                for (ProbeKind kind : ProbeKind.values()) {
                    OriginalProbe.read(container.getValue().path(kind.id()))
                            .ifPresent(probe -> put(container.getKey(), kind, probe));
                }
            }
        } catch (JsonProcessingException _) {
            // Not what we have written: its probes count as lost, and the pod's owner is warned.
        }
    }

    void put(String container, ProbeKind kind, OriginalProbe probe) {
        probes.computeIfAbsent(container, _ -> new EnumMap<>(ProbeKind.class)).put(kind, probe);
    }

    Optional<OriginalProbe> get(String container, ProbeKind kind) {
        return Optional.ofNullable(probes.getOrDefault(container, Map.of()).get(kind));
    }

    boolean isEmpty() {
        return probes.isEmpty();
    }

    /**
     * JSON in ASCII without a dollar sign: Kubernetes expands {@code $(NAME)} and {@code $$} in the
     * values of the environment, and must find nothing to expand.
     */
    String toEnvironmentValue() {
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        probes.forEach((container, kinds) -> {
            ObjectNode node = tree.putObject(container);
            kinds.forEach((kind, probe) -> node.set(kind.id(), probe.toJson()));
        });
        try {
            return JSON.writeValueAsString(tree).replace("$", "\\u0024");
        } catch (JsonProcessingException e) {
            throw new AssertionError("a tree of texts and numbers", e);
        }
    }
}

package dev.gibbon.operator.inject;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Reads the raw JSON of a pod, or of a pod template. What is absent and what is {@code null} is the
 * same, as it is to the API server.
 */
final class PodTree {
    private static final List<String> CONTAINER_LISTS = List.of("initContainers", "containers");

    private PodTree() {}

    /** What is wrong with the shape, as far as injection depends on it. */
    static Optional<String> malformed(JsonNode pod) {
        if (!pod.isObject()) {
            return Optional.of("the pod is no object");
        }
        for (String field : List.of("labels", "annotations")) {
            JsonNode map = pod.path("metadata").path(field);
            if (!absent(map)
                    && (!map.isObject() || !map.valueStream().allMatch(JsonNode::isTextual))) {
                return Optional.of("metadata." + field + " is no map of texts");
            }
        }
        JsonNode spec = pod.path("spec");
        if (!spec.path("containers").isArray() || spec.path("containers").isEmpty()) {
            return Optional.of("spec.containers is no list, or is empty");
        }
        for (String field : List.of("initContainers", "containers", "volumes")) {
            JsonNode list = spec.path(field);
            if (!absent(list)
                    && (!list.isArray() || !list.valueStream().allMatch(PodTree::isNamed))) {
                return Optional.of("spec." + field + " is no list of objects with names");
            }
        }
        return Optional.empty();
    }

    private static boolean isNamed(JsonNode element) {
        return element.isObject() && element.path("name").isTextual();
    }

    static boolean absent(JsonNode node) {
        return node.isMissingNode() || node.isNull();
    }

    /** {@code metadata.labels} or {@code metadata.annotations}; a copy. */
    static Map<String, String> map(JsonNode pod, String field) {
        Map<String, String> map = new LinkedHashMap<>();
        pod.path("metadata")
                .path(field)
                .properties()
                .forEach(entry -> map.put(entry.getKey(), entry.getValue().asText()));
        return map;
    }

    /** All containers of the pod, the init containers first. */
    static Stream<JsonNode> containers(JsonNode pod) {
        List<JsonNode> all = new ArrayList<>();
        for (String list : CONTAINER_LISTS) {
            pod.path("spec").path(list).forEach(all::add);
        }
        return all.stream();
    }

    /** The containers that are the user's. */
    static Stream<JsonNode> ownContainers(JsonNode pod) {
        return containers(pod).filter(container -> !isOurs(container));
    }

    static boolean isOurs(JsonNode container) {
        String name = container.path("name").asText();
        return name.equals(MeshNames.CAPTURE) || name.equals(MeshNames.SIDECAR);
    }

    /** The init container of this name; missing when there is none. */
    static Optional<JsonNode> initContainer(JsonNode pod, String name) {
        return pod.path("spec")
                .path("initContainers")
                .valueStream()
                .filter(container -> container.path("name").asText().equals(name))
                .findFirst();
    }
}

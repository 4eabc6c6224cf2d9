package dev.gibbon.operator.inject;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Brings a container of the mesh that is there already up to date. What injection sets wins; what
 * others have added since (defaults of the API server, the service account's token, a proxy's
 * variables) stays, or two webhooks would change it back and forth for ever.
 */
final class Overlay {
    private Overlay() {}

    /** The container with all that is wanted of it; changes neither. */
    static ObjectNode container(JsonNode existing, ObjectNode wanted) {
        ObjectNode merged = object(existing, wanted);
        merged.set("env", environment(existing.path("env"), wanted.path("env")));
        merged.set(
                "volumeMounts",
                keyed("mountPath", existing.path("volumeMounts"), wanted.path("volumeMounts")));
        if (merged.path("env").isEmpty()) {
            merged.remove("env");
        }
        if (merged.path("volumeMounts").isEmpty()) {
            merged.remove("volumeMounts");
        }
        return merged;
    }

    private static ObjectNode object(JsonNode existing, ObjectNode wanted) {
        ObjectNode merged =
                existing instanceof ObjectNode object
                        ? object.deepCopy()
                        : JsonNodeFactory.instance.objectNode();
        for (Map.Entry<String, JsonNode> field : wanted.properties()) {
            JsonNode value = field.getValue();
            merged.set(
                    field.getKey(),
                    value instanceof ObjectNode object
                            ? object(merged.path(field.getKey()), object)
                            : value.deepCopy());
        }
        return merged;
    }

    /** Variables with our prefix that are no longer wanted go. */
    private static ArrayNode environment(JsonNode existing, JsonNode wanted) {
        ArrayNode kept = JsonNodeFactory.instance.arrayNode();
        for (JsonNode entry : existing) {
            String name = entry.path("name").asText();
            boolean isWanted =
                    wanted.valueStream().anyMatch(w -> w.path("name").asText().equals(name));
            if (isWanted || !name.startsWith(MeshContainers.VARIABLES)) {
                kept.add(entry);
            }
        }
        return keyed("name", kept, wanted);
    }

    /** Lists in which a field tells the elements apart; wanted elements replace theirs. */
    private static ArrayNode keyed(String key, JsonNode existing, JsonNode wanted) {
        Map<String, JsonNode> elements = new LinkedHashMap<>();
        existing.forEach(element -> elements.put(element.path(key).asText(), element));
        wanted.forEach(element -> elements.put(element.path(key).asText(), element));
        ArrayNode merged = JsonNodeFactory.instance.arrayNode();
        elements.values().forEach(element -> merged.add(element.deepCopy()));
        return merged;
    }
}

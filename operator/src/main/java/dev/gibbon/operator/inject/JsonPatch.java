package dev.gibbon.operator.inject;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/**
 * The operations (RFC 6902: add, remove, replace) that make one JSON document of another. Elements
 * that have been put into a list of named objects are added, and those behind them stay untouched;
 * so a patch of an injected pod says what injection did.
 */
public final class JsonPatch {
    private final ArrayNode operations = JsonNodeFactory.instance.arrayNode();

    private JsonPatch() {}

    /** The operations, in their order; empty when the documents are equal. */
    public static ArrayNode between(JsonNode before, JsonNode after) {
        JsonPatch patch = new JsonPatch();
        patch.compare("", before, after);
        return patch.operations;
    }

    private void compare(String path, JsonNode before, JsonNode after) {
        if (before.equals(after)) {
            return;
        }
        if (before.isObject() && after.isObject()) {
            objects(path, before, after);
        } else if (before.isArray() && after.isArray() && isGrownByName(before, after)) {
            grown(path, before, after);
        } else if (before.isArray() && after.isArray()) {
            arrays(path, before, after);
        } else {
            operation("replace", path).set("value", after);
        }
    }

    private void objects(String path, JsonNode before, JsonNode after) {
        for (Map.Entry<String, JsonNode> field : before.properties()) {
            if (!after.has(field.getKey())) {
                operation("remove", path + "/" + escaped(field.getKey()));
            }
        }
        for (Map.Entry<String, JsonNode> field : after.properties()) {
            String below = path + "/" + escaped(field.getKey());
            JsonNode old = before.get(field.getKey());
            if (old == null) {
                operation("add", below).set("value", field.getValue());
            } else {
                compare(below, old, field.getValue());
            }
        }
    }

    /** Whether all elements have different names, and those of before are all there, in order. */
    private static boolean isGrownByName(JsonNode before, JsonNode after) {
        List<String> old = names(before);
        List<String> now = names(after);
        if (old.size() != before.size()
                || now.size() != after.size()
                || new HashSet<>(now).size() != now.size()) {
            return false;
        }
        List<String> stayed = new ArrayList<>(now);
        stayed.retainAll(new HashSet<>(old));
        return stayed.equals(old);
    }

    private static List<String> names(JsonNode array) {
        return array.valueStream()
                .filter(element -> element.path("name").isTextual())
                .map(element -> element.path("name").asText())
                .toList();
    }

    private void grown(String path, JsonNode before, JsonNode after) {
        int old = 0;
        for (int i = 0; i < after.size(); i++) {
            JsonNode element = after.path(i);
            boolean stayed =
                    old < before.size()
                            && before.path(old).path("name").equals(element.path("name"));
            if (stayed) {
                compare(path + "/" + i, before.path(old), element);
                old++;
            } else {
                operation("add", path + "/" + i).set("value", element);
            }
        }
    }

    private void arrays(String path, JsonNode before, JsonNode after) {
        int common = Math.min(before.size(), after.size());
        for (int i = 0; i < common; i++) {
            compare(path + "/" + i, before.path(i), after.path(i));
        }
        for (int i = before.size() - 1; i >= common; i--) {
            operation("remove", path + "/" + i);
        }
        for (int i = common; i < after.size(); i++) {
            operation("add", path + "/" + i).set("value", after.path(i));
        }
    }

    private ObjectNode operation(String name, String path) {
        return operations.addObject().put("op", name).put("path", path);
    }

    /** RFC 6901 section 3. */
    private static String escaped(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }
}

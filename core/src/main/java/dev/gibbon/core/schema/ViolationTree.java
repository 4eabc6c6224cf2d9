package dev.gibbon.core.schema;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Violations as a client of Kong's Admin API reads them ({@code kong/db/errors.lua@1.1.0}): a
 * sentence, and a tree that mirrors the entity.
 */
public final class ViolationTree {
    private final TreeMap<String, Object> root = new TreeMap<>();

    public ViolationTree(List<Violation> violations) {
        for (Violation violation : violations) {
            place(root, violation.path(), violation.message());
        }
    }

    /** Elements of one list, by position from 1; a type of its own to tell it from a record. */
    private static final class Elements extends TreeMap<Integer, Object> {}

    private static void place(Map<String, Object> node, String path, String message) {
        if (path.equals(Violation.ENTITY)) {
            @SuppressWarnings("unchecked") // only lists are ever put under this name
            List<String> list =
                    (List<String>) node.computeIfAbsent(path, key -> new ArrayList<String>());
            list.add(message);
            return;
        }
        int dot = path.indexOf('.');
        if (dot < 0) {
            node.put(path, message);
            return;
        }
        String head = path.substring(0, dot);
        String rest = path.substring(dot + 1);
        if (Character.isDigit(rest.charAt(0))) {
            Object elements = node.computeIfAbsent(head, key -> new Elements());
            if (elements instanceof Elements list) {
                placeElement(list, rest, message);
            }
        } else {
            Object fields = node.computeIfAbsent(head, key -> new TreeMap<String, Object>());
            if (fields instanceof TreeMap<?, ?> && !(fields instanceof Elements)) {
                place(asFields(fields), rest, message);
            }
        }
    }

    private static void placeElement(Elements list, String path, String message) {
        int dot = path.indexOf('.');
        int position = Integer.parseInt(dot < 0 ? path : path.substring(0, dot));
        if (dot < 0) {
            list.put(position, message);
        } else {
            Object fields = list.computeIfAbsent(position, key -> new TreeMap<String, Object>());
            place(asFields(fields), path.substring(dot + 1), message);
        }
    }

    @SuppressWarnings("unchecked") // every map that is not Elements was made with text keys
    private static Map<String, Object> asFields(Object fields) {
        return (Map<String, Object>) fields;
    }

    /**
     * The sentence, e.g. {@code schema violation (host: required field missing)}: rules over
     * several fields first, then fields in alphabetical order.
     */
    public String message() {
        List<String> parts = new ArrayList<>();
        if (root.get(Violation.ENTITY) instanceof List<?> list) {
            list.forEach(text -> parts.add(String.valueOf(text)));
        }
        root.forEach((field, node) -> {
            if (!field.equals(Violation.ENTITY)) {
                flatten(field, node, parts);
            }
        });
        String joined = String.join("; ", parts);
        return parts.size() == 1
                ? "schema violation (" + joined + ")"
                : parts.size() + " schema violations (" + joined + ")";
    }

    private static void flatten(String path, Object node, List<String> parts) {
        if (node instanceof Map<?, ?> map) {
            map.forEach((key, child) -> flatten(path + "." + key, child, parts));
        } else if (node instanceof List<?> list) {
            list.forEach(text -> parts.add(path + ": " + text));
        } else {
            parts.add(path + ": " + node);
        }
    }

    /**
     * The tree: texts, records, and lists in which a sound element is null; rules over several
     * fields as a list under {@code @entity}.
     */
    public Map<String, @Nullable Object> fields() {
        return mirror(root);
    }

    private static Map<String, @Nullable Object> mirror(Map<?, ?> node) {
        Map<String, @Nullable Object> out = new LinkedHashMap<>();
        node.forEach((key, child) -> out.put(String.valueOf(key), value(child)));
        return out;
    }

    private static @Nullable Object value(Object child) {
        if (child instanceof Elements elements) {
            List<@Nullable Object> list = new ArrayList<>();
            elements.forEach((position, element) -> {
                while (list.size() < position - 1) {
                    list.add(null);
                }
                list.add(value(element));
            });
            return list;
        }
        return child instanceof Map<?, ?> map ? mirror(map) : child;
    }
}

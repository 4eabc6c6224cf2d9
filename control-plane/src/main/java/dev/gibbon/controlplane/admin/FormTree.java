package dev.gibbon.controlplane.admin;

import dev.gibbon.core.schema.FieldType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The document that the arguments of a form stand for ({@code kong/api/arguments.lua@1.1.0}):
 * {@code a.b=c} nests, {@code a[]=x} appends, {@code a[1]=x} is position 1 (counted from 1), {@code
 * a[1].b=x} a field of element 1, and a name given twice makes a list. Texts get the types of the
 * schema where they can; what cannot is left for the schema to refuse.
 */
final class FormTree {
    /** Deeper than any field; longer names are left whole, to be refused as unknown. */
    private static final Pattern NAME =
            Pattern.compile("([^.\\[\\]]+)((?:\\[[0-9]{0,6}\\]|\\.[^.\\[\\]]+){0,8})");

    private static final Pattern STEP = Pattern.compile("\\[([0-9]*)\\]|\\.([^.\\[\\]]+)");
    private static final Pattern WHOLE = Pattern.compile("-?[0-9]{1,18}");
    private static final Pattern REAL = Pattern.compile("-?[0-9]{1,30}(\\.[0-9]{1,30})?");

    private final List<String> values = new ArrayList<>();
    private final List<FormTree> appended = new ArrayList<>();
    private final TreeMap<Integer, FormTree> positions = new TreeMap<>();
    private final Map<String, FormTree> fields = new LinkedHashMap<>();

    private FormTree() {}

    /** The document of these arguments, typed as the fields of a schema are. */
    static Map<String, @Nullable Object> document(
            List<UrlEncoded.Argument> arguments, Map<String, FieldType> types) {
        FormTree root = new FormTree();
        for (UrlEncoded.Argument argument : arguments) {
            root.at(argument.name()).values.add(argument.value());
        }
        return root.asRecord(types);
    }

    private FormTree at(String name) {
        Matcher whole = NAME.matcher(name);
        if (!whole.matches() || name.contains("[0]")) {
            return fields.computeIfAbsent(name, key -> new FormTree());
        }
        FormTree node = fields.computeIfAbsent(whole.group(1), key -> new FormTree());
        Matcher step = STEP.matcher(whole.group(2));
        while (step.find()) {
            String field = step.group(2);
            String position = step.group(1);
            if (field != null) {
                node = node.fields.computeIfAbsent(field, key -> new FormTree());
            } else if (position == null || position.isEmpty()) {
                FormTree element = new FormTree();
                node.appended.add(element);
                node = element;
            } else {
                node =
                        node.positions.computeIfAbsent(
                                Integer.valueOf(position), key -> new FormTree());
            }
        }
        return node;
    }

    private Map<String, @Nullable Object> asRecord(Map<String, FieldType> types) {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        fields.forEach((name, node) ->
                document.put(name, node.typed(types.getOrDefault(name, new FieldType.Text()))));
        return document;
    }

    private @Nullable Object typed(FieldType type) {
        return switch (type) {
            case FieldType.ListOf(FieldType element) -> {
                List<@Nullable Object> list = elements(element);
                boolean isEmptyText =
                        list.size() == 1 && values.size() == 1 && values.getFirst().isEmpty();
                yield isEmptyText ? null : list;
            }
            case FieldType.Fields(Map<String, FieldType> types) when isRecord() -> asRecord(types);
            case FieldType.Text ignored -> untypedOr(type);
            case FieldType.Whole ignored -> untypedOr(type);
            case FieldType.Flag ignored -> untypedOr(type);
            case FieldType.Fields ignored -> untypedOr(type);
        };
    }

    private boolean isRecord() {
        return !fields.isEmpty() && values.isEmpty() && appended.isEmpty() && positions.isEmpty();
    }

    private @Nullable Object untypedOr(FieldType type) {
        if (isRecord()) {
            return asRecord(Map.of());
        }
        List<@Nullable Object> all = elements(type);
        return values.size() == 1 && all.size() == 1 ? all.getFirst() : all;
    }

    /** Positions first, in their order, then what was given without one. */
    private List<@Nullable Object> elements(FieldType type) {
        List<@Nullable Object> list = new ArrayList<>();
        positions.values().forEach(node -> list.add(node.typed(type)));
        appended.forEach(node -> list.add(node.typed(type)));
        values.forEach(text -> list.add(scalar(text, type)));
        if (!fields.isEmpty()) {
            list.add(asRecord(type instanceof FieldType.Fields f ? f.fields() : Map.of()));
        }
        return list;
    }

    private static @Nullable Object scalar(String text, FieldType type) {
        if (text.isEmpty()) {
            return null;
        }
        return switch (type) {
            case FieldType.Whole ignored when WHOLE.matcher(text).matches() -> Long.valueOf(text);
            case FieldType.Whole ignored when REAL.matcher(text).matches() -> Double.valueOf(text);
            case FieldType.Flag ignored when text.equals("true") -> true;
            case FieldType.Flag ignored when text.equals("false") -> false;
            case FieldType.Whole ignored -> text;
            case FieldType.Flag ignored -> text;
            case FieldType.Text ignored -> text;
            case FieldType.ListOf ignored -> text;
            case FieldType.Fields ignored -> text;
        };
    }
}

package dev.gibbon.crd;

import com.fasterxml.jackson.core.type.TypeReference;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/** The tables of resources that must be taken or refused, which all who judge them share. */
@NullMarked
public final class ResourceTable {
    private ResourceTable() {}

    /**
     * One line of a table.
     *
     * @param spec whole
     * @param fields what must be told of; empty in the table of good resources
     * @param also what may be told of besides
     * @param says what the API server must say
     * @param rulesOnly whether CEL cannot find it out
     */
    public record Row(
            String name,
            String kind,
            Map<String, Object> spec,
            Set<String> fields,
            Set<String> also,
            String says,
            boolean rulesOnly) {

        /** The resource, in the namespace {@code shop}. */
        public HasMetadata resource() {
            Map<String, Object> document = new LinkedHashMap<>();
            document.put("apiVersion", MeshService.GROUP + "/" + MeshService.VERSION);
            document.put("kind", kind);
            document.put("metadata", Map.of("name", name, "namespace", "shop"));
            document.put("spec", spec);
            String json = Serialization.asJson(document);
            return kind.equals("MeshService")
                    ? Serialization.unmarshal(json, MeshService.class)
                    : Serialization.unmarshal(json, MeshRoute.class);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** What must be refused. */
    public static List<Row> bad() {
        List<Row> rows = new ArrayList<>(rows("bad-resources.yaml"));
        rows.add(tooMany("hosts", List.of("http"), "a.test", "must have at most 64 items"));
        rows.add(tooMany("paths", List.of("http"), "/", "must have at most 64 items"));
        rows.add(tooMany("methods", List.of("http"), "GET", "must have at most 64 items"));
        rows.add(tooMany("snis", List.of("tls"), "a.test", "must have at most 64 items"));
        rows.add(
                tooMany(
                        "sources",
                        List.of("tcp"),
                        Map.of("port", 1),
                        "must have at most 64 items"));
        rows.add(longText("hosts", List.of("http"), "a".repeat(254), "may not be more than 253"));
        rows.add(longText("paths", List.of("http"), "/".repeat(1) + "a".repeat(1024), "more than"));
        rows.add(tooManyRules());
        return List.copyOf(rows);
    }

    /** What must be taken. */
    public static List<Row> good() {
        return rows("good-resources.yaml");
    }

    private static Row tooMany(String field, List<String> protocols, Object value, String says) {
        List<Object> values = new ArrayList<>();
        for (int i = 0; i < 65; i++) {
            values.add(value);
        }
        return route("many-" + field, protocols, Map.of(field, values), "spec." + field, says);
    }

    private static Row longText(String field, List<String> protocols, String text, String says) {
        String path = "spec." + field + "[0]";
        return route("long-" + field, protocols, Map.of(field, List.of(text)), path, says);
    }

    private static Row tooManyRules() {
        List<Object> ports = new ArrayList<>();
        List<Object> names = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            ports.add(Map.of("port", i));
            names.add("n" + i + ".test");
        }
        return route(
                "many-rules",
                List.of("tls"),
                Map.of("sources", ports, "destinations", ports, "snis", names),
                "spec",
                "at most 10000 combinations");
    }

    private static Row route(
            String name,
            List<String> protocols,
            Map<String, Object> matchers,
            String field,
            String says) {
        Map<String, Object> spec = new LinkedHashMap<>(matchers);
        spec.put("protocols", protocols);
        spec.put("serviceRef", Map.of("name", "web"));
        return new Row("route-" + name, "MeshRoute", spec, Set.of(field), Set.of(), says, false);
    }

    private static List<Row> rows(String file) {
        try (InputStream in = ResourceTable.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new AssertionError("no " + file + " on the class path");
            }
            List<Map<String, Object>> rows =
                    new KubernetesSerialization()
                            .unmarshal(in, new TypeReference<List<Map<String, Object>>>() {});
            return rows.stream().map(ResourceTable::row).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Row row(Map<String, Object> row) {
        String kind = String.valueOf(row.get("kind"));
        Map<String, Object> spec = new LinkedHashMap<>();
        if (!Boolean.TRUE.equals(row.get("bare"))) {
            if (kind.equals("MeshService")) {
                spec.put("host", "a.test");
                spec.put("port", 80);
            } else {
                spec.put("serviceRef", Map.of("name", "web"));
            }
        }
        if (row.get("spec") instanceof Map<?, ?> given) {
            given.forEach((name, value) -> spec.put(String.valueOf(name), value));
        }
        return new Row(
                String.valueOf(row.get("name")),
                kind,
                spec,
                texts(row.get("fields")),
                texts(row.get("also")),
                String.valueOf(row.getOrDefault("says", "")),
                "rules".equals(row.get("only")));
    }

    private static Set<String> texts(@Nullable Object list) {
        return list instanceof List<?> values
                ? values.stream()
                        .map(String::valueOf)
                        .collect(Collectors.toCollection(TreeSet::new))
                : Set.of();
    }
}

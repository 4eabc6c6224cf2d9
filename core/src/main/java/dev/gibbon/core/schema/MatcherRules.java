package dev.gibbon.core.schema;

import dev.gibbon.core.entity.Route;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which of a Route's matchers go with its protocols: of each family, at least one, no other. A
 * parent goes with both.
 */
final class MatcherRules {
    private MatcherRules() {}

    static void check(Route route, DocumentReader in) {
        Map<String, @Nullable List<?>> http = http(route);
        Map<String, @Nullable List<?>> stream = stream(route);
        if (route.isHttp()) {
            demandOne(http, "'http' or 'https'", in);
            refuse(stream, List.of("snis", "sources", "destinations"), "'http' or 'https'", in);
        } else {
            demandOne(stream, "'tcp' or 'tls'", in);
            refuse(http, List.of("hosts", "paths", "methods"), "'tcp' or 'tls'", in);
        }
    }

    private static Map<String, @Nullable List<?>> http(Route route) {
        Map<String, @Nullable List<?>> http = new LinkedHashMap<>();
        http.put("methods", route.methods());
        http.put("hosts", route.hosts());
        http.put("paths", route.paths());
        return http;
    }

    private static Map<String, @Nullable List<?>> stream(Route route) {
        Map<String, @Nullable List<?>> stream = new LinkedHashMap<>();
        stream.put("sources", route.sources());
        stream.put("destinations", route.destinations());
        stream.put("snis", route.snis());
        return stream;
    }

    /** The rules for a Route that may have headers and a parent. */
    static void checkWithHeaders(Route route, boolean hasHeaders, DocumentReader in) {
        Map<String, @Nullable List<?>> http = http(route);
        http.put("headers", hasHeaders ? List.of("") : null);
        Map<String, @Nullable List<?>> stream = stream(route);
        List<?> parent = route.parent() == null ? null : List.of("");
        if (route.isHttp()) {
            refuse(stream, List.of("snis", "sources", "destinations"), "'http' or 'https'", in);
            http.put("parent", parent);
            demandOne(http, "'http' or 'https'", in);
        } else {
            refuse(http, List.of("hosts", "paths", "methods", "headers"), "'tcp' or 'tls'", in);
            stream.put("parent", parent);
            demandOne(stream, "'tcp' or 'tls'", in);
            if (parent != null && isSet(route.destinations())) {
                in.add("destinations", "cannot be set together with 'parent'");
            }
        }
    }

    private static void demandOne(
            Map<String, @Nullable List<?>> matchers, String protocols, DocumentReader in) {
        boolean anySet =
                matchers.entrySet().stream()
                        .anyMatch(e -> isSet(e.getValue()) || !in.isSound(e.getKey()));
        if (!anySet) {
            in.addToEntity(
                    "must set one of '"
                            + String.join("', '", matchers.keySet())
                            + "' when 'protocols' is "
                            + protocols);
        }
    }

    private static void refuse(
            Map<String, @Nullable List<?>> matchers,
            List<String> order,
            String protocols,
            DocumentReader in) {
        for (String field : order) {
            if (isSet(matchers.get(field)) || !in.isSound(field)) {
                in.addToEntity("cannot set '" + field + "' when 'protocols' is " + protocols);
                if (in.isSound(field)) {
                    in.add(field, "length must be 0");
                }
            }
        }
    }

    private static boolean isSet(@Nullable List<?> values) {
        return values != null && !values.isEmpty();
    }
}

package dev.gibbon.core.schema;

import dev.gibbon.core.entity.Route;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which of a Route's matchers go with its protocols: of each family, at least one, no other. */
final class MatcherRules {
    private MatcherRules() {}

    static void check(Route route, DocumentReader in) {
        Map<String, @Nullable List<?>> http = new LinkedHashMap<>();
        http.put("methods", route.methods());
        http.put("hosts", route.hosts());
        http.put("paths", route.paths());
        Map<String, @Nullable List<?>> stream = new LinkedHashMap<>();
        stream.put("sources", route.sources());
        stream.put("destinations", route.destinations());
        stream.put("snis", route.snis());
        if (route.isHttp()) {
            demandOne(http, "'http' or 'https'", in);
            refuse(stream, List.of("snis", "sources", "destinations"), "'http' or 'https'", in);
        } else {
            demandOne(stream, "'tcp' or 'tls'", in);
            refuse(http, List.of("hosts", "paths", "methods"), "'tcp' or 'tls'", in);
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

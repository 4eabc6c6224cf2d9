package dev.gibbon.core.schema;

import dev.gibbon.core.entity.Route;
import dev.gibbon.core.net.IpPort;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a Route may be where it comes from Kubernetes: as in the Admin API ({@link
 * EntitySchema#ROUTES}), and it may have headers (the rules are those of Kong 1.3) and a parent.
 * Stateless; any thread may call.
 */
public final class MeshRouteSchema {
    private MeshRouteSchema() {}

    /**
     * Reads a document.
     *
     * @param document the fields that the Admin API knows, by their names there
     * @param headers values by name, unchecked; null for none. A violation in them has the path
     *     {@code headers}, {@code headers.<name>} or {@code headers.<name>.<position from 1>}; a
     *     name may hold dots
     * @param parent the addresses of the parent, none while they are not known; null for a Route
     *     without one
     * @return the entity, or every violation
     */
    public static Validated<Route> read(
            Map<String, ? extends @Nullable Object> document,
            @Nullable Map<String, List<String>> headers,
            @Nullable List<IpPort> parent) {
        DocumentReader in = new DocumentReader(document);
        in.refuseFieldsOutside(EntitySchema.ROUTES.fields());
        Map<String, List<String>> sound = headers == null ? Map.of() : headers(headers, in);
        Route route = RouteSchema.fields(in, sound.isEmpty() ? null : sound, parent);
        if (in.isSound("protocols")) {
            MatcherRules.checkWithHeaders(route, headers != null && !headers.isEmpty(), in);
        }
        RouteSchema.checkCombinations(route, in);
        return RouteSchema.result(route, in);
    }

    private static Map<String, List<String>> headers(
            Map<String, List<String>> headers, DocumentReader in) {
        Map<String, List<String>> sound = new LinkedHashMap<>();
        Set<String> names = new HashSet<>();
        headers.forEach((name, values) -> {
            String path = "headers." + name;
            String wrong = Texts.checkHeaderName(name);
            if (wrong != null) {
                in.add(path, wrong);
            } else if (!names.add(name.toLowerCase(Locale.ROOT))) {
                in.add("headers", "must not name a header twice: '" + name + "'");
            } else if (values.isEmpty()) {
                in.add(path, "length must be at least 1");
            } else if (areSound(path, values, in)) {
                sound.put(name, values);
            }
        });
        return sound;
    }

    private static boolean areSound(String path, List<String> values, DocumentReader in) {
        boolean sound = true;
        for (int i = 0; i < values.size(); i++) {
            String wrong = Texts.checkHeaderValue(values.get(i));
            if (wrong != null) {
                in.add(path + "." + (i + 1), wrong);
                sound = false;
            }
        }
        return sound;
    }
}

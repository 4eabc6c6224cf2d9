package dev.gibbon.core.route;

import dev.gibbon.core.rule.HttpRule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Rules that ask for the same host and path, and for headers. Each is filed under one of its
 * headers, by that header's values, so that a request meets only rules for a value that it has. The
 * time depends on how many headers the rules are filed under, not on how many rules there are,
 * unless many share their values of all headers. Filled by one thread in ascending order, read-only
 * afterwards.
 */
final class HeaderTable {
    private final Map<String, Map<String, List<Placed>>> byName = new HashMap<>();
    private final int least;

    /**
     * @param least the place of the first rule that will be added
     */
    HeaderTable(int least) {
        this.least = least;
    }

    private record Placed(int place, HttpRule rule) {}

    void add(int place, HttpRule rule) {
        String name = leastCrowded(rule.headers());
        Map<String, List<Placed>> byValue = byName.computeIfAbsent(name, _ -> new HashMap<>());
        for (String value : rule.headers().getOrDefault(name, Set.of())) {
            byValue.computeIfAbsent(value, _ -> new ArrayList<>(1)).add(new Placed(place, rule));
        }
    }

    /** The header under whose values the fewest rules are filed so far; the first of equals. */
    private String leastCrowded(Map<String, Set<String>> headers) {
        String best = "";
        int fewest = Integer.MAX_VALUE;
        for (Map.Entry<String, Set<String>> header : headers.entrySet()) {
            int crowd = crowd(header.getKey(), header.getValue());
            if (crowd < fewest) {
                fewest = crowd;
                best = header.getKey();
            }
        }
        return best;
    }

    private int crowd(String name, Set<String> values) {
        Map<String, List<Placed>> byValue = byName.get(name);
        if (byValue == null) {
            return 0;
        }
        return values.stream()
                .mapToInt(value -> byValue.getOrDefault(value, List.of()).size())
                .max()
                .orElse(0);
    }

    /** The least place of all rules here. */
    int least() {
        return least;
    }

    /** The place of the first rule here that takes the request, if it is before this one. */
    int find(HttpKey request, int before) {
        int found = before;
        for (Map.Entry<String, Map<String, List<Placed>>> name : byName.entrySet()) {
            for (String value : request.headers().values(name.getKey())) {
                List<Placed> filed = name.getValue().get(value.toLowerCase(Locale.ROOT));
                found = filed == null ? found : first(filed, request, found);
            }
        }
        return found;
    }

    private static int first(List<Placed> ascending, HttpKey request, int before) {
        for (Placed placed : ascending) {
            if (placed.place >= before) {
                return before;
            }
            HttpRule rule = placed.rule;
            if (rule.scheme() == request.scheme()
                    && HttpRouter.takesMethod(rule, request.method())
                    && HttpRouter.takesHeaders(rule, request.headers())) {
                return placed.place;
            }
        }
        return before;
    }
}

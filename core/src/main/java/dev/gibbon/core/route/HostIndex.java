package dev.gibbon.core.route;

import com.google.re2j.Pattern;
import dev.gibbon.core.rule.HostMatch;
import dev.gibbon.core.rule.HttpRule;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Rules by their host: exact hosts in a hash table, wildcards in a {@link PrefixTree} (those with
 * the wildcard in front reversed). Immutable.
 */
final class HostIndex {
    private final Map<String, PathIndex> exact;
    private final PrefixTree<PathIndex> prefixes;
    private final PrefixTree<PathIndex> reversedSuffixes;
    private final @Nullable PathIndex any;

    private HostIndex(
            Map<String, PathIndex> exact,
            PrefixTree<PathIndex> prefixes,
            PrefixTree<PathIndex> reversedSuffixes,
            @Nullable PathIndex any) {
        this.exact = exact;
        this.prefixes = prefixes;
        this.reversedSuffixes = reversedSuffixes;
        this.any = any;
    }

    /**
     * @param rules in order
     * @throws com.google.re2j.PatternSyntaxException when a path is not RE2 syntax
     */
    static HostIndex of(List<HttpRule> rules) {
        Map<String, Pattern> patterns = new HashMap<>();
        Map<String, PathIndex.Builder> exact = new HashMap<>();
        SortedMap<String, PathIndex.Builder> prefixes = new TreeMap<>();
        SortedMap<String, PathIndex.Builder> suffixes = new TreeMap<>();
        PathIndex.Builder any = new PathIndex.Builder(patterns);
        for (int place = 0; place < rules.size(); place++) {
            HttpRule rule = rules.get(place);
            PathIndex.Builder paths =
                    switch (rule.host()) {
                        case HostMatch.Any _ -> any;
                        case HostMatch.Exact(String host) ->
                                exact.computeIfAbsent(host, _ -> new PathIndex.Builder(patterns));
                        case HostMatch.Prefix(String prefix) ->
                                prefixes.computeIfAbsent(
                                        prefix, _ -> new PathIndex.Builder(patterns));
                        case HostMatch.Suffix(String suffix) ->
                                suffixes.computeIfAbsent(
                                        reversed(suffix), _ -> new PathIndex.Builder(patterns));
                    };
            paths.add(place, rule);
        }
        Map<String, PathIndex> built = HashMap.newHashMap(exact.size());
        exact.forEach((host, paths) -> built.put(host, paths.build()));
        PathIndex anyBuilt = any.build();
        return new HostIndex(
                built,
                PrefixTree.of(built(prefixes)),
                PrefixTree.of(built(suffixes)),
                anyBuilt.least() == MethodTable.NONE ? null : anyBuilt);
    }

    private static SortedMap<String, PathIndex> built(SortedMap<String, PathIndex.Builder> paths) {
        SortedMap<String, PathIndex> built = new TreeMap<>();
        paths.forEach((host, builder) -> built.put(host, builder.build()));
        return built;
    }

    private static String reversed(String text) {
        return new StringBuilder(text).reverse().toString();
    }

    PathIndex.Found find(HttpKey request) {
        PathIndex.Found found = PathIndex.Found.NOTHING;
        PathIndex paths = exact.get(request.host());
        if (paths != null) {
            found = paths.find(request, found);
        }
        if (!prefixes.isEmpty()) {
            found = find(prefixes, request.host(), request, found);
        }
        if (!reversedSuffixes.isEmpty()) {
            found = find(reversedSuffixes, reversed(request.host()), request, found);
        }
        return any == null ? found : any.find(request, found);
    }

    /** A wildcard stands for at least one character, so one that is the whole host is left out. */
    private static PathIndex.Found find(
            PrefixTree<PathIndex> wildcards, String host, HttpKey request, PathIndex.Found best) {
        PathIndex.Found found = best;
        for (var node = wildcards.root(host);
                node != null && node.end() < host.length();
                node = node.next(host)) {
            PathIndex paths = node.value();
            if (paths != null) {
                found = paths.find(request, found);
            }
        }
        return found;
    }
}

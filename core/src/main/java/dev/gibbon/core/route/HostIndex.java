package dev.gibbon.core.route;

import com.google.re2j.Pattern;
import dev.gibbon.core.rule.HostMatch;
import dev.gibbon.core.rule.HttpRule;
import java.util.HashMap;
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
    private final int least;

    private HostIndex(
            Map<String, PathIndex> exact,
            PrefixTree<PathIndex> prefixes,
            PrefixTree<PathIndex> reversedSuffixes,
            @Nullable PathIndex any,
            int least) {
        this.exact = exact;
        this.prefixes = prefixes;
        this.reversedSuffixes = reversedSuffixes;
        this.any = any;
        this.least = least;
    }

    /** Collects rules; places ascend. Confined to one thread. */
    static final class Builder {
        private final Map<String, Pattern> patterns;
        private final Map<String, PathIndex.Builder> exact = new HashMap<>();
        private final SortedMap<String, PathIndex.Builder> prefixes = new TreeMap<>();
        private final SortedMap<String, PathIndex.Builder> suffixes = new TreeMap<>();
        private final PathIndex.Builder any;
        private int least = MethodTable.NONE;

        /**
         * @param patterns the patterns compiled so far, shared by all hosts
         */
        Builder(Map<String, Pattern> patterns) {
            this.patterns = patterns;
            this.any = new PathIndex.Builder(patterns);
        }

        void add(int place, HttpRule rule) {
            least = Math.min(least, place);
            paths(rule.host()).add(place, rule);
        }

        private PathIndex.Builder paths(HostMatch match) {
            return switch (match) {
                case HostMatch.Any _ -> any;
                case HostMatch.Exact(String host) ->
                        exact.computeIfAbsent(host, _ -> new PathIndex.Builder(patterns));
                case HostMatch.Prefix(String prefix) ->
                        prefixes.computeIfAbsent(prefix, _ -> new PathIndex.Builder(patterns));
                case HostMatch.Suffix(String suffix) ->
                        suffixes.computeIfAbsent(
                                reversed(suffix), _ -> new PathIndex.Builder(patterns));
            };
        }

        /**
         * @throws com.google.re2j.PatternSyntaxException when a path is not RE2 syntax
         */
        HostIndex build() {
            Map<String, PathIndex> built = HashMap.newHashMap(exact.size());
            exact.forEach((host, paths) -> built.put(host, paths.build()));
            PathIndex anyBuilt = any.build();
            return new HostIndex(
                    built,
                    PrefixTree.of(HostIndex.built(prefixes)),
                    PrefixTree.of(HostIndex.built(suffixes)),
                    anyBuilt.least() == MethodTable.NONE ? null : anyBuilt,
                    least);
        }
    }

    private static SortedMap<String, PathIndex> built(SortedMap<String, PathIndex.Builder> paths) {
        SortedMap<String, PathIndex> built = new TreeMap<>();
        paths.forEach((host, builder) -> built.put(host, builder.build()));
        return built;
    }

    private static String reversed(String text) {
        return new StringBuilder(text).reverse().toString();
    }

    /** The least place of all rules here. */
    int least() {
        return least;
    }

    /** The first rule here that takes the request, if it is before {@code best}; else that. */
    PathIndex.Found find(HttpKey request, PathIndex.Found best) {
        PathIndex.Found found = best;
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

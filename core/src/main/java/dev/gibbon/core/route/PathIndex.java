package dev.gibbon.core.route;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import dev.gibbon.core.rule.HttpRule;
import dev.gibbon.core.rule.PathMatch;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The rules of one host by their path. Plain paths are nodes of a {@link PrefixTree}; a regular
 * expression hangs at the node of its {@link LiteralPrefix}, so that only those are run whose
 * literal part the request has. Immutable once built.
 */
final class PathIndex {
    private final PrefixTree<Bucket> tree;
    private final int least;

    private PathIndex(PrefixTree<Bucket> tree, int least) {
        this.tree = tree;
        this.least = least;
    }

    /**
     * The rule found so far for a request.
     *
     * @param place its place in the order; {@link MethodTable#NONE} for none
     * @param matched how many leading characters of the path it matched
     */
    record Found(int place, int matched) {
        static final Found NOTHING = new Found(MethodTable.NONE, 0);
    }

    /** The least place of all rules here. */
    int least() {
        return least;
    }

    /** The first rule here that takes the request, if it is before {@code best}; else that. */
    Found find(HttpKey request, Found best) {
        if (least >= best.place()) {
            return best;
        }
        Found found = best;
        String path = request.path();
        for (var node = tree.root(path); node != null; node = node.next(path)) {
            Bucket bucket = node.value();
            if (bucket != null) {
                found = bucket.find(request, node.end(), found);
            }
        }
        return found;
    }

    /** The rules that hang at one node. */
    private static final class Bucket {
        private final @Nullable MethodTable plain;
        private final List<Expression> expressions;

        Bucket(@Nullable MethodTable plain, List<Expression> expressions) {
            this.plain = plain;
            this.expressions = List.copyOf(expressions);
        }

        Found find(HttpKey request, int length, Found best) {
            Found found = best;
            for (Expression expression : expressions) {
                if (expression.table.least() >= found.place()) {
                    break;
                }
                found = expression.find(request, found);
            }
            if (plain != null && plain.least() < found.place()) {
                int place = plain.find(request);
                if (place < found.place()) {
                    found = new Found(place, length);
                }
            }
            return found;
        }

        int least() {
            int first = plain == null ? MethodTable.NONE : plain.least();
            return expressions.isEmpty()
                    ? first
                    : Math.min(first, expressions.getFirst().table.least());
        }
    }

    /** The rules of one regular expression. */
    private record Expression(Pattern pattern, MethodTable table) {
        Found find(HttpKey request, Found best) {
            int place = table.find(request);
            if (place >= best.place()) {
                return best;
            }
            Matcher matcher = pattern.matcher(request.path());
            return matcher.lookingAt() ? new Found(place, matcher.end()) : best;
        }
    }

    /** Collects the rules of one host. Confined to one thread. */
    static final class Builder {
        private final Map<String, Pattern> patterns;
        private final Map<String, MethodTable> plain = new TreeMap<>();
        private final Map<String, MethodTable> expressions = new LinkedHashMap<>();

        /**
         * @param patterns the patterns compiled so far, shared by all hosts
         */
        Builder(Map<String, Pattern> patterns) {
            this.patterns = patterns;
        }

        /** Adds a rule; places ascend. */
        void add(int place, HttpRule rule) {
            table(rule.path()).add(place, rule);
        }

        private MethodTable table(PathMatch path) {
            return switch (path) {
                case PathMatch.Any _ -> plain.computeIfAbsent("", _ -> new MethodTable());
                case PathMatch.Prefix(String prefix) ->
                        plain.computeIfAbsent(prefix, _ -> new MethodTable());
                case PathMatch.Regex(String pattern) ->
                        expressions.computeIfAbsent(pattern, _ -> new MethodTable());
            };
        }

        PathIndex build() {
            Map<String, List<Expression>> hanging = new TreeMap<>();
            expressions.forEach((pattern, table) ->
                    hanging.computeIfAbsent(LiteralPrefix.of(pattern), _ -> new ArrayList<>())
                            .add(
                                    new Expression(
                                            patterns.computeIfAbsent(pattern, Pattern::compile),
                                            table)));
            TreeMap<String, Bucket> buckets = new TreeMap<>();
            plain.forEach((path, table) ->
                    buckets.put(
                            path,
                            new Bucket(table, sorted(hanging.getOrDefault(path, List.of())))));
            hanging.forEach((path, list) ->
                    buckets.computeIfAbsent(path, _ -> new Bucket(null, sorted(list))));
            int least =
                    buckets.values().stream()
                            .mapToInt(Bucket::least)
                            .min()
                            .orElse(MethodTable.NONE);
            return new PathIndex(PrefixTree.of(buckets), least);
        }

        private static List<Expression> sorted(List<Expression> list) {
            return list.stream()
                    .sorted(Comparator.comparingInt(expression -> expression.table.least()))
                    .toList();
        }
    }
}

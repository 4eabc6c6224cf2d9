package dev.gibbon.core.why;

import dev.gibbon.core.net.CidrBlock;
import dev.gibbon.core.rule.AddressBlock;
import dev.gibbon.core.rule.HostMatch;
import dev.gibbon.core.rule.HttpRule;
import dev.gibbon.core.rule.PathMatch;
import dev.gibbon.core.rule.Rule;
import dev.gibbon.core.rule.StreamRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Rules in the words that people wrote them in. */
final class RuleText {
    private RuleText() {}

    /** What a rule asks for, e.g. {@code host a.test, path /foo}. */
    static String asks(Rule rule) {
        List<String> parts = new ArrayList<>();
        switch (rule) {
            case HttpRule http -> {
                if (!(http.host() instanceof HostMatch.Any)) {
                    parts.add("host " + text(http.host()));
                }
                if (!(http.path() instanceof PathMatch.Any)) {
                    parts.add("path " + text(http.path()));
                }
                if (!http.methods().isEmpty()) {
                    parts.add("method " + methods(http));
                }
                http.headers()
                        .forEach((name, values) ->
                                parts.add("header " + name + " " + alternatives(values)));
                if (http.destination() != null) {
                    parts.add("destination " + text(http.destination()));
                }
            }
            case StreamRule stream -> {
                if (stream.sni() != null) {
                    parts.add("sni " + stream.sni());
                }
                if (stream.source() != null) {
                    parts.add("source " + text(stream.source()));
                }
                if (stream.destination() != null) {
                    parts.add("destination " + text(stream.destination()));
                }
            }
        }
        return String.join(", ", parts);
    }

    /** The kinds of attributes that a rule's Route defines, e.g. {@code hosts, paths}. */
    static List<String> attributes(Rule rule) {
        List<String> kinds = new ArrayList<>();
        switch (rule) {
            case HttpRule http -> {
                addIf(!(http.host() instanceof HostMatch.Any), "hosts", kinds);
                addIf(!http.headers().isEmpty(), "headers", kinds);
                addIf(!(http.path() instanceof PathMatch.Any), "paths", kinds);
                addIf(!http.methods().isEmpty(), "methods", kinds);
            }
            case StreamRule stream -> {
                addIf(stream.sni() != null, "snis", kinds);
                addIf(stream.source() != null, "sources", kinds);
                addIf(stream.destination() != null, "destinations", kinds);
            }
        }
        return kinds;
    }

    private static void addIf(boolean defined, String kind, List<String> kinds) {
        if (defined) {
            kinds.add(kind);
        }
    }

    static String methods(HttpRule rule) {
        return alternatives(rule.methods());
    }

    /** Any of these, e.g. {@code GET or PUT}. */
    static String alternatives(Set<String> values) {
        return String.join(" or ", new TreeSet<>(values));
    }

    static String text(HostMatch host) {
        return switch (host) {
            case HostMatch.Any _ -> "any";
            case HostMatch.Exact(String exact) -> exact;
            case HostMatch.Suffix(String suffix) -> "*" + suffix;
            case HostMatch.Prefix(String prefix) -> prefix + "*";
        };
    }

    static String text(PathMatch path) {
        return switch (path) {
            case PathMatch.Any _ -> "any";
            case PathMatch.Prefix(String prefix) -> prefix;
            case PathMatch.Regex(String pattern) -> pattern + " (regular expression)";
        };
    }

    static String text(@Nullable AddressBlock end) {
        if (end == null) {
            return "any";
        }
        CidrBlock block = end.block();
        if (block == null) {
            return "port " + end.port();
        }
        return end.port() == null ? block.toString() : block + " port " + end.port();
    }
}

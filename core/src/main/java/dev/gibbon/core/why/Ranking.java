package dev.gibbon.core.why;

import dev.gibbon.core.rule.HttpRule;
import dev.gibbon.core.rule.KeyPart;
import dev.gibbon.core.rule.PathMatch;
import dev.gibbon.core.rule.Rule;
import dev.gibbon.core.rule.StreamRule;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Why one rule comes before another, in words. */
final class Ranking {
    private static final int HEX = 16;
    private static final String HEADERS = "headers";

    private Ranking() {}

    /** Completes "the winner comes first, because ...". */
    static String because(Rule first, Rule next) {
        Optional<KeyPart> deciding = KeyPart.deciding(first.key(), next.key());
        if (deciding.isEmpty()) {
            return "its sort key is smaller";
        }
        return switch (deciding.get()) {
            case SUBSYSTEM -> "it is of another subsystem";
            case PARENT -> "its Route has a parent, the next's has none";
            case ATTRIBUTES -> attributes(first, next);
            case HOST ->
                    first instanceof HttpRule a && next instanceof HttpRule b
                            ? "its host "
                                    + RuleText.text(a.host())
                                    + " has no wildcard, the next's has one ("
                                    + RuleText.text(b.host())
                                    + ")"
                            : "its host is more exact";
            case HEADERS ->
                    first instanceof HttpRule a && next instanceof HttpRule b
                            ? "it names "
                                    + a.headers().size()
                                    + " headers, the next "
                                    + b.headers().size()
                            : "it names more headers";
            case PATH ->
                    first instanceof HttpRule a && next instanceof HttpRule b
                            ? path(a, b)
                            : "its path is more exact";
            case SCHEME -> scheme(first);
            case SOURCE ->
                    first instanceof StreamRule a && next instanceof StreamRule b
                            ? "its source "
                                    + RuleText.text(a.source())
                                    + " is more exact than the next's, "
                                    + RuleText.text(b.source())
                            : "its source is more exact";
            case DESTINATION ->
                    first instanceof StreamRule a && next instanceof StreamRule b
                            ? "its destination "
                                    + RuleText.text(a.destination())
                                    + " is more exact than the next's, "
                                    + RuleText.text(b.destination())
                            : "its destination is more exact";
            case BYTES -> "its protocols list tls, the next's only tcp";
            case CREATED_AT ->
                    "it is older (created_at "
                            + createdAt(first)
                            + ", the next's "
                            + createdAt(next)
                            + ")";
            case ID -> "they are equal in all else, and its id is smaller";
            case POSITION -> "it stands earlier in the lists of the same Route";
        };
    }

    private static String attributes(Rule first, Rule next) {
        List<String> had = RuleText.attributes(first);
        List<String> has = RuleText.attributes(next);
        String counts =
                "it has "
                        + had.size()
                        + (had.size() == 1 ? " attribute (" : " attributes (")
                        + String.join(", ", had)
                        + "), the next has "
                        + has.size()
                        + " ("
                        + String.join(", ", has)
                        + ")";
        if (had.size() != has.size()) {
            return counts;
        }
        return counts
                + ", and "
                + (first instanceof HttpRule
                        ? had.contains(HEADERS) || has.contains(HEADERS)
                                ? "hosts outrank headers, which outrank paths, which outrank"
                                        + " methods"
                                : "hosts outrank paths, which outrank methods"
                        : "snis outrank sources, which outrank destinations");
    }

    private static String path(HttpRule first, HttpRule next) {
        boolean regex = first.path() instanceof PathMatch.Regex;
        if (regex && next.path() instanceof PathMatch.Regex) {
            return "its regular expression has regex_priority "
                    + regexPriority(first)
                    + ", the next's "
                    + regexPriority(next);
        }
        if (regex) {
            return "its path is a regular expression, the next's is plain ("
                    + RuleText.text(next.path())
                    + ")";
        }
        return "its path "
                + RuleText.text(first.path())
                + " is longer than the next's, "
                + RuleText.text(next.path());
    }

    private static long regexPriority(Rule rule) {
        String rank = KeyPart.PATH.of(rule.key()).orElseThrow();
        return Integer.MAX_VALUE - Long.parseLong(rank.substring(1), HEX);
    }

    private static long createdAt(Rule rule) {
        return Long.parseLong(KeyPart.CREATED_AT.of(rule.key()).orElseThrow(), HEX);
    }

    private static String scheme(Rule first) {
        String scheme =
                first instanceof HttpRule http
                        ? http.scheme().name().toLowerCase(Locale.ROOT)
                        : "the scheme";
        return "its protocols list " + scheme + ", the next's do not";
    }
}

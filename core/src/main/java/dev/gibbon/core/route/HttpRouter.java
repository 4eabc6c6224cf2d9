package dev.gibbon.core.route;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import dev.gibbon.core.rule.HostMatch;
import dev.gibbon.core.rule.HttpRule;
import dev.gibbon.core.rule.PathMatch;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Selects the rule for a request. Immutable; any thread may call. */
public final class HttpRouter {
    private final List<HttpRule> rules;

    private HttpRouter(List<HttpRule> rules) {
        this.rules = rules;
    }

    public static HttpRouter of(Collection<HttpRule> rules) {
        return new HttpRouter(rules.stream().sorted(Comparator.comparing(HttpRule::key)).toList());
    }

    public Optional<HttpMatch> select(HttpKey request) {
        for (HttpRule rule : rules) {
            if (rule.scheme() == request.scheme()
                    && (rule.methods().isEmpty() || rule.methods().contains(request.method()))
                    && hostMatches(rule.host(), request.host())) {
                int matched = matchedPath(rule.path(), request.path());
                if (matched >= 0) {
                    return Optional.of(new HttpMatch(rule, matched));
                }
            }
        }
        return Optional.empty();
    }

    private static boolean hostMatches(HostMatch match, String host) {
        return switch (match) {
            case HostMatch.Any _ -> true;
            case HostMatch.Exact(String exact) -> exact.equals(host);
            case HostMatch.Suffix(String suffix) ->
                    host.length() > suffix.length() && host.endsWith(suffix);
            case HostMatch.Prefix(String prefix) ->
                    host.length() > prefix.length() && host.startsWith(prefix);
        };
    }

    private static int matchedPath(PathMatch match, String path) {
        return switch (match) {
            case PathMatch.Any _ -> 0;
            case PathMatch.Prefix(String prefix) -> path.startsWith(prefix) ? prefix.length() : -1;
            case PathMatch.Regex(String pattern) -> {
                Matcher matcher = Pattern.compile(pattern).matcher(path);
                yield matcher.lookingAt() ? matcher.end() : -1;
            }
        };
    }
}

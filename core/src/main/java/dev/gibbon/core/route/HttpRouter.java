package dev.gibbon.core.route;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import dev.gibbon.core.entity.Protocol;
import dev.gibbon.core.net.IpPort;
import dev.gibbon.core.rule.AddressBlock;
import dev.gibbon.core.rule.HostMatch;
import dev.gibbon.core.rule.HttpRule;
import dev.gibbon.core.rule.PathMatch;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Selects the rule for a request: the first in key order that matches. Immutable; any thread may
 * call. The time does not grow with the number of rules, save for regular expressions of one host
 * that start with the same literal characters, and for headers of one host and path in so far as
 * {@link HeaderTable} says: those are tried in order.
 */
public final class HttpRouter {
    private final List<HttpRule> rules;
    private final DestinationIndex index;
    private final DestinationSet plain;

    private HttpRouter(List<HttpRule> rules) {
        this.rules = rules;
        this.index = DestinationIndex.of(rules);
        this.plain =
                DestinationSet.of(
                        rules.stream().filter(rule -> rule.scheme() == Protocol.HTTP).toList());
    }

    /**
     * Builds the index.
     *
     * @param rules in any order
     * @throws com.google.re2j.PatternSyntaxException when a path is not a regular expression in RE2
     *     syntax
     */
    public static HttpRouter of(Collection<HttpRule> rules) {
        return new HttpRouter(rules.stream().sorted(Comparator.comparing(HttpRule::key)).toList());
    }

    /** All rules, in order. */
    public List<HttpRule> rules() {
        return rules;
    }

    /** The first rule that takes the request. */
    public Optional<HttpMatch> select(HttpKey request) {
        PathIndex.Found found = index.find(request);
        return found.place() == MethodTable.NONE
                ? Optional.empty()
                : Optional.of(new HttpMatch(rules.get(found.place()), found.matched()));
    }

    /**
     * Whether a connection to this address is worth reading requests from: some rule for plain HTTP
     * may take them. Asked for each connection; the time does not grow with the number of rules.
     */
    public boolean mayTakePlainRequests(IpPort destination) {
        return plain.contains(destination);
    }

    /**
     * All rules that take the request, in order: {@link #select} gives the first of them. Looks at
     * every rule, so it is for explanations and tests.
     */
    public List<HttpMatch> matching(HttpKey request) {
        List<HttpMatch> matching = new ArrayList<>();
        for (HttpRule rule : rules) {
            if (rule.scheme() == request.scheme()
                    && takesMethod(rule, request.method())
                    && takesDestination(rule, request.destination())
                    && matches(rule.host(), request.host())
                    && takesHeaders(rule, request.headers())) {
                int matched = matchedLength(rule.path(), request.path());
                if (matched >= 0) {
                    matching.add(new HttpMatch(rule, matched));
                }
            }
        }
        return matching;
    }

    /**
     * Whether a rule takes requests of this method.
     *
     * @param method as sent
     */
    public static boolean takesMethod(HttpRule rule, String method) {
        return rule.methods().isEmpty() || rule.methods().contains(method);
    }

    /**
     * Whether a rule takes requests on connections to this address.
     *
     * @param destination null when it is not known
     */
    public static boolean takesDestination(HttpRule rule, @Nullable IpPort destination) {
        AddressBlock wanted = rule.destination();
        return wanted == null || (destination != null && wanted.contains(destination));
    }

    /** Whether a rule takes requests with these headers. */
    public static boolean takesHeaders(HttpRule rule, HeaderLookup headers) {
        for (Map.Entry<String, Set<String>> wanted : rule.headers().entrySet()) {
            if (!hasOne(wanted.getValue(), headers.values(wanted.getKey()))) {
                return false;
            }
        }
        return true;
    }

    /**
     * Whether one of these values is asked for.
     *
     * @param wanted lower case
     */
    public static boolean hasOne(Set<String> wanted, List<String> values) {
        for (String value : values) {
            if (wanted.contains(value.toLowerCase(Locale.ROOT))) {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether this host is asked for.
     *
     * @param host lower case, without port
     */
    public static boolean matches(HostMatch match, String host) {
        return switch (match) {
            case HostMatch.Any _ -> true;
            case HostMatch.Exact(String exact) -> exact.equals(host);
            case HostMatch.Suffix(String suffix) ->
                    host.length() > suffix.length() && host.endsWith(suffix);
            case HostMatch.Prefix(String prefix) ->
                    host.length() > prefix.length() && host.startsWith(prefix);
        };
    }

    /**
     * How many leading characters of a path are matched; -1 when it does not match.
     *
     * @param path without the query string
     */
    public static int matchedLength(PathMatch match, String path) {
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

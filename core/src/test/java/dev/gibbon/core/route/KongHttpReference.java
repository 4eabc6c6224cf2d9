package dev.gibbon.core.route;

import dev.gibbon.core.entity.Protocol;
import dev.gibbon.core.entity.Route;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The rules of Kong's HTTP router, read off the Route entities one by one, without compiled rules,
 * keys or indexes: slow, obvious, and the measure for the real one.
 */
final class KongHttpReference {
    private static final Map<String, Pattern> PATTERNS = new ConcurrentHashMap<>();
    private static final Map<String, Boolean> PLAIN = new ConcurrentHashMap<>();

    private KongHttpReference() {}

    /**
     * One way in which a Route takes a request.
     *
     * @param position counts the Route's pairs of host and path
     */
    record Way(
            Route route,
            String host,
            String path,
            int matched,
            boolean schemeListed,
            int position) {

        boolean upgradeRequired(Protocol scheme) {
            return scheme == Protocol.HTTP && !schemeListed;
        }
    }

    private static final Comparator<Way> PRECEDENCE =
            Comparator.comparingInt((Way way) -> way.route.parent() == null ? 1 : 0)
                    .thenComparingInt(way -> -kinds(way.route))
                    .thenComparingInt(way -> -weight(way.route))
                    .thenComparingInt(way -> way.host.contains("*") ? 1 : 0)
                    .thenComparingInt(way -> -headers(way.route).size())
                    .thenComparingInt(way -> isRegex(way.path) ? 0 : 1)
                    .thenComparingInt(way -> isRegex(way.path) ? -way.route.regexPriority() : 0)
                    .thenComparingInt(way -> isRegex(way.path) ? 0 : -way.path.length())
                    .thenComparingInt(way -> way.schemeListed ? 0 : 1)
                    .thenComparingLong(way -> way.route.createdAt())
                    .thenComparing(way -> way.route.id().toString())
                    .thenComparingInt(Way::position);

    static Optional<Way> select(List<Route> routes, HttpKey request) {
        List<Way> ways = new ArrayList<>();
        for (Route route : routes) {
            var methods = route.methods();
            if (methods != null && !methods.isEmpty() && !methods.contains(request.method())) {
                continue;
            }
            var parent = route.parent();
            if (parent != null && parent.stream().noneMatch(a -> a.equals(request.destination()))) {
                continue;
            }
            if (!hasHeaders(route, request)) {
                continue;
            }
            int position = 0;
            for (String host : orEmpty(route.hosts())) {
                for (String path : orEmpty(route.paths())) {
                    int matched = matched(path, request.path());
                    if (hostMatches(host.toLowerCase(Locale.ROOT), request.host())
                            && matched >= 0) {
                        ways.add(
                                new Way(
                                        route,
                                        host,
                                        path,
                                        matched,
                                        route.protocols().contains(request.scheme()),
                                        position));
                    }
                    position++;
                }
            }
        }
        return ways.stream().min(PRECEDENCE);
    }

    private static List<String> orEmpty(@Nullable List<String> list) {
        return list == null || list.isEmpty() ? List.of("") : list;
    }

    private static int kinds(Route route) {
        return Integer.bitCount(weight(route));
    }

    private static int weight(Route route) {
        return (route.hosts() == null ? 0 : 64)
                + (route.headers() == null ? 0 : 32)
                + (route.paths() == null ? 0 : 16)
                + (route.methods() == null ? 0 : 8);
    }

    private static Map<String, List<String>> headers(Route route) {
        var headers = route.headers();
        return headers == null ? Map.of() : headers;
    }

    private static boolean hasHeaders(Route route, HttpKey request) {
        return headers(route).entrySet().stream()
                .allMatch(header ->
                        request.headers().values(header.getKey().toLowerCase(Locale.ROOT)).stream()
                                .anyMatch(sent ->
                                        header.getValue().stream()
                                                .anyMatch(sent::equalsIgnoreCase)));
    }

    private static boolean hostMatches(String wanted, String host) {
        if (wanted.isEmpty() || wanted.equals(host)) {
            return true;
        }
        if (!wanted.contains("*")) {
            return false;
        }
        return PATTERNS.computeIfAbsent(
                        wanted, _ -> Pattern.compile(wanted.replace(".", "\\.").replace("*", ".+")))
                .matcher(host)
                .matches();
    }

    private static boolean isRegex(String path) {
        return !PLAIN.computeIfAbsent(path, p -> p.matches("[A-Za-z0-9.\\-_~/%]*"));
    }

    private static int matched(String path, String requested) {
        if (!isRegex(path)) {
            return requested.startsWith(path) ? path.length() : -1;
        }
        Matcher matcher = PATTERNS.computeIfAbsent(path, Pattern::compile).matcher(requested);
        return matcher.lookingAt() ? matcher.end() : -1;
    }
}

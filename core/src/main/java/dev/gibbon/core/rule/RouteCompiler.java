package dev.gibbon.core.rule;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.gibbon.core.entity.AddressMatch;
import dev.gibbon.core.entity.Protocol;
import dev.gibbon.core.entity.Route;
import dev.gibbon.core.entity.Service;
import dev.gibbon.core.net.CidrBlock;
import dev.gibbon.core.net.IpAddress;
import dev.gibbon.core.net.IpPort;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Compiles Routes into single-valued rules: the product of hosts and paths for each scheme, or of
 * sources, destinations and server names. The keys of the rules are Kong's precedence ({@code
 * kong/router.lua@1.3.0}, in the order of {@link KeyPart}) with the deviations that the request's
 * scheme and the presence of TLS are looked at. Pure; any thread may call.
 */
public final class RouteCompiler {
    private static final String PLAIN_PATH_PUNCTUATION = ".-_~/%";

    private RouteCompiler() {}

    /**
     * Compiles one Route.
     *
     * @param service the Route's Service; null when it has none or names one that does not exist
     * @return no rules but the reason when the Route cannot have an effect, as in Kong: its Service
     *     belongs to the other subsystem, or it matches nothing
     */
    public static CompiledRoute compile(Route route, @Nullable Service service) {
        boolean http = route.isHttp();
        if (route.protocols().stream().anyMatch(protocol -> protocol.isHttp() != http)) {
            return CompiledRoute.skipped(
                    "protocols: "
                            + texts(route.protocols())
                            + " (expected: http and https, or tcp and tls)");
        }
        if (service != null && service.protocol().isHttp() != http) {
            return CompiledRoute.skipped(
                    "service: protocol "
                            + service.protocol().text()
                            + " (expected: "
                            + (http ? "http or https" : "tcp or tls")
                            + ", as the Route's protocols are "
                            + texts(route.protocols())
                            + ")");
        }
        List<IpPort> parent = route.parent();
        if (parent != null && parent.isEmpty()) {
            return CompiledRoute.skipped("parent: no address (expected: at least 1)");
        }
        if (parent != null && !elements(route.destinations()).isEmpty()) {
            return CompiledRoute.skipped("has parent and destinations (expected: one of the two)");
        }
        return http ? http(route) : stream(route);
    }

    private static String texts(List<Protocol> protocols) {
        return String.join(", ", protocols.stream().map(Protocol::text).toList());
    }

    private static RuleOrigin origin(Route route) {
        return new RuleOrigin("Route", route.id(), route.name());
    }

    private static CompiledRoute http(Route route) {
        Set<String> methods = Set.copyOf(elements(route.methods()));
        List<HostMatch> hosts = elements(route.hosts()).stream().map(RouteCompiler::host).toList();
        List<PathMatch> paths = elements(route.paths()).stream().map(RouteCompiler::path).toList();
        Map<String, Set<String>> headers = headers(route);
        List<IpPort> parent = route.parent();
        if (methods.isEmpty()
                && hosts.isEmpty()
                && paths.isEmpty()
                && headers.isEmpty()
                && parent == null) {
            return CompiledRoute.skipped("has none of methods, hosts, paths (expected: one)");
        }
        for (PathMatch path : paths) {
            if (path instanceof PathMatch.Regex(String pattern) && !isReadable(pattern)) {
                return CompiledRoute.skipped(
                        "paths: " + pattern + " (expected: a regular expression in RE2 syntax)");
            }
        }
        RouteKeys keys = RouteKeys.of(route);
        RuleOrigin origin = origin(route);
        List<HttpRule> rules = new ArrayList<>();
        int position = 0;
        for (HostMatch host : hosts.isEmpty() ? List.of(new HostMatch.Any()) : hosts) {
            for (PathMatch path : paths.isEmpty() ? List.of(new PathMatch.Any()) : paths) {
                for (@Nullable AddressBlock destination : parentOrAny(parent)) {
                    for (Protocol scheme : List.of(Protocol.HTTP, Protocol.HTTPS)) {
                        boolean listed = route.protocols().contains(scheme);
                        rules.add(
                                new HttpRule(
                                        keys.http(
                                                host,
                                                path,
                                                route.regexPriority(),
                                                listed,
                                                position,
                                                scheme),
                                        origin,
                                        route.service(),
                                        scheme,
                                        methods,
                                        host,
                                        path,
                                        route.stripPath(),
                                        route.preserveHost(),
                                        scheme == Protocol.HTTP && !listed,
                                        headers,
                                        destination));
                    }
                    position++;
                }
            }
        }
        return CompiledRoute.ofHttp(rules);
    }

    private static Map<String, Set<String>> headers(Route route) {
        Map<String, List<String>> lists = route.headers();
        if (lists == null) {
            return Map.of();
        }
        Map<String, Set<String>> headers = new TreeMap<>();
        lists.forEach((name, values) -> headers.put(name, new HashSet<>(values)));
        return headers;
    }

    /** The addresses that a Route with this parent is for; any address for one without. */
    private static List<@Nullable AddressBlock> parentOrAny(@Nullable List<IpPort> parent) {
        return parent == null
                ? Collections.singletonList(null)
                : new ArrayList<>(parent.stream().map(RouteCompiler::block).toList());
    }

    private static AddressBlock block(IpPort address) {
        IpAddress ip = address.ip();
        return new AddressBlock(new CidrBlock(ip, ip.bits()), address.port());
    }

    private static HostMatch host(String text) {
        String host = text.toLowerCase(Locale.ROOT);
        if (host.startsWith("*")) {
            return new HostMatch.Suffix(host.substring(1));
        }
        if (host.endsWith("*")) {
            return new HostMatch.Prefix(host.substring(0, host.length() - 1));
        }
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        return new HostMatch.Exact(bracketed ? host.substring(1, host.length() - 1) : host);
    }

    private static PathMatch path(String path) {
        return isRegex(path) ? new PathMatch.Regex(path) : new PathMatch.Prefix(path);
    }

    /**
     * Whether a Route's path is a regular expression: it has a character other than letters, digits
     * and {@code .-_~/%}. A dot alone does not make one.
     */
    public static boolean isRegex(String path) {
        return !path.chars()
                .allMatch(c ->
                        (c >= 'a' && c <= 'z')
                                || (c >= 'A' && c <= 'Z')
                                || (c >= '0' && c <= '9')
                                || PLAIN_PATH_PUNCTUATION.indexOf(c) >= 0);
    }

    private static boolean isReadable(String pattern) {
        try {
            Pattern.compile(pattern);
            return true;
        } catch (PatternSyntaxException e) {
            return false;
        }
    }

    private static CompiledRoute stream(Route route) {
        List<String> snis =
                elements(route.snis()).stream().map(sni -> sni.toLowerCase(Locale.ROOT)).toList();
        List<AddressMatch> sources = elements(route.sources());
        List<AddressMatch> destinations = elements(route.destinations());
        List<IpPort> parent = route.parent();
        if (snis.isEmpty() && sources.isEmpty() && destinations.isEmpty() && parent == null) {
            return CompiledRoute.skipped("has none of sources, destinations, snis (expected: one)");
        }
        for (AddressMatch end : concatenated(sources, destinations)) {
            if (!isReadable(end)) {
                return CompiledRoute.skipped(
                        "ip: " + end.ip() + " (expected: an IP address or a CIDR block)");
            }
        }
        RouteKeys keys = RouteKeys.of(route);
        RuleOrigin origin = origin(route);
        List<StreamRule> rules = new ArrayList<>();
        int position = 0;
        for (AddressBlock source : blocks(sources)) {
            for (@Nullable AddressBlock destination :
                    parent == null ? blocks(destinations) : parentOrAny(parent)) {
                for (@Nullable String sni : orNull(snis)) {
                    for (StreamRule.Bytes bytes : bytes(route, sni)) {
                        rules.add(
                                new StreamRule(
                                        keys.stream(source, destination, bytes, position),
                                        origin,
                                        route.service(),
                                        bytes,
                                        source,
                                        destination,
                                        sni));
                    }
                    position++;
                }
            }
        }
        return CompiledRoute.ofStreams(rules);
    }

    /** Only a ClientHello has a server name, so with one there is no rule for plain bytes. */
    private static List<StreamRule.Bytes> bytes(Route route, @Nullable String sni) {
        boolean tls = route.protocols().contains(Protocol.TLS);
        boolean tcp = route.protocols().contains(Protocol.TCP);
        if (!tls) {
            return List.of(StreamRule.Bytes.OPAQUE);
        }
        return tcp && sni == null
                ? List.of(StreamRule.Bytes.TLS, StreamRule.Bytes.PLAIN)
                : List.of(StreamRule.Bytes.TLS);
    }

    private static boolean isReadable(AddressMatch end) {
        String ip = end.ip();
        return ip == null || CidrBlock.parse(ip).isPresent();
    }

    private static List<@Nullable AddressBlock> blocks(List<AddressMatch> ends) {
        return orNull(ends.stream().map(RouteCompiler::block).toList());
    }

    private static AddressBlock block(AddressMatch end) {
        String ip = end.ip();
        return new AddressBlock(ip == null ? null : CidrBlock.parse(ip).orElseThrow(), end.port());
    }

    private static <T> List<T> concatenated(List<T> first, List<T> second) {
        List<T> all = new ArrayList<>(first);
        all.addAll(second);
        return all;
    }

    private static <T> List<@Nullable T> orNull(List<T> list) {
        return list.isEmpty() ? Collections.singletonList(null) : new ArrayList<>(list);
    }

    private static <T> List<T> elements(@Nullable List<T> list) {
        return list == null ? List.of() : list;
    }
}

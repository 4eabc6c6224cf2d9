package dev.gibbon.core.entity;

import dev.gibbon.core.net.IpPort;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which connections or requests go to a Service. The fields are those of Kong 1.1 ({@code
 * kong/db/schema/entities/routes.lua@1.1.0}), {@code headers}, which Kong has had since 1.3, and
 * {@code parent}, which Kong does not have; the Admin API knows neither of the two. A list is null
 * when it was never set; only a list with elements restricts, except for {@code parent}.
 *
 * @param createdAt seconds since the epoch
 * @param updatedAt seconds since the epoch
 * @param protocols at least one, of one family: http and https, or tcp and tls
 * @param methods upper case
 * @param hosts host names or addresses; one {@code *} may stand for the first or last labels
 * @param paths plain prefixes, or regular expressions (RE2 syntax, anchored at the start)
 * @param regexPriority higher is tried first among regular expressions
 * @param service null for a Route without a Service
 * @param headers values by header name: a request must have each header that is named, with one of
 *     its values. Names and values are compared without regard to case. Never an empty list of
 *     values. Null when never set
 * @param parent the addresses of the Kubernetes Service whose callers the Route is for: it applies
 *     to connections to one of them only, to none when there are none, and comes before Routes
 *     without a parent. Null for a Route without one
 */
public record Route(
        UUID id,
        long createdAt,
        long updatedAt,
        @Nullable String name,
        List<Protocol> protocols,
        @Nullable List<String> methods,
        @Nullable List<String> hosts,
        @Nullable List<String> paths,
        int regexPriority,
        boolean stripPath,
        boolean preserveHost,
        @Nullable List<String> snis,
        @Nullable List<AddressMatch> sources,
        @Nullable List<AddressMatch> destinations,
        @Nullable UUID service,
        @Nullable List<String> tags,
        @Nullable Map<String, List<String>> headers,
        @Nullable List<IpPort> parent) {

    /** A Route with the fields of Kong 1.1. */
    public Route(
            UUID id,
            long createdAt,
            long updatedAt,
            @Nullable String name,
            List<Protocol> protocols,
            @Nullable List<String> methods,
            @Nullable List<String> hosts,
            @Nullable List<String> paths,
            int regexPriority,
            boolean stripPath,
            boolean preserveHost,
            @Nullable List<String> snis,
            @Nullable List<AddressMatch> sources,
            @Nullable List<AddressMatch> destinations,
            @Nullable UUID service,
            @Nullable List<String> tags) {
        this(
                id,
                createdAt,
                updatedAt,
                name,
                protocols,
                methods,
                hosts,
                paths,
                regexPriority,
                stripPath,
                preserveHost,
                snis,
                sources,
                destinations,
                service,
                tags,
                null,
                null);
    }

    public Route {
        protocols = List.copyOf(protocols);
        methods = copy(methods);
        hosts = copy(hosts);
        paths = copy(paths);
        snis = copy(snis);
        sources = copy(sources);
        destinations = copy(destinations);
        tags = copy(tags);
        headers = copy(headers);
        parent = copy(parent);
    }

    /** The same Route under another name. */
    public Route withName(String other) {
        return new Route(
                id,
                createdAt,
                updatedAt,
                other,
                protocols,
                methods,
                hosts,
                paths,
                regexPriority,
                stripPath,
                preserveHost,
                snis,
                sources,
                destinations,
                service,
                tags,
                headers,
                parent);
    }

    private static @Nullable Map<String, List<String>> copy(
            @Nullable Map<String, List<String>> lists) {
        if (lists == null) {
            return null;
        }
        Map<String, List<String>> copy = new TreeMap<>();
        lists.forEach((name, values) -> {
            if (values.isEmpty()) {
                throw new IllegalArgumentException(
                        "headers: " + name + " has no values (expected: at least 1)");
            }
            copy.put(name, List.copyOf(values));
        });
        return Collections.unmodifiableMap(copy);
    }

    private static <T> @Nullable List<T> copy(@Nullable List<T> list) {
        return list == null ? null : List.copyOf(list);
    }

    /** Whether the Route looks at HTTP requests; otherwise at connections. */
    public boolean isHttp() {
        return protocols.getFirst().isHttp();
    }
}

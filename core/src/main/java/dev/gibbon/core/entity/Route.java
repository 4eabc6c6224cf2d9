package dev.gibbon.core.entity;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which connections or requests go to a Service. The fields are those of Kong 1.1 ({@code
 * kong/db/schema/entities/routes.lua@1.1.0}). A list is null when it was never set; only a list
 * with elements restricts.
 *
 * @param createdAt seconds since the epoch
 * @param updatedAt seconds since the epoch
 * @param protocols at least one, of one family: http and https, or tcp and tls
 * @param methods upper case
 * @param hosts host names or addresses; one {@code *} may stand for the first or last labels
 * @param paths plain prefixes, or regular expressions (RE2 syntax, anchored at the start)
 * @param regexPriority higher is tried first among regular expressions
 * @param service null for a Route without a Service
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
        @Nullable List<String> tags) {

    public Route {
        protocols = List.copyOf(protocols);
        methods = copy(methods);
        hosts = copy(hosts);
        paths = copy(paths);
        snis = copy(snis);
        sources = copy(sources);
        destinations = copy(destinations);
        tags = copy(tags);
    }

    private static <T> @Nullable List<T> copy(@Nullable List<T> list) {
        return list == null ? null : List.copyOf(list);
    }

    /** Whether the Route looks at HTTP requests; otherwise at connections. */
    public boolean isHttp() {
        return protocols.getFirst().isHttp();
    }
}

package dev.gibbon.core.rule;

import dev.gibbon.core.entity.Protocol;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A rule for requests.
 *
 * @param scheme the one scheme that the rule looks at: {@link Protocol#HTTP} or {@link
 *     Protocol#HTTPS}
 * @param methods upper case; empty for any
 * @param stripPath whether the matched part of the path is removed before it goes upstream
 * @param preserveHost whether the client's Host goes upstream unchanged
 * @param requireHttps whether a request that matches is answered 426: its Route takes only https,
 *     and the request came over http
 * @param headers names and values in lower case: a request must have each header that is named,
 *     with one of its values; empty for any. Held in the order of the names
 * @param destination the original destination of the connection; null for any
 */
public record HttpRule(
        String key,
        RuleOrigin origin,
        @Nullable UUID service,
        Protocol scheme,
        Set<String> methods,
        HostMatch host,
        PathMatch path,
        boolean stripPath,
        boolean preserveHost,
        boolean requireHttps,
        Map<String, Set<String>> headers,
        @Nullable AddressBlock destination)
        implements Rule {

    /** A rule that looks at neither headers nor the destination. */
    public HttpRule(
            String key,
            RuleOrigin origin,
            @Nullable UUID service,
            Protocol scheme,
            Set<String> methods,
            HostMatch host,
            PathMatch path,
            boolean stripPath,
            boolean preserveHost,
            boolean requireHttps) {
        this(
                key,
                origin,
                service,
                scheme,
                methods,
                host,
                path,
                stripPath,
                preserveHost,
                requireHttps,
                Map.of(),
                null);
    }

    public HttpRule {
        methods = Set.copyOf(methods);
        headers = lowerCase(headers);
    }

    private static Map<String, Set<String>> lowerCase(Map<String, Set<String>> headers) {
        if (headers.isEmpty()) {
            return Map.of();
        }
        Map<String, Set<String>> lower = new TreeMap<>();
        headers.forEach((name, values) -> {
            List<String> texts = values.stream().map(v -> v.toLowerCase(Locale.ROOT)).toList();
            lower.put(name.toLowerCase(Locale.ROOT), Set.copyOf(texts));
        });
        return Collections.unmodifiableMap(lower);
    }
}

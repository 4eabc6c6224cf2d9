package dev.gibbon.core.rule;

import dev.gibbon.core.entity.Protocol;
import java.util.Set;
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
        boolean requireHttps)
        implements Rule {

    public HttpRule {
        methods = Set.copyOf(methods);
    }
}

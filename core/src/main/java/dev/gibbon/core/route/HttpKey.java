package dev.gibbon.core.route;

import dev.gibbon.core.entity.Protocol;
import dev.gibbon.core.net.IpPort;
import org.jspecify.annotations.Nullable;

/**
 * What the HTTP router looks at.
 *
 * @param scheme {@link Protocol#HTTP} or {@link Protocol#HTTPS}
 * @param method upper case, as sent
 * @param host lower case, without port, IPv6 addresses without brackets; empty when there is none
 * @param path without the query string, as sent (not decoded), starting with {@code /}
 * @param destination the original destination of the connection; null when it is not known, and
 *     then no rule with a destination takes the request
 */
public record HttpKey(
        Protocol scheme,
        String method,
        String host,
        String path,
        @Nullable IpPort destination,
        HeaderLookup headers) {

    /** A request without headers, on a connection whose destination is not known. */
    public HttpKey(Protocol scheme, String method, String host, String path) {
        this(scheme, method, host, path, null, HeaderLookup.NONE);
    }
}

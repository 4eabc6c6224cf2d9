package dev.gibbon.core.route;

import dev.gibbon.core.entity.Protocol;

/**
 * What the HTTP router looks at.
 *
 * @param scheme {@link Protocol#HTTP} or {@link Protocol#HTTPS}
 * @param method upper case, as sent
 * @param host lower case, without port, IPv6 addresses without brackets; empty when there is none
 * @param path without the query string, as sent (not decoded), starting with {@code /}
 */
public record HttpKey(Protocol scheme, String method, String host, String path) {}

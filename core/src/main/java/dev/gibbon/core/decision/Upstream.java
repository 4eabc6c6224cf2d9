package dev.gibbon.core.decision;

import dev.gibbon.core.destination.Destination;
import dev.gibbon.core.entity.Protocol;
import dev.gibbon.core.entity.Service;
import dev.gibbon.core.rule.RuleOrigin;
import org.jspecify.annotations.Nullable;

/**
 * Where traffic goes, before any name is resolved.
 *
 * @param host an IP literal or a host name
 * @param port 0-65535
 * @param protocol what is spoken there, after {@code origins}
 * @param service whose time-outs and retries apply; null for a mesh leg that names none
 * @param route the rule that chose it; null for a mesh leg
 * @param lastHop whether the application itself is there: mesh TLS is never used towards it
 * @param destination the endpoints that stand for host and port; null when these are dialled
 *     themselves
 */
public record Upstream(
        String host,
        int port,
        Protocol protocol,
        @Nullable Service service,
        @Nullable RuleOrigin route,
        boolean lastHop,
        @Nullable Destination destination) {

    /** An upstream that is dialled itself. */
    public Upstream(
            String host,
            int port,
            Protocol protocol,
            @Nullable Service service,
            @Nullable RuleOrigin route,
            boolean lastHop) {
        this(host, port, protocol, service, route, lastHop, null);
    }

    /** {@code host:port}, an IPv6 address in brackets. */
    public String authority() {
        return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
    }
}

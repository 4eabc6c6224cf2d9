package dev.gibbon.core.decision;

import dev.gibbon.core.entity.Service;
import dev.gibbon.core.net.IpAddress;
import dev.gibbon.core.rule.Rule;
import dev.gibbon.core.rule.RuleOrigin;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Where the Services of a configuration are dialled on this host, after {@code origins}. */
final class HostServices {
    private final ConfigSnapshot config;
    private final LocalNode node;

    HostServices(ConfigSnapshot config, LocalNode node) {
        this.config = config;
        this.node = node;
    }

    /** The Service of that id; null if the configuration has none. */
    @Nullable Service service(UUID id) {
        return config.services().get(id);
    }

    /** Where a rule sends to; null if it has no Service. */
    @Nullable Upstream upstreamOf(Rule rule) {
        Service service = serviceOf(rule);
        return service == null ? null : upstream(service, rule.origin(), false);
    }

    /** A rule's Service; null if it has none. */
    @Nullable Service serviceOf(Rule rule) {
        UUID id = rule.service();
        return id == null ? null : config.services().get(id);
    }

    /** The Service's address on this node: after {@code origins}. */
    Upstream upstream(Service service, @Nullable RuleOrigin route, boolean lastHop) {
        for (Origin origin : node.origins()) {
            if (origin.fromScheme() == service.protocol()
                    && origin.fromPort() == service.port()
                    && origin.fromHost().equals(canonicalHost(service.host()))) {
                return new Upstream(
                        origin.toHost(),
                        origin.toPort(),
                        origin.toScheme(),
                        service,
                        route,
                        lastHop);
            }
        }
        return new Upstream(
                service.host(), service.port(), service.protocol(), service, route, lastHop);
    }

    private static String canonicalHost(String host) {
        return IpAddress.parse(host).map(IpAddress::toString).orElse(host);
    }
}

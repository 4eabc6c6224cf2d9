package dev.gibbon.sidecar.http;

import dev.gibbon.core.decision.Decisions;
import dev.gibbon.core.decision.DialPlan;
import dev.gibbon.core.decision.DialSource;
import dev.gibbon.core.decision.LegHeader;
import dev.gibbon.core.decision.Upstream;
import dev.gibbon.core.decision.UpstreamTls;
import dev.gibbon.core.entity.Protocol;
import dev.gibbon.core.net.IpAddress;
import dev.gibbon.core.net.IpPort;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which requests may share an upstream connection: those for which a new one would be dialled,
 * protected and announced in the same way. The client's port alone is left out. It is computed from
 * the configuration of the request, so that a changed configuration never uses a connection that
 * was protected in another way.
 *
 * @param plan how the address is dialled; null for a host name, which only the connector resolves
 * @param decider for a host name the configuration itself: what it resolves to may be dialled in
 *     another way under another one; null where the plan says it all
 * @param announced what the far sidecar is told, and whose address the application sees; null where
 *     neither is the case
 */
record PoolKey(
        String host,
        int port,
        Protocol protocol,
        @Nullable UUID service,
        @Nullable UUID route,
        @Nullable DialPlan plan,
        @Nullable Decisions decider,
        @Nullable Announced announced) {

    /** What a leg header says of the client, its port aside. */
    record Announced(
            IpAddress client, IpPort destination, Protocol clientScheme, @Nullable String sni) {}

    /** The key for an upstream that is dialled itself. */
    static PoolKey of(Decisions decider, Upstream upstream, LegHeader leg) {
        Announced announced = announced(leg);
        Optional<IpAddress> literal = IpAddress.parse(upstream.host());
        DialPlan plan =
                literal.map(ip ->
                                decider.dial(
                                        upstream,
                                        new IpPort(ip, upstream.port()),
                                        leg.source().ip()))
                        .orElse(null);
        return new PoolKey(
                upstream.host(),
                upstream.port(),
                upstream.protocol(),
                leg.service(),
                leg.route(),
                plan,
                plan == null ? decider : null,
                plan == null || showsClient(plan) ? announced : null);
    }

    /** The key for one endpoint of an upstream's destination. */
    static PoolKey of(Decisions decider, Upstream upstream, IpPort endpoint, LegHeader leg) {
        DialPlan plan = decider.dial(upstream, endpoint, leg.source().ip());
        return new PoolKey(
                endpoint.ip().toString(),
                endpoint.port(),
                upstream.protocol(),
                leg.service(),
                leg.route(),
                plan,
                null,
                showsClient(plan) ? announced(leg) : null);
    }

    private static Announced announced(LegHeader leg) {
        return new Announced(leg.source().ip(), leg.destination(), leg.clientScheme(), leg.sni());
    }

    private static boolean showsClient(DialPlan plan) {
        return switch (plan) {
            case DialPlan.Dial(_, UpstreamTls tls, DialSource source, boolean _) ->
                    source instanceof DialSource.Client
                            || tls instanceof UpstreamTls.Mesh
                            || tls instanceof UpstreamTls.Negotiated;
            case DialPlan.Refuse _ -> true;
        };
    }
}

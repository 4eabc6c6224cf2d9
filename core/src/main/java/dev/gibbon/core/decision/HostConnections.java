package dev.gibbon.core.decision;

import dev.gibbon.core.entity.Service;
import dev.gibbon.core.net.IpAddress;
import dev.gibbon.core.net.IpPort;
import dev.gibbon.core.route.FirstBytes;
import dev.gibbon.core.route.StreamSelection;
import dev.gibbon.core.rule.StreamRule;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What happens to connections that arrive at a plain host, by what is known of their first bytes:
 * mesh legs are accepted, rules take the others, and in strict mode nobody else comes in.
 */
final class HostConnections {
    private final ConfigSnapshot config;
    private final LocalNode node;
    private final HostServices services;

    HostConnections(ConfigSnapshot config, LocalNode node, HostServices services) {
        this.config = config;
        this.node = node;
        this.services = services;
    }

    /** Decides on a stream listener. */
    StreamDecision decide(Arrival arrival, FirstBytes bytes) {
        if (offersMesh(bytes)) {
            return new StreamDecision.AcceptMesh();
        }
        boolean mustBeMesh = node.strict() && isInbound(arrival);
        if (mustBeMesh && !(bytes instanceof FirstBytes.Unknown)) {
            return meshRequired(arrival);
        }
        StreamSelection selection =
                config.streams().select(arrival.client(), arrival.destination(), bytes);
        return switch (selection) {
            case StreamSelection.Selected(StreamRule rule) -> {
                StreamDecision decision = forward(rule, bytes);
                yield bytes instanceof FirstBytes.Unknown
                        ? whileSilent(arrival, decision, mustBeMesh)
                        : decision;
            }
            case StreamSelection.NeedsBytes(StreamRule silent, boolean decisive) -> {
                Upstream upstream =
                        silent == null || (decisive && !goesToDestination(arrival, silent))
                                ? null
                                : services.upstreamOf(silent);
                yield new StreamDecision.Wait(
                        maySpeculate(arrival, mustBeMesh, upstream) ? upstream : null);
            }
            case StreamSelection.None _ ->
                    bytes instanceof FirstBytes.Unknown && couldBeMesh(arrival)
                            ? new StreamDecision.Wait(null)
                            : noRoute();
        };
    }

    /**
     * The bytes cannot change the rule, but a mesh ClientHello would: a client that has to be heard
     * first is not given a connection to the application meanwhile, nor turned away.
     */
    private StreamDecision whileSilent(
            Arrival arrival, StreamDecision decision, boolean mustBeMesh) {
        if (decision instanceof StreamDecision.Forward(Upstream upstream, boolean _)) {
            return new StreamDecision.Wait(
                    maySpeculate(arrival, mustBeMesh, upstream) ? upstream : null);
        }
        return couldBeMesh(arrival) ? new StreamDecision.Wait(null) : decision;
    }

    private StreamDecision noRoute() {
        return config.revision() == 0
                ? new StreamDecision.Refuse(CloseReason.NOT_CONFIGURED, Decider.NOT_CONFIGURED)
                : new StreamDecision.Refuse(
                        CloseReason.NO_ROUTE, "no Route found with those values");
    }

    private boolean offersMesh(FirstBytes bytes) {
        return bytes instanceof FirstBytes.Tls tls
                && !config.meshAlpn().isEmpty()
                && tls.alpn().contains(config.meshAlpn());
    }

    /**
     * Whether the connection comes from elsewhere than the workload that this sidecar stands for.
     * In strict mode there always is one: without it, both directions look alike. A workload given
     * by its ports alone says nothing about who calls.
     */
    private boolean isInbound(Arrival arrival) {
        return !isFromWorkload(arrival);
    }

    private boolean isFromWorkload(Arrival arrival) {
        return node.workload().stream()
                .anyMatch(block -> {
                    var cidr = block.block();
                    return cidr != null && cidr.contains(arrival.client().ip());
                });
    }

    private boolean couldBeMesh(Arrival arrival) {
        return !config.meshAlpn().isEmpty() && !isFromWorkload(arrival);
    }

    /**
     * An upstream is dialled before the client has spoken only where a plain client is welcome: not
     * in strict mode, and not when the client is a sidecar that will send a ClientHello. It will
     * where the destination is registered or the Service is TLS; otherwise it dials plain, as this
     * node would.
     */
    private boolean maySpeculate(Arrival arrival, boolean mustBeMesh, @Nullable Upstream upstream) {
        if (mustBeMesh || upstream == null) {
            return false;
        }
        if (isFromWorkload(arrival) || !config.isSidecar(arrival.client().ip())) {
            return true;
        }
        Service service = upstream.service();
        boolean tls = service != null && service.protocol().isTls();
        IpPort destination = arrival.destination();
        return !tls && !node.isWorkload(destination) && config.member(destination).isEmpty();
    }

    private boolean goesToDestination(Arrival arrival, StreamRule rule) {
        Upstream upstream = services.upstreamOf(rule);
        return upstream != null
                && upstream.port() == arrival.destination().port()
                && IpAddress.parse(upstream.host())
                        .filter(ip -> ip.equals(arrival.destination().ip()))
                        .isPresent();
    }

    private StreamDecision forward(StreamRule rule, FirstBytes bytes) {
        Upstream upstream = services.upstreamOf(rule);
        if (upstream == null) {
            return new StreamDecision.Refuse(
                    CloseReason.NO_SERVICE,
                    "Route " + rule.origin().label() + " has no Service to send traffic to");
        }
        boolean terminate = rule.bytes() == StreamRule.Bytes.TLS && bytes instanceof FirstBytes.Tls;
        return new StreamDecision.Forward(upstream, terminate);
    }

    /** Decides on an HTTP listener; empty when HTTP may be spoken. */
    Optional<StreamDecision> onHttpListener(Arrival arrival, FirstBytes bytes) {
        if (offersMesh(bytes)) {
            return Optional.of(new StreamDecision.AcceptMesh());
        }
        if (node.strict() && isInbound(arrival)) {
            return Optional.of(meshRequired(arrival));
        }
        return Optional.empty();
    }

    private static StreamDecision meshRequired(Arrival arrival) {
        return new StreamDecision.Refuse(
                CloseReason.MESH_REQUIRED,
                "strict mode: the client at " + arrival.client() + " does not speak mesh TLS");
    }
}

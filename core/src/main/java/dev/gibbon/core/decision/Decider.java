package dev.gibbon.core.decision;

import dev.gibbon.core.entity.Protocol;
import dev.gibbon.core.entity.Service;
import dev.gibbon.core.net.IpAddress;
import dev.gibbon.core.net.IpPort;
import dev.gibbon.core.route.FirstBytes;
import dev.gibbon.core.route.HttpKey;
import dev.gibbon.core.route.HttpMatch;
import dev.gibbon.core.route.PathRewrite;
import dev.gibbon.core.rule.HttpRule;
import dev.gibbon.core.rule.RuleOrigin;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides for a sidecar on a plain host: a node that is a gateway, too, so that all that is no mesh
 * leg is routed, and what no rule takes is turned away. Pure and immutable: the same facts give the
 * same decision. Any thread may call.
 */
public final class Decider implements Decisions {
    static final String NOT_CONFIGURED =
            "no configuration yet: the control plane has not been reached";

    private static final Duration DEFAULT_SILENCE = Duration.ofSeconds(60);

    /**
     * A leg with HTTP in it rests in the near sidecar's pool between requests, and it is there that
     * each answer is waited for: here the leg must outlast both.
     */
    private static final Duration POOLED_LEG_MARGIN = Duration.ofMinutes(2);

    private final ConfigSnapshot config;
    private final HostServices services;
    private final HostConnections connections;
    private final HostLegs legs;
    private final HostDials dials;

    public Decider(ConfigSnapshot config, LocalNode node) {
        this.config = config;
        this.services = new HostServices(config, node);
        this.connections = new HostConnections(config, node, services);
        this.legs = new HostLegs(node, services);
        this.dials = new HostDials(config, node);
    }

    @Override
    public ConfigSnapshot config() {
        return config;
    }

    @Override
    public StreamDecision stream(Arrival arrival, FirstBytes bytes, Set<String> unanswered) {
        return stream(arrival, bytes);
    }

    /** Decides about a connection on a stream listener, by what is known of its first bytes. */
    public StreamDecision stream(Arrival arrival, FirstBytes bytes) {
        return connections.decide(arrival, bytes);
    }

    @Override
    public HttpDecision http(Arrival arrival, HttpKey request, Set<String> unanswered) {
        return http(request);
    }

    /** Decides about a request. */
    public HttpDecision http(HttpKey request) {
        Optional<HttpMatch> match = config.http().select(request);
        if (match.isEmpty() && config.revision() == 0) {
            return new HttpDecision.Respond(CloseReason.NOT_CONFIGURED, NOT_CONFIGURED, null);
        }
        if (match.isEmpty()) {
            return new HttpDecision.Respond(
                    CloseReason.NO_ROUTE, "no Route matched with those values", null);
        }
        HttpRule rule = match.get().rule();
        if (rule.requireHttps()) {
            return new HttpDecision.Respond(
                    CloseReason.HTTPS_REQUIRED, "Please use HTTPS protocol", rule.origin());
        }
        Service service = services.serviceOf(rule);
        if (service == null) {
            return new HttpDecision.Respond(
                    CloseReason.NO_SERVICE,
                    "Route " + rule.origin().label() + " has no Service to send requests to",
                    rule.origin());
        }
        String path =
                PathRewrite.upstreamPath(
                        service.path(),
                        request.path(),
                        match.get().matchedPath(),
                        rule.stripPath());
        return new HttpDecision.Forward(
                services.upstream(service, rule.origin(), false), path, rule.preserveHost());
    }

    @Override
    public Optional<StreamDecision> httpListener(Arrival arrival, FirstBytes bytes) {
        return connections.onHttpListener(arrival, bytes);
    }

    /**
     * {@inheritDoc} That is the original destination where the leg was intercepted, else the
     * workload's address that the header names, and nowhere else.
     */
    @Override
    public InboundDecision meshLeg(Arrival arrival, LegHeader header) {
        return legs.decide(arrival, header);
    }

    @Override
    public LegHeader leg(
            Arrival arrival, Upstream upstream, Protocol scheme, @Nullable String sni) {
        Service service = upstream.service();
        RuleOrigin route = upstream.route();
        return new LegHeader(
                arrival.client(),
                arrival.destination(),
                scheme,
                upstream.protocol(),
                sni,
                service == null ? null : service.id(),
                route == null ? null : route.id());
    }

    @Override
    public Optional<Duration> silence(Upstream upstream) {
        Service service = upstream.service();
        if (service == null) {
            return Optional.of(DEFAULT_SILENCE);
        }
        Duration timeout = Duration.ofMillis(service.readTimeout());
        return Optional.of(service.protocol().isHttp() ? timeout.plus(POOLED_LEG_MARGIN) : timeout);
    }

    @Override
    public DialPlan dial(Upstream upstream, IpPort address, IpAddress client) {
        return dials.plan(upstream, address, client);
    }
}

package dev.gibbon.core.decision;

import dev.gibbon.core.entity.Protocol;
import dev.gibbon.core.entity.Service;
import dev.gibbon.core.net.IpAddress;
import dev.gibbon.core.net.IpPort;
import dev.gibbon.core.route.FirstBytes;
import dev.gibbon.core.route.HttpKey;
import dev.gibbon.core.route.HttpMatch;
import dev.gibbon.core.route.PathRewrite;
import dev.gibbon.core.route.StreamSelection;
import dev.gibbon.core.rule.HttpRule;
import dev.gibbon.core.rule.Rule;
import dev.gibbon.core.rule.RuleOrigin;
import dev.gibbon.core.rule.StreamRule;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Decides for a sidecar on a plain host: a node that is a gateway, too, so that all that is no mesh
 * leg is routed, and what no rule takes is turned away. Pure and immutable: the same facts give the
 * same decision. Any thread may call.
 */
public final class Decider implements Decisions {
    private static final String NOT_CONFIGURED =
            "no configuration yet: the control plane has not been reached";

    private static final Duration DEFAULT_SILENCE = Duration.ofSeconds(60);

    /**
     * A leg with HTTP in it rests in the near sidecar's pool between requests, and it is there that
     * each answer is waited for: here the leg must outlast both.
     */
    private static final Duration POOLED_LEG_MARGIN = Duration.ofMinutes(2);

    private final ConfigSnapshot config;
    private final LocalNode node;

    public Decider(ConfigSnapshot config, LocalNode node) {
        this.config = config;
        this.node = node;
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
        if (offersMesh(bytes)) {
            return new StreamDecision.AcceptMesh();
        }
        boolean mustBeMesh = node.strict() && isInbound(arrival);
        if (mustBeMesh && !(bytes instanceof FirstBytes.Unknown)) {
            return new StreamDecision.Refuse(
                    CloseReason.MESH_REQUIRED,
                    "strict mode: the client at " + arrival.client() + " does not speak mesh TLS");
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
                                : upstreamOf(silent);
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
                ? new StreamDecision.Refuse(CloseReason.NOT_CONFIGURED, NOT_CONFIGURED)
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
        Upstream upstream = upstreamOf(rule);
        return upstream != null
                && upstream.port() == arrival.destination().port()
                && IpAddress.parse(upstream.host())
                        .filter(ip -> ip.equals(arrival.destination().ip()))
                        .isPresent();
    }

    private StreamDecision forward(StreamRule rule, FirstBytes bytes) {
        Upstream upstream = upstreamOf(rule);
        if (upstream == null) {
            return new StreamDecision.Refuse(
                    CloseReason.NO_SERVICE,
                    "Route " + rule.origin().label() + " has no Service to send traffic to");
        }
        boolean terminate = rule.bytes() == StreamRule.Bytes.TLS && bytes instanceof FirstBytes.Tls;
        return new StreamDecision.Forward(upstream, terminate);
    }

    private @Nullable Upstream upstreamOf(Rule rule) {
        Service service = serviceOf(rule);
        return service == null ? null : upstream(service, rule.origin(), false);
    }

    private @Nullable Service serviceOf(Rule rule) {
        UUID id = rule.service();
        return id == null ? null : config.services().get(id);
    }

    /** The Service's address on this node: after {@code origins}. */
    private Upstream upstream(Service service, @Nullable RuleOrigin route, boolean lastHop) {
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
        Service service = serviceOf(rule);
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
                upstream(service, rule.origin(), false), path, rule.preserveHost());
    }

    @Override
    public Optional<StreamDecision> httpListener(Arrival arrival, FirstBytes bytes) {
        if (offersMesh(bytes)) {
            return Optional.of(new StreamDecision.AcceptMesh());
        }
        if (node.strict() && isInbound(arrival)) {
            return Optional.of(
                    new StreamDecision.Refuse(
                            CloseReason.MESH_REQUIRED,
                            "strict mode: the client at "
                                    + arrival.client()
                                    + " does not speak mesh TLS"));
        }
        return Optional.empty();
    }

    /**
     * {@inheritDoc} That is the original destination where the leg was intercepted, else the
     * workload's address that the header names, and nowhere else.
     */
    @Override
    public InboundDecision meshLeg(Arrival arrival, LegHeader header) {
        IpPort target;
        if (arrival.intercepted()) {
            target = arrival.destination();
            if (!node.workload().isEmpty() && !node.isWorkload(target)) {
                return notLocal(target);
            }
        } else {
            target = header.destination();
            if (!node.isWorkload(target)) {
                return notLocal(target);
            }
        }
        if (node.isListener(target)) {
            return new InboundDecision.Refuse(
                    CloseReason.LOOP, "destination " + target + " is this sidecar's own listener");
        }
        UUID id = header.service();
        if (id == null) {
            return new InboundDecision.Deliver(
                    new Upstream(
                            target.ip().toString(), target.port(), Protocol.TCP, null, null, true),
                    header.source().ip());
        }
        Service service = config.services().get(id);
        if (service == null) {
            return new InboundDecision.Refuse(
                    CloseReason.UNKNOWN_SERVICE, "Service " + id + " is not known here");
        }
        Upstream configured = upstream(service, null, true);
        boolean replaced =
                configured.protocol() != service.protocol()
                        || !configured.host().equals(service.host())
                        || configured.port() != service.port();
        Upstream upstream =
                replaced
                        ? configured
                        : new Upstream(
                                target.ip().toString(),
                                target.port(),
                                service.protocol(),
                                service,
                                null,
                                true);
        return new InboundDecision.Deliver(upstream, header.source().ip());
    }

    private static InboundDecision notLocal(IpPort target) {
        return new InboundDecision.Refuse(
                CloseReason.NOT_LOCAL,
                "destination " + target + " is not an address of this sidecar's workload");
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
        if (node.isListener(address)) {
            return new DialPlan.Refuse(
                    CloseReason.LOOP, "upstream " + address + " is this sidecar's own listener");
        }
        boolean lastHop = upstream.lastHop() || node.isWorkload(address);
        DialSource source = source(upstream, lastHop, client);
        if (lastHop) {
            return new DialPlan.Dial(address, towardsApplication(upstream), source, true);
        }
        Optional<Member> member = config.member(address);
        if (member.isPresent()) {
            return new DialPlan.Dial(
                    address, new UpstreamTls.Mesh(member.get().identity()), source, false);
        }
        Service service = upstream.service();
        if (service != null && service.demandsVerification()) {
            return node.strict()
                    ? meshMissing(address)
                    : new DialPlan.Dial(
                            address,
                            new UpstreamTls.Verified(service.host(), service.ca()),
                            source,
                            false);
        }
        if (upstream.protocol().isTls()) {
            return config.meshAlpn().isEmpty() && !node.strict()
                    ? new DialPlan.Dial(
                            address,
                            new UpstreamTls.Unverified(serverName(upstream)),
                            source,
                            false)
                    : new DialPlan.Dial(
                            address,
                            new UpstreamTls.Negotiated(serverName(upstream), node.strict()),
                            source,
                            false);
        }
        return node.strict()
                ? meshMissing(address)
                : new DialPlan.Dial(address, new UpstreamTls.None(), source, false);
    }

    private static DialPlan meshMissing(IpPort address) {
        return new DialPlan.Refuse(
                CloseReason.UPSTREAM_NOT_MESH,
                "strict mode: " + address + " is not known to be in the mesh");
    }

    private static UpstreamTls towardsApplication(Upstream upstream) {
        if (!upstream.protocol().isTls()) {
            return new UpstreamTls.None();
        }
        Service service = upstream.service();
        return service != null && service.demandsVerification()
                ? new UpstreamTls.Verified(service.host(), service.ca())
                : new UpstreamTls.Unverified(serverName(upstream));
    }

    /** A host name is sent as SNI; RFC 6066 section 3 does not permit addresses there. */
    private static @Nullable String serverName(Upstream upstream) {
        return IpAddress.parse(upstream.host()).isPresent() ? null : upstream.host();
    }

    private DialSource source(Upstream upstream, boolean lastHop, IpAddress client) {
        IpAddress bind = upstream.protocol().isHttp() ? node.httpBind() : node.streamBind();
        if (bind != null) {
            return new DialSource.Fixed(bind);
        }
        return lastHop && node.keepClientAddress()
                ? new DialSource.Client(client)
                : new DialSource.Any();
    }
}

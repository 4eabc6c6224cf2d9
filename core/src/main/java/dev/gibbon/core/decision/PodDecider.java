package dev.gibbon.core.decision;

import dev.gibbon.core.destination.Destination;
import dev.gibbon.core.destination.Endpoint;
import dev.gibbon.core.entity.Protocol;
import dev.gibbon.core.entity.Service;
import dev.gibbon.core.net.IpAddress;
import dev.gibbon.core.net.IpPort;
import dev.gibbon.core.route.FirstBytes;
import dev.gibbon.core.route.HttpKey;
import dev.gibbon.core.setting.MeshMode;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides for a sidecar in a pod, which the application must not notice. What the application dials
 * arrives at the outbound listener, where rules or the destination's endpoints say where it goes,
 * and without either it goes where it was dialled. What is meant for the application arrives at the
 * inbound listener and is delivered, never routed. Pure and immutable; any thread may call.
 */
public final class PodDecider implements Decisions {
    private final ConfigSnapshot config;
    private final PodNode pod;
    private final PodOutbound outbound;
    private final PodInbound inbound;

    public PodDecider(ConfigSnapshot config, PodNode pod) {
        this.config = config;
        this.pod = pod;
        this.outbound = new PodOutbound(config, pod);
        this.inbound = new PodInbound(config, pod);
    }

    @Override
    public ConfigSnapshot config() {
        return config;
    }

    private boolean isInbound(Arrival arrival) {
        return arrival.listener().port() == pod.inbound();
    }

    @Override
    public StreamDecision stream(Arrival arrival, FirstBytes bytes, Set<String> unanswered) {
        if (pod.isListener(arrival.destination())) {
            return new StreamDecision.Refuse(
                    CloseReason.LOOP,
                    "destination " + arrival.destination() + " is this sidecar's own listener");
        }
        if (config.revision() == 0) {
            return new StreamDecision.Refuse(
                    CloseReason.NOT_CONFIGURED,
                    "no configuration yet: the control plane has not been reached");
        }
        return isInbound(arrival)
                ? inbound.decide(arrival, bytes)
                : outbound.decide(arrival, bytes, unanswered);
    }

    /** There are no such listeners in a pod. */
    @Override
    public Optional<StreamDecision> httpListener(Arrival arrival, FirstBytes bytes) {
        return Optional.of(stream(arrival, bytes, Set.of()));
    }

    @Override
    public HttpDecision http(Arrival arrival, HttpKey request, Set<String> unanswered) {
        return outbound.decide(arrival, request, unanswered);
    }

    /**
     * {@inheritDoc} That is the original destination, which is the pod's own; the header's upstream
     * protocol says whether the application speaks TLS there. The client is the peer: its
     * certificate names the address that it comes from, and the header proves nothing.
     */
    @Override
    public InboundDecision meshLeg(Arrival arrival, LegHeader header) {
        Protocol protocol = header.upstreamProtocol().isTls() ? Protocol.TLS : Protocol.TCP;
        return isInbound(arrival)
                ? new InboundDecision.Deliver(
                        PodInbound.application(arrival, protocol), arrival.client().ip())
                : new InboundDecision.Refuse(
                        CloseReason.NOT_LOCAL,
                        "mesh TLS on the outbound listener, which is for the application");
    }

    @Override
    public DialPlan dial(Upstream upstream, IpPort address, IpAddress client) {
        if (pod.isListener(address)) {
            return new DialPlan.Refuse(
                    CloseReason.LOOP, "upstream " + address + " is this sidecar's own listener");
        }
        if (upstream.lastHop()) {
            return new DialPlan.Dial(
                    address, towardsApplication(upstream), new DialSource.Client(client), true);
        }
        if (pod.isHere(address.ip())) {
            // The pod's own Service: what the kernel takes is the pod's own address.
            return new DialPlan.Dial(
                    address, towardsApplication(upstream), new DialSource.Any(), true);
        }
        return new DialPlan.Dial(
                address, protection(upstream, address), new DialSource.Any(), false);
    }

    private UpstreamTls protection(Upstream upstream, IpPort address) {
        String identity = identity(upstream, address);
        if (identity != null) {
            return new UpstreamTls.Mesh(identity);
        }
        Service service = upstream.service();
        if (service != null && service.demandsVerification()) {
            return new UpstreamTls.Verified(
                    service.host(), service.ca(), service.clientCertificate());
        }
        return towardsApplication(upstream);
    }

    /** Whom the endpoint's sidecar must prove to be; null for an endpoint without a sidecar. */
    private @Nullable String identity(Upstream upstream, IpPort address) {
        Destination destination = upstream.destination();
        if (destination != null) {
            for (Endpoint endpoint : destination.endpoints()) {
                if (endpoint.address().equals(address) && endpoint.identity() != null) {
                    return endpoint.identity().toString();
                }
            }
        }
        return config.member(address).map(Member::identity).orElse(null);
    }

    private static UpstreamTls towardsApplication(Upstream upstream) {
        Service service = upstream.service();
        return upstream.protocol().isTls()
                ? new UpstreamTls.Unverified(
                        IpAddress.parse(upstream.host()).isPresent() ? null : upstream.host(),
                        service == null ? null : service.clientCertificate())
                : new UpstreamTls.None();
    }

    /** Without the Service's id, which the far side need not know: Services have a scope. */
    @Override
    public LegHeader leg(
            Arrival arrival, Upstream upstream, Protocol scheme, @Nullable String sni) {
        return new LegHeader(
                arrival.client(),
                arrival.destination(),
                scheme,
                upstream.protocol(),
                sni,
                null,
                upstream.route() == null ? null : upstream.route().id());
    }

    /** Only what a rule has sent to a Service is ended for silence. */
    @Override
    public Optional<Duration> silence(Upstream upstream) {
        return Optional.ofNullable(upstream.service())
                .map(service -> Duration.ofMillis(service.readTimeout()));
    }

    static boolean isStrict(ConfigSnapshot config) {
        return config.mode() == MeshMode.STRICT;
    }
}

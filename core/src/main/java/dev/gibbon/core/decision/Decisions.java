package dev.gibbon.core.decision;

import dev.gibbon.core.entity.Protocol;
import dev.gibbon.core.net.IpAddress;
import dev.gibbon.core.net.IpPort;
import dev.gibbon.core.route.FirstBytes;
import dev.gibbon.core.route.HttpKey;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What happens to connections and requests, for one sidecar and one configuration: a {@link
 * Decider} on a plain host, a {@link PodDecider} in a pod. Pure and immutable: the same facts give
 * the same decision. Any thread may call.
 */
public sealed interface Decisions permits Decider, PodDecider {

    /** What is decided by. */
    ConfigSnapshot config();

    /**
     * Decides about a connection on a listener that is not for HTTP alone, by what is known of its
     * first bytes.
     *
     * @param unanswered ids that the control plane was asked for in vain; see {@link
     *     StreamDecision.Ask}
     */
    StreamDecision stream(Arrival arrival, FirstBytes bytes, Set<String> unanswered);

    /**
     * Decides about a connection on an HTTP listener whose first bytes are known: whether it may
     * speak HTTP here at all.
     *
     * @return empty when it may
     */
    Optional<StreamDecision> httpListener(Arrival arrival, FirstBytes bytes);

    /**
     * Decides about a request.
     *
     * @param arrival the connection that it came on
     * @param unanswered ids that the control plane was asked for in vain; see {@link
     *     HttpDecision.Ask}
     */
    HttpDecision http(Arrival arrival, HttpKey request, Set<String> unanswered);

    /** Decides where a mesh leg goes whose peer has been verified. */
    InboundDecision meshLeg(Arrival arrival, LegHeader header);

    /**
     * Decides how one address of an upstream is dialled.
     *
     * @param address a resolved address of its host, or one of its destination's endpoints
     * @param client the real client
     */
    DialPlan dial(Upstream upstream, IpPort address, IpAddress client);

    /**
     * What the sidecar at the other end is told if the connection becomes a mesh leg.
     *
     * @param scheme what the client speaks
     * @param sni the server name that the client asked for; null for none
     */
    LegHeader leg(Arrival arrival, Upstream upstream, Protocol scheme, @Nullable String sni);

    /** How long both directions of a relay may be silent before it is ended; empty for ever. */
    Optional<Duration> silence(Upstream upstream);
}

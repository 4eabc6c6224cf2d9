package dev.gibbon.core.decision;

import dev.gibbon.core.destination.Destination;
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
import dev.gibbon.core.rule.StreamRule;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What happens to connections that a pod's application has dialled, and to the requests on them: a
 * rule's Service, else the endpoints of what was dialled, else what was dialled. It is asked for
 * first where an address leads, for that may be many.
 */
final class PodOutbound {
    /**
     * Most clients speak at once, and then nothing was dialled in vain. Small beside what a
     * connection takes to be made.
     */
    static final Duration CLIENT_SILENCE = Duration.ofMillis(3);

    private final ConfigSnapshot config;
    private final PodNode pod;

    PodOutbound(ConfigSnapshot config, PodNode pod) {
        this.config = config;
        this.pod = pod;
    }

    StreamDecision decide(Arrival arrival, FirstBytes bytes, Set<String> unanswered) {
        IpPort dialled = arrival.destination();
        if (pod.isHere(dialled.ip())) {
            return new StreamDecision.Forward(itself(dialled), false);
        }
        Upstream destination = destination(dialled);
        String unknown = unknown(destination, unanswered);
        if (unknown != null) {
            return new StreamDecision.Ask(unknown);
        }
        if (mustKnow(destination, unanswered)) {
            return refuseUnknown(destination);
        }
        StreamSelection selection = config.streams().select(arrival.client(), dialled, bytes);
        Rule rule =
                switch (selection) {
                    case StreamSelection.Selected(StreamRule selected) -> selected;
                    case StreamSelection.NeedsBytes(StreamRule silent, boolean _) -> silent;
                    case StreamSelection.None _ -> null;
                };
        Upstream upstream = destination;
        if (rule != null) {
            Service service = serviceOf(rule);
            if (service == null) {
                return new StreamDecision.Refuse(CloseReason.NO_SERVICE, noService(rule));
            }
            upstream = upstream(service, rule);
            String open = unknown(upstream, unanswered);
            if (open != null) {
                return new StreamDecision.Ask(open);
            }
            if (mustKnow(upstream, unanswered)) {
                return refuseUnknown(upstream);
            }
        }
        return switch (bytes) {
            case FirstBytes.Unknown _ -> whileSilent(arrival, selection, destination, upstream);
            case FirstBytes.Plain _ ->
                    mayBeRequests(arrival, destination)
                            ? new StreamDecision.Requests(upstream)
                            : new StreamDecision.Forward(upstream, false);
            // The application's own TLS goes through as it is, and none is put around it.
            case FirstBytes.Tls _ -> new StreamDecision.Forward(asBytes(upstream), false);
        };
    }

    private StreamDecision whileSilent(
            Arrival arrival, StreamSelection selection, Upstream destination, Upstream upstream) {
        boolean requests = mayBeRequests(arrival, destination);
        boolean bytesMatter =
                requests
                        || upstream.protocol().isTls()
                        || (selection instanceof StreamSelection.NeedsBytes(var _, boolean decisive)
                                && decisive);
        if (!bytesMatter) {
            return new StreamDecision.Forward(upstream, false);
        }
        // HTTP clients speak first, where the application has said that it is HTTP.
        return isDeclaredHttp(destination)
                ? new StreamDecision.Wait(null)
                : new StreamDecision.Wait(upstream, CLIENT_SILENCE);
    }

    private boolean mayBeRequests(Arrival arrival, Upstream destination) {
        return isDeclaredHttp(destination)
                || config.http().mayTakePlainRequests(arrival.destination());
    }

    private static boolean isDeclaredHttp(Upstream upstream) {
        Destination destination = upstream.destination();
        return destination != null && destination.http();
    }

    HttpDecision decide(Arrival arrival, HttpKey request, Set<String> unanswered) {
        Upstream destination = destination(arrival.destination());
        Optional<HttpMatch> match = config.http().select(request);
        if (match.isEmpty()) {
            return passThrough(arrival, request, destination, unanswered);
        }
        HttpRule rule = match.get().rule();
        if (rule.requireHttps()) {
            return new HttpDecision.Respond(
                    CloseReason.HTTPS_REQUIRED, "Please use HTTPS protocol", rule.origin());
        }
        Service service = serviceOf(rule);
        if (service == null) {
            return new HttpDecision.Respond(CloseReason.NO_SERVICE, noService(rule), rule.origin());
        }
        String path =
                PathRewrite.upstreamPath(
                        service.path(),
                        request.path(),
                        match.get().matchedPath(),
                        rule.stripPath());
        return forward(
                new HttpDecision.Forward(upstream(service, rule), path, rule.preserveHost()),
                unanswered);
    }

    /** A rule for the connection, else the destination; the request stays as it is. */
    private HttpDecision passThrough(
            Arrival arrival, HttpKey request, Upstream destination, Set<String> unanswered) {
        StreamSelection selection =
                config.streams()
                        .select(arrival.client(), arrival.destination(), new FirstBytes.Plain());
        Upstream upstream = destination;
        if (selection instanceof StreamSelection.Selected(StreamRule rule)) {
            Service service = serviceOf(rule);
            if (service == null) {
                return new HttpDecision.Respond(
                        CloseReason.NO_SERVICE, noService(rule), rule.origin());
            }
            upstream = upstream(service, rule);
        }
        return forward(new HttpDecision.Forward(upstream, request.path(), true, true), unanswered);
    }

    private HttpDecision forward(HttpDecision.Forward decision, Set<String> unanswered) {
        Upstream upstream = decision.upstream();
        String open = unknown(upstream, unanswered);
        if (open != null) {
            return new HttpDecision.Ask(open);
        }
        return mustKnow(upstream, unanswered)
                ? new HttpDecision.Respond(
                        CloseReason.DESTINATION_UNKNOWN, notAnswered(upstream), upstream.route())
                : decision;
    }

    private static Upstream itself(IpPort address) {
        return new Upstream(
                address.ip().toString(), address.port(), Protocol.TCP, null, null, false);
    }

    /** What was dialled, with its endpoints if it has some. */
    private Upstream destination(IpPort dialled) {
        return new Upstream(
                dialled.ip().toString(),
                dialled.port(),
                Protocol.TCP,
                null,
                null,
                false,
                endpointsOf(dialled.toString()));
    }

    private Upstream upstream(Service service, Rule rule) {
        String host =
                IpAddress.parse(service.host()).map(IpAddress::toString).orElse(service.host());
        Upstream named =
                new Upstream(
                        host, service.port(), service.protocol(), service, rule.origin(), false);
        return new Upstream(
                host,
                service.port(),
                service.protocol(),
                service,
                rule.origin(),
                false,
                endpointsOf(named.authority()));
    }

    private static Upstream asBytes(Upstream upstream) {
        return new Upstream(
                upstream.host(),
                upstream.port(),
                Protocol.TCP,
                upstream.service(),
                upstream.route(),
                upstream.lastHop(),
                upstream.destination());
    }

    private @Nullable Destination endpointsOf(String id) {
        return config.destinations().getOrDefault(id, Optional.empty()).orElse(null);
    }

    /** What has to be asked for before an upstream can be used; null when enough is known. */
    private @Nullable String unknown(Upstream upstream, Set<String> unanswered) {
        String id = upstream.authority();
        return isKnown(upstream) || unanswered.contains(id) ? null : id;
    }

    private boolean isKnown(Upstream upstream) {
        return config.destinations().containsKey(upstream.authority())
                || IpAddress.parse(upstream.host())
                        .map(ip -> new IpPort(ip, upstream.port()))
                        .filter(address ->
                                pod.isHere(address.ip()) || config.member(address).isPresent())
                        .isPresent();
    }

    /** Whether it must not be used for not being known: it may be in the mesh. */
    private boolean mustKnow(Upstream upstream, Set<String> unanswered) {
        return PodDecider.isStrict(config)
                && !isKnown(upstream)
                && unanswered.contains(upstream.authority());
    }

    private static StreamDecision refuseUnknown(Upstream upstream) {
        return new StreamDecision.Refuse(CloseReason.DESTINATION_UNKNOWN, notAnswered(upstream));
    }

    private static String notAnswered(Upstream upstream) {
        return "strict mode: the control plane has not said where "
                + upstream.authority()
                + " leads";
    }

    private @Nullable Service serviceOf(Rule rule) {
        UUID id = rule.service();
        return id == null ? null : config.services().get(id);
    }

    private static String noService(Rule rule) {
        return "Route " + rule.origin().label() + " has no Service to send traffic to";
    }
}

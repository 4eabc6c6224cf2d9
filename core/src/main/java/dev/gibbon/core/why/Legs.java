package dev.gibbon.core.why;

import dev.gibbon.core.decision.Decisions;
import dev.gibbon.core.decision.DialPlan;
import dev.gibbon.core.decision.DialSource;
import dev.gibbon.core.decision.Upstream;
import dev.gibbon.core.decision.UpstreamTls;
import dev.gibbon.core.destination.Destination;
import dev.gibbon.core.entity.Service;
import dev.gibbon.core.net.IpAddress;
import dev.gibbon.core.net.IpPort;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** The way to an upstream, explained. */
final class Legs {
    private static final long SAME_EACH_TIME = 1;

    private final Decisions decider;
    private final NameLookup names;

    Legs(Decisions decider, NameLookup names) {
        this.decider = decider;
        this.names = names;
    }

    Explanation.Leg explain(Upstream upstream, @Nullable String path, IpAddress client) {
        Service service = upstream.service();
        String name =
                service == null
                        ? null
                        : service.name() == null ? service.id().toString() : service.name();
        String target = Outcomes.target(upstream);
        String configured = configured(upstream);
        Destination destination = upstream.destination();
        if (destination != null && destination.endpoints().isEmpty()) {
            return new Explanation.Leg(
                    name,
                    target,
                    configured,
                    null,
                    null,
                    path,
                    Protection.REFUSED,
                    null,
                    destination.name() + " has no endpoint that is ready");
        }
        Optional<IpPort> dialled = destination == null ? resolved(upstream) : endpoint(destination);
        if (dialled.isEmpty()) {
            return new Explanation.Leg(
                    name, target, configured, null, null, path, Protection.UNKNOWN, null, null);
        }
        IpPort address = dialled.get();
        return switch (decider.dial(upstream, address, client)) {
            case DialPlan.Refuse refuse ->
                    new Explanation.Leg(
                            name,
                            target,
                            configured,
                            address.toString(),
                            null,
                            path,
                            Protection.REFUSED,
                            null,
                            refuse.reason().label() + ": " + refuse.detail());
            case DialPlan.Dial dial ->
                    new Explanation.Leg(
                            name,
                            target,
                            configured,
                            address.toString(),
                            text(dial.source()),
                            path,
                            protection(dial.tls()),
                            dial.tls() instanceof UpstreamTls.Mesh(String identity)
                                    ? identity
                                    : null,
                            null);
        };
    }

    private Optional<IpPort> resolved(Upstream upstream) {
        return IpAddress.parse(upstream.host())
                .or(() -> names.address(upstream.host()))
                .map(ip -> new IpPort(ip, upstream.port()));
    }

    /** One of those that are tried first; which of them it will be is left to chance and load. */
    private Optional<IpPort> endpoint(Destination destination) {
        return decider
                .config()
                .choice(destination)
                .order(_ -> 0, new SplittableRandom(SAME_EACH_TIME), 1)
                .stream()
                .findFirst();
    }

    private static @Nullable String configured(Upstream upstream) {
        Service service = upstream.service();
        if (service == null) {
            return null;
        }
        Upstream asWritten =
                new Upstream(
                        service.host(), service.port(), service.protocol(), service, null, false);
        String text = Outcomes.target(asWritten);
        return text.equals(Outcomes.target(upstream)) ? null : text;
    }

    private static String text(DialSource source) {
        return switch (source) {
            case DialSource.Any _ -> "any address of this node";
            case DialSource.Fixed(IpAddress address) -> address.toString();
            case DialSource.Client(IpAddress address) -> address + " (the client's own)";
        };
    }

    private static Protection protection(UpstreamTls tls) {
        return switch (tls) {
            case UpstreamTls.None _ -> Protection.NONE;
            case UpstreamTls.Mesh _ -> Protection.MESH;
            case UpstreamTls.Negotiated negotiated ->
                    negotiated.required() ? Protection.MESH_REQUIRED : Protection.NEGOTIATED;
            case UpstreamTls.Unverified _ -> Protection.UNVERIFIED;
            case UpstreamTls.Verified _ -> Protection.VERIFIED;
        };
    }
}

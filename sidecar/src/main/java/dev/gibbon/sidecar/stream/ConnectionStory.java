package dev.gibbon.sidecar.stream;

import dev.gibbon.core.decision.Arrival;
import dev.gibbon.core.decision.CloseReason;
import dev.gibbon.core.decision.LegHeader;
import dev.gibbon.core.decision.Upstream;
import dev.gibbon.core.decision.UpstreamTls;
import dev.gibbon.core.destination.Destination;
import dev.gibbon.core.entity.Protocol;
import dev.gibbon.core.entity.Service;
import dev.gibbon.core.log.Log;
import dev.gibbon.sidecar.telemetry.AccessRecord;
import dev.gibbon.sidecar.upstream.UpstreamConnection;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one connection while it lives, and the one record of it at its end. Confined to
 * the connection's event loop.
 */
final class ConnectionStory {
    private final Surroundings surroundings;
    private final Arrival arrival;
    private final long startedMillis;
    private final long startedNanos = System.nanoTime();
    private Protocol protocol = Protocol.TCP;
    private @Nullable String sni;
    private @Nullable String clientIdentity;
    private @Nullable LegHeader leg;
    private @Nullable Upstream upstream;
    private @Nullable UpstreamConnection connection;
    private boolean meshIn;
    private boolean told;

    ConnectionStory(Surroundings surroundings, Arrival arrival) {
        this.surroundings = surroundings;
        this.arrival = arrival;
        this.startedMillis = surroundings.clock().millis();
    }

    void clientSpeaks(Protocol protocol, @Nullable String sni) {
        this.protocol = protocol;
        this.sni = sni;
    }

    void clientIsMesh(@Nullable String identity) {
        meshIn = true;
        clientIdentity = identity;
    }

    void legSays(LegHeader header) {
        leg = header;
        protocol = header.clientScheme();
        sni = header.sni();
    }

    void goesTo(Upstream upstream) {
        this.upstream = upstream;
    }

    void reached(UpstreamConnection connection) {
        this.connection = connection;
        if (surroundings.log().isEnabled(Log.Level.INFO)) {
            surroundings
                    .log()
                    .info(
                            "client " + arrival.client() + " connected to " + connection.address(),
                            "listener",
                            arrival.listener(),
                            "destination",
                            arrival.destination(),
                            "mesh_in",
                            meshIn,
                            "upstream_tls",
                            tlsLabel(connection.tls()));
        }
    }

    boolean isTold() {
        return told;
    }

    /** Writes the record; only the first call counts. */
    void end(long received, long sent, CloseReason reason, @Nullable String detail) {
        if (told) {
            return;
        }
        told = true;
        Service service = upstream == null ? null : upstream.service();
        Destination destination = upstream == null ? null : upstream.destination();
        surroundings
                .telemetry()
                .record(
                        new AccessRecord(
                                startedMillis,
                                System.nanoTime() - startedNanos,
                                protocol,
                                arrival,
                                leg == null ? arrival.client() : leg.source(),
                                meshIn,
                                clientIdentity,
                                sni,
                                upstream == null ? null : upstream.route(),
                                service == null ? null : service.id(),
                                service == null ? null : service.name(),
                                destination == null ? null : destination.name(),
                                connection == null ? null : connection.address(),
                                connection == null ? null : tlsLabel(connection.tls()),
                                connection == null ? null : connection.identity(),
                                received,
                                sent,
                                reason,
                                detail,
                                null));
        if (reason == CloseReason.FINISHED) {
            surroundings
                    .log()
                    .debug(
                            "connection ended",
                            "client",
                            arrival.client(),
                            "reason",
                            reason.label());
        } else {
            surroundings
                    .log()
                    .info(
                            "connection ended",
                            "client",
                            arrival.client(),
                            "destination",
                            arrival.destination(),
                            "reason",
                            reason.label(),
                            "detail",
                            detail == null ? "" : detail);
        }
    }

    private static String tlsLabel(UpstreamTls tls) {
        return switch (tls) {
            case UpstreamTls.None _ -> "none";
            case UpstreamTls.Mesh _ -> "mesh";
            case UpstreamTls.Negotiated _, UpstreamTls.Unverified _ -> "unverified";
            case UpstreamTls.Verified _ -> "verified";
        };
    }
}

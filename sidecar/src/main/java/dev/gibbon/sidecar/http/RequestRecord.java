package dev.gibbon.sidecar.http;

import dev.gibbon.core.decision.Arrival;
import dev.gibbon.core.decision.CloseReason;
import dev.gibbon.core.decision.Upstream;
import dev.gibbon.core.decision.UpstreamTls;
import dev.gibbon.core.destination.Destination;
import dev.gibbon.core.entity.Protocol;
import dev.gibbon.core.entity.Service;
import dev.gibbon.core.rule.RuleOrigin;
import dev.gibbon.sidecar.telemetry.AccessRecord;
import dev.gibbon.sidecar.telemetry.Telemetry;
import dev.gibbon.sidecar.upstream.UpstreamConnection;
import org.jspecify.annotations.Nullable;

/** Collects what is said of one request at its end, and says it once. */
final class RequestRecord {
    private final Arrival arrival;
    private final Protocol scheme;
    private final @Nullable String sni;
    private final @Nullable RequestHead request;
    private final RequestStart start;

    private @Nullable RuleOrigin route;
    private @Nullable Service service;
    private @Nullable Destination destination;
    private @Nullable UpstreamConnection connection;
    private int status;
    private long received;
    private long sent;
    private boolean ended;

    RequestRecord(
            Arrival arrival,
            Protocol scheme,
            @Nullable String sni,
            @Nullable RequestHead request,
            RequestStart start) {
        this.arrival = arrival;
        this.scheme = scheme;
        this.sni = sni;
        this.request = request;
        this.start = start;
    }

    long startedNanos() {
        return start.nanos();
    }

    void route(@Nullable RuleOrigin route) {
        this.route = route;
    }

    void upstream(Upstream upstream) {
        route = upstream.route();
        service = upstream.service();
        destination = upstream.destination();
    }

    void connected(UpstreamConnection connection) {
        this.connection = connection;
    }

    void status(int status) {
        this.status = status;
    }

    void received(long bytes) {
        received += bytes;
    }

    void sent(long bytes) {
        sent += bytes;
    }

    /** Reports; later calls do nothing. */
    void end(Telemetry telemetry, CloseReason reason, @Nullable String detail) {
        if (ended) {
            return;
        }
        ended = true;
        Authority authority = request == null ? null : request.authority();
        telemetry.record(
                new AccessRecord(
                        start.millis(),
                        System.nanoTime() - start.nanos(),
                        scheme,
                        arrival,
                        arrival.client(),
                        false,
                        null,
                        sni,
                        route,
                        service == null ? null : service.id(),
                        service == null ? null : service.name(),
                        destination == null ? null : destination.name(),
                        connection == null ? null : connection.address(),
                        connection == null ? null : label(connection.tls()),
                        connection == null ? null : connection.identity(),
                        received,
                        sent,
                        reason,
                        detail,
                        new AccessRecord.Request(
                                request == null ? "" : request.method(),
                                authority == null ? "" : authority.host(),
                                request == null ? "" : request.path(),
                                status)));
    }

    private static String label(UpstreamTls tls) {
        return switch (tls) {
            case UpstreamTls.None _ -> "none";
            case UpstreamTls.Mesh _ -> "mesh";
            case UpstreamTls.Negotiated _, UpstreamTls.Unverified _ -> "unverified";
            case UpstreamTls.Verified _ -> "verified";
        };
    }
}

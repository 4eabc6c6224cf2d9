package dev.gibbon.sidecar.stream;

import dev.gibbon.core.decision.Decisions;
import dev.gibbon.core.log.Log;
import dev.gibbon.sidecar.listener.HttpEntry;
import dev.gibbon.sidecar.listener.Limits;
import dev.gibbon.sidecar.telemetry.Telemetry;
import dev.gibbon.sidecar.tls.DefaultServerTls;
import dev.gibbon.sidecar.tls.MeshServerTls;
import dev.gibbon.sidecar.upstream.Balancer;
import dev.gibbon.sidecar.upstream.Connector;
import dev.gibbon.sidecar.upstream.Destinations;
import dev.gibbon.sidecar.upstream.OwnConnections;
import java.time.Clock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What every accepted connection of a sidecar works with.
 *
 * @param defaultTls ends the TLS of clients that are not of the mesh; null where none is ended
 */
public record Surroundings(
        Supplier<? extends Decisions> decider,
        Connector connector,
        Balancer balancer,
        Destinations destinations,
        OwnConnections own,
        @Nullable DefaultServerTls defaultTls,
        MeshServerTls meshTls,
        HttpEntry http,
        Telemetry telemetry,
        Log log,
        Limits limits,
        Clock clock) {}

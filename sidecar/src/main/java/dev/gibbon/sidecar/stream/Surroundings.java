package dev.gibbon.sidecar.stream;

import dev.gibbon.core.decision.Decider;
import dev.gibbon.core.log.Log;
import dev.gibbon.sidecar.listener.HttpEntry;
import dev.gibbon.sidecar.listener.Limits;
import dev.gibbon.sidecar.telemetry.Telemetry;
import dev.gibbon.sidecar.tls.DefaultServerTls;
import dev.gibbon.sidecar.tls.MeshServerTls;
import dev.gibbon.sidecar.upstream.Connector;
import dev.gibbon.sidecar.upstream.OwnConnections;
import java.time.Clock;
import java.util.function.Supplier;

/** What every accepted connection of a sidecar works with. */
public record Surroundings(
        Supplier<Decider> decider,
        Connector connector,
        OwnConnections own,
        DefaultServerTls defaultTls,
        MeshServerTls meshTls,
        HttpEntry http,
        Telemetry telemetry,
        Log log,
        Limits limits,
        Clock clock) {}

package dev.gibbon.sidecar.telemetry;

import dev.gibbon.core.decision.CloseReason;
import dev.gibbon.core.entity.Protocol;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts what happens, for Prometheus. All series are known beforehand: labels come from closed
 * sets and never from peers, so that no client can make the sidecar remember more ({@code
 * docs/metrics.md} lists them). Any thread may call; takes no lock.
 */
public final class Metrics implements Telemetry {
    private static final List<String> MESH = List.of("none", "in", "out", "both");

    /** By the first digit; 0 when no answer was sent. */
    private static final List<String> CLASSES = List.of("none", "1xx", "2xx", "3xx", "4xx", "5xx");

    private final String version;
    private final LongAdder opened = new LongAdder();
    private final LongAdder closed = new LongAdder();
    private final Map<Protocol, List<Map<CloseReason, LongAdder>>> streams = byReason(MESH.size());
    private final Map<Protocol, List<Map<CloseReason, LongAdder>>> requests =
            byReason(CLASSES.size());
    private final Map<Protocol, LongAdder> received = counts(Protocol.class);
    private final Map<Protocol, LongAdder> sent = counts(Protocol.class);
    private final Map<CloseReason, LongAdder> connects = counts(CloseReason.class);
    private final Histogram connectDuration = new Histogram();
    private final Histogram requestDuration = new Histogram();
    private final LongAdder dropped = new LongAdder();
    private final LongAdder unanswered = new LongAdder();
    private final LongAdder configRejected = new LongAdder();
    private final AtomicLong revision = new AtomicLong();
    private final AtomicLong certificateExpiry = new AtomicLong();

    /**
     * @param version of this program
     */
    public Metrics(String version) {
        this.version = version;
    }

    /** Complete from the start and never changed, so that threads may share it. */
    private static <K extends Enum<K>> Map<K, LongAdder> counts(Class<K> keys) {
        Map<K, LongAdder> counts = new EnumMap<>(keys);
        for (K key : keys.getEnumConstants()) {
            counts.put(key, new LongAdder());
        }
        return Collections.unmodifiableMap(counts);
    }

    private static Map<Protocol, List<Map<CloseReason, LongAdder>>> byReason(int groups) {
        Map<Protocol, List<Map<CloseReason, LongAdder>>> all = new EnumMap<>(Protocol.class);
        for (Protocol protocol : Protocol.values()) {
            List<Map<CloseReason, LongAdder>> list = new ArrayList<>();
            for (int i = 0; i < groups; i++) {
                list.add(counts(CloseReason.class));
            }
            all.put(protocol, List.copyOf(list));
        }
        return Collections.unmodifiableMap(all);
    }

    private static <K> LongAdder at(Map<K, LongAdder> counts, K key) {
        return Objects.requireNonNull(counts.get(key));
    }

    private static LongAdder at(
            Map<Protocol, List<Map<CloseReason, LongAdder>>> counts,
            Protocol protocol,
            int group,
            CloseReason reason) {
        return at(Objects.requireNonNull(counts.get(protocol)).get(group), reason);
    }

    @Override
    public void opened() {
        opened.increment();
    }

    @Override
    public void closed() {
        closed.increment();
    }

    @Override
    public void record(AccessRecord record) {
        Protocol protocol = record.protocol();
        CloseReason reason = record.reason();
        var request = record.request();
        if (request == null) {
            int mesh = (record.meshIn() ? 1 : 0) + ("mesh".equals(record.upstreamTls()) ? 2 : 0);
            at(streams, protocol, mesh, reason).increment();
        } else {
            int statusClass = Math.clamp(request.status() / 100, 0, CLASSES.size() - 1);
            at(requests, protocol, statusClass, reason).increment();
            requestDuration.observe(Math.max(record.durationNanos(), 0));
        }
        at(received, protocol).add(record.received());
        at(sent, protocol).add(record.sent());
    }

    @Override
    public void dialled(CloseReason outcome, long nanos) {
        at(connects, outcome).increment();
        if (outcome == CloseReason.FINISHED) {
            connectDuration.observe(Math.max(nanos, 0));
        }
    }

    /** A line of the access log could not be kept. */
    public void accessLogDropped() {
        dropped.increment();
    }

    /** The control plane did not say in time where an address leads. */
    public void destinationUnanswered() {
        unanswered.increment();
    }

    /** A configuration is in force. */
    public void configApplied(long revision) {
        this.revision.set(revision);
    }

    /** A configuration was refused; the one before it stays. */
    public void configRejected() {
        configRejected.increment();
    }

    /** The sidecar holds a certificate that is valid until then. */
    public void certificateExpires(Instant notAfter) {
        certificateExpiry.set(notAfter.getEpochSecond());
    }

    /** All series in the Prometheus text format 0.0.4. */
    public String print() {
        Exposition out = new Exposition();
        out.head("gibbon_build_info", "gauge", "Always 1; says which version runs.");
        out.sample("gibbon_build_info", "version", version, 1);
        printConnections(out);
        printRequests(out);
        printBytes(out, "gibbon_received_bytes_total", "Bytes received from clients.", received);
        printBytes(out, "gibbon_sent_bytes_total", "Bytes sent to clients.", sent);
        printUpstreams(out);
        counter(out, "gibbon_access_log_dropped_total", "Access log lines not kept.", dropped);
        counter(
                out,
                "gibbon_destinations_unanswered_total",
                "Times that the control plane did not say in time where an address leads.",
                unanswered);
        counter(
                out,
                "gibbon_config_rejected_total",
                "Configurations that were refused.",
                configRejected);
        out.head("gibbon_config_revision", "gauge", "Revision of the configuration in force.");
        out.sample("gibbon_config_revision", revision.get());
        out.head(
                "gibbon_certificate_expiry_timestamp_seconds",
                "gauge",
                "When the sidecar's certificate ends; 0 when it has none.");
        out.sample("gibbon_certificate_expiry_timestamp_seconds", certificateExpiry.get());
        return out.toString();
    }

    private static void counter(Exposition out, String name, String help, LongAdder adder) {
        out.head(name, "counter", help);
        out.sample(name, adder.sum());
    }

    private void printConnections(Exposition out) {
        counter(
                out,
                "gibbon_downstream_connections_total",
                "Connections accepted from clients.",
                opened);
        // Read first what is counted last: the difference is never negative.
        long gone = closed.sum();
        out.head(
                "gibbon_downstream_connections_active",
                "gauge",
                "Connections of clients now open.");
        out.sample("gibbon_downstream_connections_active", Math.max(opened.sum() - gone, 0));
        String name = "gibbon_connections_closed_total";
        out.head(name, "counter", "Streams and mesh legs that ended.");
        print(out, name, "mesh", MESH, streams);
    }

    private void printRequests(Exposition out) {
        String name = "gibbon_requests_total";
        out.head(name, "counter", "HTTP requests that ended.");
        print(out, name, "status_class", CLASSES, requests);
        requestDuration.print(
                out,
                "gibbon_request_duration_seconds",
                "From a request's first byte to the end of its answer.");
    }

    private static void print(
            Exposition out,
            String name,
            String label,
            List<String> values,
            Map<Protocol, List<Map<CloseReason, LongAdder>>> counts) {
        String[] labels = {"protocol", label, "reason"};
        counts.forEach((protocol, groups) -> {
            for (int i = 0; i < groups.size(); i++) {
                String value = values.get(i);
                groups.get(i)
                        .forEach((reason, adder) -> {
                            if (adder.sum() > 0) {
                                out.sample(
                                        name,
                                        labels,
                                        new String[] {protocol.text(), value, reason.label()},
                                        adder.sum());
                            }
                        });
            }
        });
    }

    private static void printBytes(
            Exposition out, String name, String help, Map<Protocol, LongAdder> counts) {
        out.head(name, "counter", help);
        counts.forEach(
                (protocol, adder) -> out.sample(name, "protocol", protocol.text(), adder.sum()));
    }

    private void printUpstreams(Exposition out) {
        String name = "gibbon_upstream_connects_total";
        out.head(name, "counter", "Attempts to reach an upstream.");
        connects.forEach((reason, adder) -> {
            if (adder.sum() > 0 || reason == CloseReason.FINISHED) {
                out.sample(name, "outcome", reason.label(), adder.sum());
            }
        });
        connectDuration.print(
                out,
                "gibbon_upstream_connect_duration_seconds",
                "Time to reach an upstream, its TLS handshake included.");
    }
}

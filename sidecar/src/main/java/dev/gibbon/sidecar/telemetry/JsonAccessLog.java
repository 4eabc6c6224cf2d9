package dev.gibbon.sidecar.telemetry;

import dev.gibbon.core.decision.CloseReason;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes every {@link AccessRecord} as one line of JSON, in ASCII, whatever peers put into names
 * and paths. The keys are a contract: {@code docs/access-log.md} lists them. Any thread may call.
 */
public final class JsonAccessLog implements Telemetry {
    static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    private final Consumer<String> lines;

    /**
     * @param lines takes a line without its end; must not block, for it is called on event loops
     */
    public JsonAccessLog(Consumer<String> lines) {
        this.lines = lines;
    }

    @Override
    public void opened() {}

    @Override
    public void closed() {}

    @Override
    public void dialled(CloseReason outcome, long nanos) {}

    @Override
    public void record(AccessRecord record) {
        lines.accept(line(record));
    }

    /** The line for a record, without its end. */
    public static String line(AccessRecord record) {
        JsonLine line = new JsonLine();
        line.text("time", TIME.format(Instant.ofEpochMilli(record.startedMillis())));
        line.raw(
                "duration_ms",
                String.format(Locale.ROOT, "%.3f", Math.max(record.durationNanos(), 0) / 1e6));
        line.text("protocol", record.protocol().text());
        line.text("client", record.client().toString());
        line.text("destination", record.arrival().destination().toString());
        line.text("listener", record.arrival().listener().toString());
        line.raw("intercepted", Boolean.toString(record.arrival().intercepted()));
        line.raw("mesh_in", Boolean.toString(record.meshIn()));
        line.text("client_identity", record.clientIdentity());
        line.text("sni", record.sni());
        var route = record.route();
        line.text("route_id", string(route == null ? null : route.id()));
        line.text("route_name", route == null ? null : route.name());
        line.text("service_id", string(record.serviceId()));
        line.text("service_name", record.serviceName());
        line.text("destination_name", record.destinationName());
        line.text("upstream", string(record.upstream()));
        line.text("upstream_tls", record.upstreamTls());
        line.text("upstream_identity", record.upstreamIdentity());
        line.raw("received_bytes", Long.toString(record.received()));
        line.raw("sent_bytes", Long.toString(record.sent()));
        var request = record.request();
        int status = request == null ? record.reason().status() : request.status();
        line.raw("status", Integer.toString(status));
        line.text("reason", record.reason().label());
        line.text("side", record.reason().side().name().toLowerCase(Locale.ROOT));
        line.text("detail", record.detail());
        if (request != null) {
            line.text("method", request.method());
            line.text("host", request.host());
            line.text("path", request.path());
        }
        return line.end();
    }

    private static @Nullable String string(@Nullable Object value) {
        return value == null ? null : value.toString();
    }
}

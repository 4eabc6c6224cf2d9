package dev.gibbon.sidecar.telemetry;

import dev.gibbon.core.decision.CloseReason;
import java.util.List;

/** Tells several receivers, in their order. */
public record TelemetryTee(List<Telemetry> receivers) implements Telemetry {

    public TelemetryTee {
        receivers = List.copyOf(receivers);
    }

    @Override
    public void opened() {
        receivers.forEach(Telemetry::opened);
    }

    @Override
    public void closed() {
        receivers.forEach(Telemetry::closed);
    }

    @Override
    public void record(AccessRecord record) {
        receivers.forEach(receiver -> receiver.record(record));
    }

    @Override
    public void dialled(CloseReason outcome, long nanos) {
        receivers.forEach(receiver -> receiver.dialled(outcome, nanos));
    }
}

package dev.gibbon.operator.check;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What was read of a cluster, each thing once; and why, where that was not possible. Immutable. */
public final class ClusterSnapshot {
    private final Scope scope;
    private final Map<Topic<?>, Reading> readings;

    /**
     * What is looked at, and from where.
     *
     * @param server the API server's address
     * @param meshNamespace where the operator is
     * @param namespace the only one whose pods and configuration are looked at; null for all
     * @param version of this program
     * @param now by the clock of this machine
     */
    public record Scope(
            String server,
            String meshNamespace,
            @Nullable String namespace,
            String version,
            Instant now) {
        boolean covers(@Nullable String name) {
            return namespace == null || namespace.equals(name);
        }
    }

    private sealed interface Reading {
        record Value(Object value) implements Reading {}

        record Failure(String reason) implements Reading {}
    }

    private ClusterSnapshot(Scope scope, Map<Topic<?>, Reading> readings) {
        this.scope = scope;
        this.readings = Map.copyOf(readings);
    }

    static ClusterSnapshot empty(Scope scope) {
        return new ClusterSnapshot(scope, Map.of());
    }

    Scope scope() {
        return scope;
    }

    <T> ClusterSnapshot with(Topic<T> topic, T value) {
        return with(topic, new Reading.Value(value));
    }

    /** The same, but this could not be read. */
    ClusterSnapshot without(Topic<?> topic, String reason) {
        return with(topic, new Reading.Failure(reason));
    }

    private ClusterSnapshot with(Topic<?> topic, Reading reading) {
        Map<Topic<?>, Reading> more = new HashMap<>(readings);
        more.put(topic, reading);
        return new ClusterSnapshot(scope, more);
    }

    /**
     * What was read.
     *
     * @throws NotRead when it was not
     */
    <T> T get(Topic<T> topic) throws NotRead {
        return switch (readings.get(topic)) {
            case Reading.Value(Object value) -> topic.value(value);
            case Reading.Failure(String reason) -> throw new NotRead(topic.name() + ": " + reason);
            case null -> throw new NotRead(topic.name() + ": not read");
        };
    }
}

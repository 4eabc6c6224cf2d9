package dev.gibbon.controlplane.feed;

import dev.gibbon.controlplane.authority.LiveSidecars;
import dev.gibbon.core.net.IpAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The sidecars by name. A sidecar that reconnects before its old connection is known to be dead has
 * two for a moment; only the newest one counts for its status, but the name is free only when both
 * are closed. Any thread may call.
 */
final class SidecarRegister implements LiveSidecars {
    private final Map<String, Entry> entries = new TreeMap<>();
    private final Map<String, Set<Object>> open = new HashMap<>();

    private record Entry(@Nullable Object connection, SidecarStatus status) {}

    synchronized List<SidecarStatus> all() {
        return entries.values().stream().map(Entry::status).toList();
    }

    @Override
    public synchronized boolean awaitGone(String name, Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (open.containsKey(name)) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        return true;
    }

    synchronized void connected(String name, Object connection, Instant since) {
        open.computeIfAbsent(name, _ -> new HashSet<>()).add(connection);
        SidecarStatus old = status(name);
        entries.put(
                name,
                new Entry(
                        connection,
                        new SidecarStatus(
                                name,
                                old.addresses(),
                                null,
                                null,
                                since,
                                old.certificateNotAfter())));
    }

    synchronized void certified(String name, List<IpAddress> addresses, Instant notAfter) {
        Entry entry = entries.get(name);
        SidecarStatus old = status(name);
        entries.put(
                name,
                new Entry(
                        entry == null ? null : entry.connection,
                        new SidecarStatus(
                                name,
                                addresses,
                                old.acknowledgedRevision(),
                                old.refusal(),
                                old.connectedSince(),
                                notAfter)));
    }

    synchronized void acknowledged(String name, Object connection, long revision) {
        update(
                name,
                connection,
                old ->
                        new SidecarStatus(
                                name,
                                old.addresses(),
                                revision,
                                null,
                                old.connectedSince(),
                                old.certificateNotAfter()));
    }

    synchronized void refused(String name, Object connection, String reason) {
        update(
                name,
                connection,
                old ->
                        new SidecarStatus(
                                name,
                                old.addresses(),
                                old.acknowledgedRevision(),
                                reason,
                                old.connectedSince(),
                                old.certificateNotAfter()));
    }

    synchronized void disconnected(String name, Object connection) {
        Set<Object> left = open.get(name);
        if (left != null && left.remove(connection) && left.isEmpty()) {
            open.remove(name);
            notifyAll();
        }
        update(
                name,
                connection,
                old ->
                        new SidecarStatus(
                                name,
                                old.addresses(),
                                old.acknowledgedRevision(),
                                old.refusal(),
                                null,
                                old.certificateNotAfter()));
    }

    synchronized void forget(Predicate<String> gone) {
        entries.entrySet()
                .removeIf(entry ->
                        entry.getValue().status.connectedSince() == null
                                && !open.containsKey(entry.getKey())
                                && gone.test(entry.getKey()));
    }

    private SidecarStatus status(String name) {
        Entry entry = entries.get(name);
        return entry == null
                ? new SidecarStatus(name, List.of(), null, null, null, null)
                : entry.status;
    }

    private void update(String name, Object connection, UnaryOperator<SidecarStatus> change) {
        Entry entry = entries.get(name);
        if (entry != null && connection.equals(entry.connection)) {
            entries.put(name, new Entry(connection, change.apply(entry.status)));
        }
    }
}

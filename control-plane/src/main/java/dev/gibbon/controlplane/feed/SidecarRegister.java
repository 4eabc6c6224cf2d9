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
    // When each is no longer expected, in System.nanoTime().
    private final Map<String, Long> expected = new HashMap<>();

    private record Entry(@Nullable Object connection, SidecarStatus status) {}

    synchronized List<SidecarStatus> all() {
        return entries.values().stream().map(Entry::status).toList();
    }

    @Override
    public synchronized boolean awaitGone(String name, Duration limit) throws InterruptedException {
        long start = System.nanoTime();
        while (true) {
            long now = System.nanoTime();
            boolean connected = open.containsKey(name);
            long expectedFor = connected ? 0 : expectedFor(name, now);
            if (!connected && expectedFor <= 0) {
                return true;
            }
            long left = connected ? start + limit.toNanos() - now : expectedFor;
            if (left <= 0 || limit.isZero()) {
                return false;
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
    }

    /** How long it is still expected, in nanoseconds; zero or less for not at all. */
    private long expectedFor(String name, long now) {
        Long until = expected.get(name);
        return until == null ? 0 : until - now;
    }

    @Override
    public synchronized void expect(String name, Duration within) {
        if (!open.containsKey(name)) {
            expected.put(name, System.nanoTime() + within.toNanos());
        }
    }

    synchronized void connected(String name, Object connection, Instant since) {
        open.computeIfAbsent(name, _ -> new HashSet<>()).add(connection);
        expected.remove(name);
        notifyAll();
        entries.put(name, new Entry(connection, status(name).connected(since)));
    }

    synchronized void certified(String name, List<IpAddress> addresses, Instant notAfter) {
        Entry entry = entries.get(name);
        entries.put(
                name,
                new Entry(
                        entry == null ? null : entry.connection,
                        status(name).certified(addresses, notAfter)));
    }

    synchronized void acknowledged(String name, Object connection, long revision) {
        update(name, connection, old -> old.runs(revision));
    }

    synchronized void refused(String name, Object connection, String reason) {
        update(name, connection, old -> old.refuses(reason));
    }

    synchronized void disconnected(String name, Object connection, Instant when) {
        Set<Object> left = open.get(name);
        if (left != null && left.remove(connection) && left.isEmpty()) {
            open.remove(name);
            notifyAll();
        }
        update(name, connection, old -> old.gone(when));
    }

    /** Forgets a sidecar that is not connected; one that is stays. */
    synchronized void forget(String name) {
        if (!open.containsKey(name)) {
            entries.remove(name);
        }
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
        return entry == null ? SidecarStatus.unknown(name) : entry.status;
    }

    private void update(String name, Object connection, UnaryOperator<SidecarStatus> change) {
        Entry entry = entries.get(name);
        if (entry != null && connection.equals(entry.connection)) {
            entries.put(name, new Entry(connection, change.apply(entry.status)));
        }
    }
}

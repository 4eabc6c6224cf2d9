package dev.gibbon.sidecar.http;

import dev.gibbon.core.net.IpPort;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Idle upstream connections of one event loop; the one used last is taken first, so that the others
 * can age. Confined to that loop.
 */
final class UpstreamPool {
    /** As nginx's {@code keepalive 60} in Kong's template. */
    static final int MAX_IDLE_PER_KEY = 60;

    static final int MAX_IDLE = 1000;

    private final Map<PoolKey, Deque<UpstreamLink>> idle = new HashMap<>();
    private int size;

    /** Takes a connection out; null when there is none that lives. */
    @Nullable UpstreamLink take(PoolKey key) {
        Deque<UpstreamLink> links = idle.get(key);
        while (links != null && !links.isEmpty()) {
            UpstreamLink link = links.removeLast();
            size--;
            if (links.isEmpty()) {
                idle.remove(key);
            }
            if (link.isUsable()) {
                return link;
            }
            link.close();
        }
        return null;
    }

    /** Keeps a connection, or closes it when there are too many. */
    void put(PoolKey key, UpstreamLink link) {
        Deque<UpstreamLink> links = idle.computeIfAbsent(key, _ -> new ArrayDeque<>());
        if (size >= MAX_IDLE || links.size() >= MAX_IDLE_PER_KEY) {
            if (links.isEmpty()) {
                idle.remove(key);
            }
            link.dismiss();
            return;
        }
        links.addLast(link);
        size++;
    }

    /** Forgets a connection that ended while idle. */
    void remove(PoolKey key, UpstreamLink link) {
        Deque<UpstreamLink> links = idle.get(key);
        if (links != null && links.remove(link)) {
            size--;
            if (links.isEmpty()) {
                idle.remove(key);
            }
        }
    }

    /** Ends those to certain addresses. */
    void leave(Predicate<IpPort> addresses) {
        var some =
                idle.values().stream()
                        .flatMap(Deque::stream)
                        .filter(link -> addresses.test(link.connection().address()))
                        .toList();
        some.forEach(UpstreamLink::dismiss);
    }

    int size() {
        return size;
    }

    /** Ends all. */
    void clear() {
        var all = idle.values().stream().flatMap(Deque::stream).toList();
        idle.clear();
        size = 0;
        all.forEach(UpstreamLink::dismiss);
    }
}

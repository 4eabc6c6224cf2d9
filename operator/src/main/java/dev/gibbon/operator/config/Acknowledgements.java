package dev.gibbon.operator.config;

import dev.gibbon.controlplane.feed.SidecarStatus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The revisions that connected sidecars run, sorted, so that thousands of objects can be counted
 * for thousands of sidecars once a second.
 */
final class Acknowledgements {
    /** What a sidecar that has acknowledged nothing runs: less than any revision. */
    private static final long NOTHING = 0;

    private final Map<String, long[]> byNamespace;
    private final long[] all;

    private Acknowledgements(Map<String, long[]> byNamespace, long[] all) {
        this.byNamespace = byNamespace;
        this.all = all;
    }

    static Acknowledgements of(List<SidecarStatus> sidecars) {
        Map<String, List<Long>> lists = new HashMap<>();
        for (SidecarStatus sidecar : sidecars) {
            if (sidecar.connectedSince() != null) {
                Long revision = sidecar.acknowledgedRevision();
                lists.computeIfAbsent(namespace(sidecar.name()), _ -> new ArrayList<>())
                        .add(revision == null ? NOTHING : revision);
            }
        }
        Map<String, long[]> sorted = new HashMap<>();
        lists.forEach((namespace, list) -> sorted.put(namespace, sorted(list)));
        return new Acknowledgements(
                sorted, sorted(lists.values().stream().flatMap(List::stream).toList()));
    }

    private static String namespace(String name) {
        return name.substring(0, Math.max(0, name.indexOf('/')));
    }

    private static long[] sorted(List<Long> list) {
        return list.stream().mapToLong(Long::longValue).sorted().toArray();
    }

    /** How many are connected, by namespace. */
    Map<String, Integer> connected() {
        Map<String, Integer> counts = new HashMap<>();
        byNamespace.forEach((namespace, revisions) -> counts.put(namespace, revisions.length));
        return counts;
    }

    /** How many run this revision, which is positive, or a later one. */
    int since(Optional<String> namespace, long revision) {
        long[] revisions =
                namespace.isPresent()
                        ? byNamespace.getOrDefault(namespace.get(), new long[0])
                        : all;
        int first = 0;
        int end = revisions.length;
        while (first < end) {
            int middle = (first + end) >>> 1;
            if (revisions[middle] < revision) {
                first = middle + 1;
            } else {
                end = middle;
            }
        }
        return revisions.length - first;
    }
}

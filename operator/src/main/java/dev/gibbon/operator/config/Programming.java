package dev.gibbon.operator.config;

import dev.gibbon.controlplane.feed.SidecarStatus;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which sidecars have an object as it is: those that have acknowledged the revision which brought
 * it, or a later one. Counts the sidecars of this replica; those of another are not known here.
 * Confined to one thread but for {@link #count}.
 */
public final class Programming {
    private final Map<String, Since> since = new HashMap<>();

    /** An object as it is, and the revision that it came with. */
    private record Since(Verdict verdict, long revision) {}

    /**
     * How many sidecars have something, of those that need it.
     *
     * @param have at most {@code need}
     */
    public record Count(int have, int need) {}

    /** These objects are part of this revision and, while they do not change, of later ones. */
    public synchronized void published(Map<String, Verdict> verdicts, long revision) {
        since.keySet().retainAll(verdicts.keySet());
        verdicts.forEach((key, verdict) -> {
            Since known = since.get(key);
            if (known == null || !known.verdict().equals(verdict)) {
                since.put(key, new Since(verdict, revision));
            }
        });
    }

    /** What was found out about each object that is published. */
    public synchronized List<Verdict> verdicts() {
        return since.values().stream().map(Since::verdict).toList();
    }

    /** Counts for one object. */
    public synchronized Count count(Verdict verdict, List<SidecarStatus> sidecars) {
        Since known = since.get(verdict.key());
        Optional<String> prefix = verdict.audience().map(namespace -> namespace + "/");
        int have = 0;
        int need = 0;
        for (SidecarStatus sidecar : sidecars) {
            if (sidecar.connectedSince() == null
                    || prefix.filter(text -> !sidecar.name().startsWith(text)).isPresent()) {
                continue;
            }
            need++;
            Long acknowledged = sidecar.acknowledgedRevision();
            if (known != null
                    && known.verdict().equals(verdict)
                    && acknowledged != null
                    && acknowledged >= known.revision()) {
                have++;
            }
        }
        return new Count(have, need);
    }
}

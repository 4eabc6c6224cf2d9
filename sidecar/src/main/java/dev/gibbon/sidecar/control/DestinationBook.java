package dev.gibbon.sidecar.control;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * Which destinations the control plane is to tell of: those that were used of late. One thread; the
 * time is passed in.
 */
final class DestinationBook {
    /** What was not used for so long is forgotten, and asked for again when it is. */
    static final Duration UNUSED = Duration.ofMinutes(10);

    /** One line of the feed holds that many; an application that scans ports gets no further. */
    static final int MOST = 10_000;

    /** The one used last is last. */
    private final SequencedMap<String, Instant> used = new LinkedHashMap<>();

    /**
     * Notes that a destination is wanted.
     *
     * @return whether that is new, so that the list has to be told
     */
    boolean want(String id, Instant now) {
        boolean fresh = used.putLast(id, now) == null;
        if (used.size() > MOST) {
            used.pollFirstEntry();
        }
        return fresh;
    }

    /** Notes that a destination is used, if it is wanted. */
    void used(String id, Instant now) {
        if (used.containsKey(id)) {
            used.putLast(id, now);
        }
    }

    /**
     * Forgets what has not been used for long.
     *
     * @return whether there was something to forget, so that the list has to be told
     */
    boolean forget(Instant now) {
        Instant limit = now.minus(UNUSED);
        boolean forgotten = false;
        for (Map.Entry<String, Instant> eldest = used.firstEntry();
                eldest != null && eldest.getValue().isBefore(limit);
                eldest = used.firstEntry()) {
            used.pollFirstEntry();
            forgotten = true;
        }
        return forgotten;
    }

    /** All that are wanted. */
    List<String> wanted() {
        return new ArrayList<>(used.keySet());
    }
}

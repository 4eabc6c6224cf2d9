package dev.gibbon.e2e;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How durations are distributed, by the nearest rank.
 *
 * @param ascending at least one
 */
public record Quantiles(List<Duration> ascending) {
    /** Sorts. */
    public Quantiles {
        List<Duration> sorted = new ArrayList<>(ascending);
        Collections.sort(sorted);
        ascending = List.copyOf(sorted);
        if (ascending.isEmpty()) {
            throw new IllegalArgumentException("durations: none (expected: at least one)");
        }
    }

    /**
     * The least duration that at least this share of all do not exceed, in milliseconds.
     *
     * @param share 0 to 1
     */
    public double millis(double share) {
        int rank = Math.max(1, (int) Math.ceil(share * ascending.size()));
        return Math.round(ascending.get(rank - 1).toNanos() / 100_000.0) / 10.0;
    }

    /** As figures: how many, p50, p99, and the longest. */
    public Map<String, Object> figures(String what) {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put(what + ", number", ascending.size());
        figures.put(what + ", p50 in ms", millis(0.5));
        figures.put(what + ", p99 in ms", millis(0.99));
        figures.put(what + ", longest in ms", millis(1));
        return figures;
    }
}

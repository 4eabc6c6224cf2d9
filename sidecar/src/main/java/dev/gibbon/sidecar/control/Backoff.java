package dev.gibbon.sidecar.control;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait between attempts: doubles from 50 ms to 5 s, and each wait is drawn from the
 * upper half of its span, so that sidecars which lost one control plane do not return in step. One
 * thread.
 */
final class Backoff {
    static final Duration FIRST = Duration.ofMillis(50);
    static final Duration LONGEST = Duration.ofSeconds(5);

    private final RandomGenerator random;
    private long span = FIRST.toMillis();

    Backoff(RandomGenerator random) {
        this.random = random;
    }

    /** The next wait, longer than the one before on average. */
    Duration next() {
        long wait = span / 2 + random.nextLong(span / 2 + 1);
        span = Math.min(span * 2, LONGEST.toMillis());
        return Duration.ofMillis(wait);
    }

    /** An attempt has succeeded. */
    void reset() {
        span = FIRST.toMillis();
    }
}

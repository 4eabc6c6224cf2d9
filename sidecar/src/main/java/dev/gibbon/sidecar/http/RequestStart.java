package dev.gibbon.sidecar.http;

/**
 * When the first byte of a request came.
 *
 * @param millis since the epoch
 * @param nanos of the clock that durations are measured by
 */
record RequestStart(long millis, long nanos) {
    static RequestStart now() {
        return new RequestStart(System.currentTimeMillis(), System.nanoTime());
    }
}

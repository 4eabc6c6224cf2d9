package dev.gibbon.sidecar.upstream;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ports to dial from with a client's own address. The kernel must not choose them: it does not see
 * the client's real connections, and a port that one of those uses collides. So they come from a
 * range below the one that clients' kernels use (32768-60999 by default). Any thread may call.
 */
final class SourcePorts {
    static final int LOWEST = 10_240;
    static final int HIGHEST = 32_767;

    private final AtomicInteger next =
            new AtomicInteger(ThreadLocalRandom.current().nextInt(HIGHEST - LOWEST + 1));

    /** The next port to try. */
    int next() {
        return LOWEST + Math.floorMod(next.getAndIncrement(), HIGHEST - LOWEST + 1);
    }
}

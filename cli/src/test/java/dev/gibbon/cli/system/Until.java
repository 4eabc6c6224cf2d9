package dev.gibbon.cli.system;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** Waiting for something that can be observed, with a deadline. */
final class Until {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private Until() {}

    /** Looks at something that another process changes. */
    @FunctionalInterface
    interface Look<T> {
        T look() throws IOException, InterruptedException;
    }

    static <T> T present(String what, Look<Optional<T>> look)
            throws IOException, InterruptedException {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (true) {
            Optional<T> found = look.look();
            if (found.isPresent()) {
                return found.get();
            }
            if (System.nanoTime() > end) {
                throw new AssertionError("not within " + LIMIT.toSeconds() + " s: " + what);
            }
            LockSupport.parkNanos(Duration.ofMillis(2).toNanos());
        }
    }

    static void holds(String what, Look<Boolean> look) throws IOException, InterruptedException {
        present(what, () -> look.look() ? Optional.of(true) : Optional.empty());
    }
}

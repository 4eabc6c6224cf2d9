package dev.gibbon.operator;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The end of the program when it is told to end. A virtual machine that a signal ends says 143,
 * which Kubernetes shows as an error; this one says what the program says.
 */
final class Termination {
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile int exitCode;

    /** From here on SIGTERM only asks; the virtual machine ends after {@link #ended}. */
    void install() {
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(
                                () -> {
                                    asked.countDown();
                                    awaitQuietly(ended);
                                    Runtime.getRuntime().halt(exitCode);
                                },
                                "stop"));
    }

    /** Waits until the program is to end. */
    void awaitAsked() {
        awaitQuietly(asked);
    }

    /** Waits until the program is to end, for so long at most. */
    boolean isAskedWithin(Duration limit) throws InterruptedException {
        return asked.await(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** The program has ended, and has nothing left to write. */
    void ended(int code) {
        exitCode = code;
        ended.countDown();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}

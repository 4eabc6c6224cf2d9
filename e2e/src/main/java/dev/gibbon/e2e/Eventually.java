package dev.gibbon.e2e;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Waits for what nobody tells of when it happens, e.g. a line in a log, by asking again. */
public final class Eventually {
    private static final Duration INTERVAL = Duration.ofMillis(250);

    private Eventually() {}

    /**
     * The first answer that is as expected.
     *
     * @param what is expected, in words, for the message
     * @throws AssertionError when there is none in time; has the last answer
     */
    public static <T> T expect(
            String what, Duration limit, Supplier<T> question, Predicate<? super T> expected) {
        long end = System.nanoTime() + limit.toNanos();
        while (true) {
            T answer = question.get();
            if (expected.test(answer)) {
                return answer;
            }
            if (System.nanoTime() - end > 0) {
                throw new AssertionError(
                        what + ": not so after " + limit.toSeconds() + " s, but: " + answer);
            }
            LockSupport.parkNanos(INTERVAL.toNanos());
        }
    }
}

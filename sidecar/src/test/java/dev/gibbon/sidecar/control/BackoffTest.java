package dev.gibbon.sidecar.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BackoffTest {
    @Test
    void waitsDoubleUpToFiveSecondsAndAreDrawnFromTheUpperHalf() {
        Backoff backoff = new Backoff(new Random(1));

        long span = 50;
        for (int i = 0; i < 20; i++) {
            assertThat(backoff.next())
                    .isBetween(Duration.ofMillis(span / 2), Duration.ofMillis(span));
            span = Math.min(5_000, span * 2);
        }
    }

    @Test
    void successBeginsAnew() {
        Backoff backoff = new Backoff(new Random(1));
        for (int i = 0; i < 5; i++) {
            backoff.next();
        }

        backoff.reset();

        assertThat(backoff.next()).isLessThanOrEqualTo(Duration.ofMillis(50));
    }
}

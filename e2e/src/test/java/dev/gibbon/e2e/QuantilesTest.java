package dev.gibbon.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class QuantilesTest {
    @Test
    void ofAHundredTheMedianIsTheFiftieth() {
        Quantiles quantiles =
                new Quantiles(
                        IntStream.rangeClosed(1, 100)
                                .mapToObj(i -> Duration.ofMillis(101 - i))
                                .toList());

        assertThat(quantiles.millis(0.5)).isEqualTo(50);
        assertThat(quantiles.millis(0.99)).isEqualTo(99);
        assertThat(quantiles.millis(1)).isEqualTo(100);
    }

    @Test
    void ofThreeTheMedianIsTheSecondAndNearlyAllIsTheLast() {
        Quantiles quantiles =
                new Quantiles(
                        List.of(
                                Duration.ofMillis(9),
                                Duration.ofNanos(1_250_000),
                                Duration.ofMillis(3)));

        assertThat(quantiles.millis(0.5)).isEqualTo(3);
        assertThat(quantiles.millis(0.99)).isEqualTo(9);
        assertThat(quantiles.millis(0.1)).isEqualTo(1.3);
    }

    @Test
    void nothingHasNoQuantiles() {
        assertThatThrownBy(() -> new Quantiles(List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("durations: none (expected: at least one)");
    }
}

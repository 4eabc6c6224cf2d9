package dev.gibbon.sidecar.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class DestinationBookTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final DestinationBook book = new DestinationBook();

    private static Instant after(int minutes) {
        return START.plus(Duration.ofMinutes(minutes));
    }

    @Test
    void wantingIsNewsOnce() {
        assertThat(book.want("a:1", START)).isTrue();
        assertThat(book.want("a:1", START)).isFalse();
        assertThat(book.wanted()).containsExactly("a:1");
    }

    @Test
    void whatIsNotUsedForTenMinutesIsForgottenAndNewsAgain() {
        book.want("a:1", START);
        book.want("b:1", START);
        book.used("a:1", after(5));
        book.used("never-wanted:1", after(5));

        assertThat(book.forget(after(10))).isFalse();
        assertThat(book.forget(after(11))).isTrue();
        assertThat(book.wanted()).containsExactly("a:1");
        assertThat(book.want("b:1", after(11))).isTrue();
    }

    @Test
    void theOneThatWasUsedLongestAgoMakesRoom() {
        for (int i = 0; i < DestinationBook.MOST; i++) {
            book.want("a:" + i, START);
        }
        book.used("a:0", after(1));

        book.want("b:1", after(1));

        assertThat(book.wanted())
                .hasSize(DestinationBook.MOST)
                .contains("a:0", "b:1")
                .doesNotContain("a:1");
    }
}

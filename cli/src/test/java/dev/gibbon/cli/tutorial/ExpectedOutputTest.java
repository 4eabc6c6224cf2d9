package dev.gibbon.cli.tutorial;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ExpectedOutputTest {
    private static final String PRINTED =
            """
            starting
              Ncat: Listening on 127.0.0.5:19000
            Ncat: Connection from 127.0.0.2:41234.
            """;

    @Test
    void linesMayHaveOthersBetweenThem() {
        assertThat(
                        expected("starting", "Ncat: Connection from 127.0.0.2:41234.")
                                .missingIn(PRINTED))
                .isEmpty();
    }

    @Test
    void whiteSpaceAtTheEndsDoesNotCount() {
        assertThat(expected("   Ncat: Listening on 127.0.0.5:19000  ").missingIn(PRINTED))
                .isEmpty();
    }

    @Test
    void dotsInsideALineStandForAnyText() {
        assertThat(expected("Ncat: Connection from 127.0.0.2:...").missingIn(PRINTED)).isEmpty();
        assertThat(expected("...127.0.0.5...").missingIn(PRINTED)).isEmpty();
        assertThat(expected("Ncat: ... on ...:19000").missingIn(PRINTED)).isEmpty();
    }

    @Test
    void dotsAloneAndEmptyLinesAreForTheReader() {
        assertThat(expected("...", "", "starting", "...").lines()).containsExactly("starting");
    }

    @Test
    void aPartOfALineIsNotTheLine() {
        assertThat(expected("Ncat: Listening").missingIn(PRINTED)).contains("Ncat: Listening");
    }

    @Test
    void theOrderCounts() {
        assertThat(expected("Ncat: Listening...", "starting").missingIn(PRINTED))
                .contains("starting");
    }

    @Test
    void oneLineDoesNotServeTwice() {
        assertThat(expected("starting", "starting").missingIn(PRINTED)).contains("starting");
    }

    @Test
    void signsOfRegularExpressionsAreText() {
        assertThat(expected("a.c").missingIn("abc\n")).contains("a.c");
        assertThat(expected("{\"a\":[1]}").missingIn("{\"a\":[1]}\n")).isEmpty();
    }

    private static ExpectedOutput expected(String... lines) {
        return new ExpectedOutput(List.of(lines));
    }
}

package dev.gibbon.cli.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.core.log.Log;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileLogTest {
    private static final InstantSource CLOCK =
            InstantSource.fixed(Instant.parse("2026-11-22T20:45:01.123Z"));

    private final List<String> lines = new ArrayList<>();
    private final Log log = new FileLog(Log.Level.INFO, CLOCK, ZoneOffset.UTC, lines::add);

    @Test
    void anEventIsOneLineWithItsFactsBehind() {
        log.info("connection accepted", "client", "127.0.0.2:41234", "revision", 7);

        assertThat(lines)
                .containsExactly(
                        "2026/11/22 20:45:01.123Z [info] connection accepted"
                                + " client=127.0.0.2:41234 revision=7");
    }

    @Test
    void theTimeIsThatOfTheZoneAndSaysHowFarItIsFromUtc() {
        new FileLog(Log.Level.INFO, CLOCK, ZoneOffset.ofHoursMinutes(5, 30), lines::add).info("x");

        assertThat(lines).containsExactly("2026/11/23 02:15:01.123+05:30 [info] x");
    }

    @Test
    void eventsBelowTheThresholdAreNotWritten() {
        log.debug("no");
        log.info("yes");
        log.error("yes");

        assertThat(lines).hasSize(2);
        assertThat(log.isEnabled(Log.Level.DEBUG)).isFalse();
        assertThat(log.isEnabled(Log.Level.WARN)).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "plain.example, plain.example",
                "`a b`, `\"a b\"`",
                "``, `\"\"`",
                "`a\"b`, `\"a\\\"b\"`",
                "`a\\b`, `\"a\\\\b\"`",
                "`a=b`, `\"a=b\"`",
                "é, é",
            })
    void valuesAreQuotedWhereTheyCouldBeMisread(String value, String shown) {
        log.info("x", "key", value);

        assertThat(lines).containsExactly("2026/11/22 20:45:01.123Z [info] x key=" + shown);
    }

    @Test
    void peersCannotForgeLines() {
        log.info("x", "sni", "a\r\n2026/11/22 [error] forged\t\u0000\u001b[31m\u2028\u202e");

        assertThat(lines)
                .containsExactly(
                        "2026/11/22 20:45:01.123Z [info] x"
                                + " sni=\"a\\r\\n2026/11/22 [error]"
                                + " forged\\t\\u{0}\\u{1b}[31m\\u{2028}\\u{202e}\"");
    }

    @Test
    void missingValueIsShownAsMissing() {
        log.warn("x", "key");

        assertThat(lines).containsExactly("2026/11/22 20:45:01.123Z [warn] x key=(missing)");
    }
}

package dev.gibbon.cli.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.core.log.Log;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

class LibraryLogHandlerTest {
    private final List<String> lines = new ArrayList<>();
    private final LibraryLogHandler handler =
            new LibraryLogHandler(
                    new FileLog(
                            Log.Level.DEBUG,
                            InstantSource.fixed(Instant.EPOCH),
                            ZoneOffset.UTC,
                            lines::add));

    @Test
    void warningsAndErrorsOfLibrariesAreForwarded() {
        LogRecord warning = entry(Level.WARNING, "pool {0} is full");
        warning.setParameters(new Object[] {"a b"});
        LogRecord error = entry(Level.SEVERE, "leak");
        error.setThrown(new IllegalStateException("why"));

        handler.publish(warning);
        handler.publish(error);

        assertThat(lines)
                .containsExactly(
                        "1970/01/01 00:00:00.000Z [warn] library message"
                                + " logger=org.example text=\"pool a b is full\"",
                        "1970/01/01 00:00:00.000Z [error] library message"
                                + " logger=org.example text=leak"
                                + " cause=\"java.lang.IllegalStateException: why\"");
    }

    @Test
    void whatLibrariesSayBelowWarningIsLeftOut() {
        handler.publish(entry(Level.INFO, "started"));

        assertThat(lines).isEmpty();
    }

    private static LogRecord entry(Level level, String message) {
        LogRecord entry = new LogRecord(level, message);
        entry.setLoggerName("org.example");
        return entry;
    }
}

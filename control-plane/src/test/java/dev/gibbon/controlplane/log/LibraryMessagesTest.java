package dev.gibbon.controlplane.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.core.log.Log;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

class LibraryMessagesTest {
    private final List<String> lines = new ArrayList<>();
    private final LibraryMessages messages =
            new LibraryMessages(
                    new Log() {
                        @Override
                        public boolean isEnabled(Log.Level level) {
                            return true;
                        }

                        @Override
                        public void log(Log.Level level, String message, Object... keyValues) {
                            lines.add(level + " " + message + " " + Arrays.toString(keyValues));
                        }
                    },
                    Set.of("org.noise"));

    @Test
    void warningsAndErrorsAreForwarded() {
        LogRecord warning = entry("org.example", Level.WARNING, "pool {0} is full");
        warning.setParameters(new Object[] {"a b"});
        LogRecord error = entry("org.example", Level.SEVERE, "leak");
        error.setThrown(new IllegalStateException("why"));

        messages.publish(warning);
        messages.publish(error);

        assertThat(lines)
                .containsExactly(
                        "WARN library message [logger, org.example, text, pool a b is full]",
                        "ERROR library message [logger, org.example, text, leak, cause,"
                                + " java.lang.IllegalStateException: why]");
    }

    @Test
    void whatIsBelowAWarningIsLeftOut() {
        messages.publish(entry("org.example", Level.INFO, "started"));

        assertThat(lines).isEmpty();
    }

    @Test
    void loggerThatSaysNothingToAnybodyIsLeftOut() {
        messages.publish(entry("org.noise", Level.SEVERE, "unstable version"));
        messages.publish(entry("org.noise.other", Level.SEVERE, "went away"));

        assertThat(lines)
                .containsExactly(
                        "ERROR library message [logger, org.noise.other, text, went away]");
    }

    private static LogRecord entry(String logger, Level level, String message) {
        LogRecord entry = new LogRecord(level, message);
        entry.setLoggerName(logger);
        return entry;
    }
}

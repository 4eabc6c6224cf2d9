package dev.gibbon.operator.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.core.log.Log;
import java.util.ArrayList;
import java.util.List;
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
                            lines.add(level + " " + keyValues[1] + " " + keyValues[3]);
                        }
                    });

    @Test
    void warningsAreForwardedButNotThoseOfUnstableVersions() {
        publish(
                "io.fabric8.kubernetes.client.dsl.internal.VersionUsageUtils",
                "The client is using resource type 'meshservices' with unstable version");
        publish("io.fabric8.kubernetes.client.dsl.internal.AbstractWatchManager", "went away");

        assertThat(lines)
                .containsExactly(
                        "WARN io.fabric8.kubernetes.client.dsl.internal.AbstractWatchManager"
                                + " went away");
    }

    private void publish(String logger, String text) {
        LogRecord message = new LogRecord(java.util.logging.Level.WARNING, text);
        message.setLoggerName(logger);
        messages.publish(message);
    }
}

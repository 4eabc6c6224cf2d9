package dev.gibbon.cli.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.core.log.Log;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DescriptorLimitTest {
    private final List<String> warnings = new ArrayList<>();

    @ParameterizedTest
    @CsvSource({
        "10000, 1048576, 10000",
        "10000, 20256, 10000",
        "10000, 20255, 9999",
        "10000, 1024, 384",
        "384, 1024, 384",
        "10000, 257, 1",
        "10000, 10, 1",
        "1000000, 9223372036854775807, 1000000",
    })
    void noMoreConnectionsAreTakenThanThereAreDescriptorsFor(
            int wanted, long descriptors, int taken) {
        assertThat(new DescriptorLimit(descriptors).connections(wanted, log())).isEqualTo(taken);

        assertThat(warnings).hasSize(wanted == taken ? 0 : 1);
        if (wanted != taken) {
            assertThat(warnings.getFirst())
                    .contains("GIBBON_MAX_CONNECTIONS", "taken, " + taken, "ulimit -n of at least");
        }
    }

    @Test
    void theLimitOfThisProcessIsRead() {
        assertThat(DescriptorLimit.ofThisProcess().descriptors()).isBetween(64L, 1L << 40);
    }

    private Log log() {
        return new Log() {
            @Override
            public boolean isEnabled(Level level) {
                return true;
            }

            @Override
            public void log(Level level, String message, Object... keyValues) {
                warnings.add(message + " " + Arrays.toString(keyValues));
            }
        };
    }
}

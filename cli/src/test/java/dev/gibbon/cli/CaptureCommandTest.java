package dev.gibbon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.capture.host.CapturePlan;
import dev.gibbon.capture.host.CaptureRule;
import dev.gibbon.capture.program.CaptureFailure;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CaptureCommandTest {
    private static final String TUTORIAL =
            "capture --outbound 127.0.0.2=127.0.0.3 --inbound 127.0.0.5=127.0.0.4"
                    + " --ports 19000:9000,19443:9443,18000:8000,18443:8443";

    private final Filter filter = new Filter();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void tutorialsRulesAreApplied() {
        int exitCode = execute(TUTORIAL);

        assertThat(err.toString()).isEmpty();
        assertThat(exitCode).isZero();
        assertThat(out.toString()).isEqualTo("Capture applied" + System.lineSeparator());
        assertThat(filter.applied).hasSize(1);
        List<CaptureRule> rules = filter.applied.getFirst().rules();
        assertThat(rules.stream().filter(CaptureRule.DivertNew.class::isInstance)).hasSize(8);
        assertThat(rules.stream().filter(CaptureRule.PassSource.class::isInstance)).isEmpty();
    }

    @Test
    void exemptAddressesAndIpv6AreTaken() {
        int exitCode =
                execute("capture --inbound fd00::5=fd00::4 --ports 80:8000 --exempt fd00::4");

        assertThat(err.toString()).isEmpty();
        assertThat(exitCode).isZero();
        assertThat(filter.applied.getFirst().rules()).hasSize(5);
    }

    @Test
    void printShowsTheRulesAndChangesNothing() {
        int exitCode = execute(TUTORIAL + " --print");

        assertThat(exitCode).isZero();
        assertThat(out.toString())
                .startsWith("add table inet gibbon\ndelete table inet gibbon\n")
                .contains("ip saddr 127.0.0.2 tcp dport 19000 tproxy ip to 127.0.0.3:9000 accept\n")
                .contains(
                        "ip daddr 127.0.0.5 tcp dport 18443 tproxy ip to 127.0.0.4:8443 accept\n");
        assertThat(filter.applied).isEmpty();
    }

    @Test
    void removeRemoves() {
        int exitCode = execute("capture --remove");

        assertThat(exitCode).isZero();
        assertThat(filter.removed).isEqualTo(1);
        assertThat(out.toString()).isEqualTo("Capture removed" + System.lineSeparator());
    }

    @Test
    void failureIsOneLineAndExitCodeOne() {
        filter.failure = "nft not found in PATH (install it: apt-get install nftables)";

        int exitCode = execute(TUTORIAL);

        assertThat(exitCode).isEqualTo(1);
        assertThat(err.toString())
                .isEqualTo(
                        "gibbon: capture: nft not found in PATH (install it: apt-get install"
                                + " nftables)"
                                + System.lineSeparator());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "capture | nothing to capture (expected: --outbound, --inbound or --remove)",
                "capture --outbound 127.0.0.2=127.0.0.3 | no ports (expected: --ports, e.g. --ports 19000:9000)",
                "capture --outbound 127.0.0.2 --ports 1:2 | --outbound: 127.0.0.2 (expected: <ip>=<ip of the sidecar>)",
                "capture --outbound localhost=127.0.0.3 --ports 1:2 | --outbound: localhost (expected: an IP address)",
                "capture --inbound 127.0.0.2=::1 --ports 1:2 | inbound: 127.0.0.2 and 0:0:0:0:0:0:0:1 (expected: two addresses of one family)",
                "capture --inbound 127.0.0.2=127.0.0.3 --ports 1 | --ports: 1 (expected: <port>:<listener's port>, each 1-65535)",
                "capture --inbound 127.0.0.2=127.0.0.3 --ports 1:70000 | --ports: 1:70000 (expected: <port>:<listener's port>, each 1-65535)",
                "capture --inbound 127.0.0.2=127.0.0.3 --ports 1:2,1:3 | inbound: 127.0.0.2:1 is given twice (expected: once)",
                "capture --inbound 127.0.0.2=127.0.0.3 --ports 1:2 --exempt x | --exempt: x (expected: an IP address)",
                "capture --remove --ports 1:2 | --remove removes everything (expected: no other option but --print)",
            })
    void wrongUsageIsExplainedWithExitCodeTwo(String arguments, String message) {
        int exitCode = execute(arguments);

        assertThat(exitCode).isEqualTo(2);
        assertThat(err.toString().lines())
                .containsExactly("gibbon capture: " + message, "Try 'gibbon capture --help'.");
        assertThat(filter.applied).isEmpty();
    }

    @Test
    void helpShowsTheExampleAndVersionIsPrinted() {
        assertThat(execute("capture --help")).isZero();
        assertThat(execute("--version")).isZero();
        assertThat(out.toString())
                .contains("gibbon capture --outbound 127.0.0.2=127.0.0.3")
                .contains("--exempt 127.0.0.4\n")
                .contains("gibbon (not packaged)");
    }

    @Test
    void commandThatDoesNotExistIsRefusedByName() {
        assertThat(execute("capsize")).isEqualTo(2);
        assertThat(err.toString())
                .startsWith("gibbon: unknown command: capsize\n")
                .contains("Try 'gibbon --help'.");
        assertThat(execute("")).isEqualTo(2);
    }

    private int execute(String arguments) {
        return Gibbon.commandLine(
                        List.of(new CaptureCommand(filter)),
                        new PrintWriter(out, true),
                        new PrintWriter(err, true))
                .execute(arguments.isEmpty() ? new String[0] : arguments.split(" ", -1));
    }

    /** A packet filter that remembers. */
    private static final class Filter implements CaptureTarget {
        private final List<CapturePlan> applied = new ArrayList<>();
        private int removed;
        private @Nullable String failure;

        @Override
        public void apply(CapturePlan plan) throws CaptureFailure {
            if (failure != null) {
                throw new CaptureFailure(failure);
            }
            applied.add(plan);
        }

        @Override
        public void remove() {
            removed++;
        }
    }
}

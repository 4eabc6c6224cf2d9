package dev.gibbon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.cli.ask.StatusCommand;
import dev.gibbon.cli.ask.WorkloadCommand;
import dev.gibbon.cli.node.RunCommand;
import dev.gibbon.cli.node.StopCommand;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is printed when the arguments are wrong. */
class UsageReportTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    stat          | gibbon: unknown command: stat (did you mean status?)
                    sto           | gibbon: unknown command: sto (did you mean stop?)
                    st            | gibbon: unknown command: st (did you mean status or stop?)
                    statsu        | gibbon: unknown command: statsu (did you mean status?)
                    workloads     | gibbon: unknown command: workloads (did you mean workload?)
                    chek          | gibbon: unknown command: chek (did you mean check?)
                    inj           | gibbon: unknown command: inj (did you mean inject?)
                    frobnicate    | gibbon: unknown command: frobnicate
                    x             | gibbon: unknown command: x
                    workload rm x | gibbon workload: unknown command: rm
                    --verison     | gibbon: Unknown option: '--verison' (did you mean --version?)
                    status --outptu | gibbon status: Unknown option: '--outptu' (did you mean --output?)
                    status now    | gibbon status: Unmatched argument at index 1: 'now'
                    """)
    void whatIsUnknownIsNamedInOneLineWithWhatIsMostLikeIt(String arguments, String line) {
        assertThat(execute(arguments.split(" ", -1))).isEqualTo(2);

        assertThat(err.toString().lines().toList()).hasSize(2).first().isEqualTo(line);
        assertThat(err.toString().lines().toList().getLast()).startsWith("Try 'gibbon");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void withoutACommandAllOfThemAreListed() {
        assertThat(execute()).isEqualTo(2);

        assertThat(err.toString()).startsWith("gibbon: no command").contains("status", "stop");
    }

    @Test
    void helpIsAlsoACommand() {
        assertThat(execute("help")).isZero();
        assertThat(out.toString())
                .contains("plain hosts and on Kubernetes", "status", "check", "why pod/NAME");

        assertThat(execute("help", "stop")).isZero();
        assertThat(out.toString()).contains("Usage: gibbon stop");
    }

    private int execute(String... arguments) {
        return Gibbon.commandLine(
                        List.of(
                                new RunCommand(Map.of()),
                                new StopCommand(Map.of()),
                                new StatusCommand(InstantSource.fixed(Instant.EPOCH)),
                                new WorkloadCommand()),
                        new PrintWriter(out, true),
                        new PrintWriter(err, true))
                .execute(arguments);
    }
}

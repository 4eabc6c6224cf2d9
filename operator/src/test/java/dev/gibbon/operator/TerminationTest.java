package dev.gibbon.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A program that is told to end, as a process. */
@Timeout(60)
final class TerminationTest {

    /** Says when it runs, and when it has ended; with the argument as its exit code. */
    static final class Program {
        private Program() {}

        public static void main(String[] arguments) {
            Termination termination = new Termination();
            termination.install();
            System.out.println("ready");
            if (arguments.length > 1) {
                termination.ended(Integer.parseInt(arguments[0]));
                System.exit(Integer.parseInt(arguments[0]));
            }
            termination.awaitAsked();
            System.out.println("ended");
            System.out.flush();
            termination.ended(Integer.parseInt(arguments[0]));
        }
    }

    private static Process start(String... arguments) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Program.class.getName());
        builder.command().addAll(java.util.List.of(arguments));
        return builder.start();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void signalEndsItWithWhatTheProgramSaysAfterItHasEnded(int code) throws Exception {
        Process process = start("" + code);
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            assertThat(out.readLine()).isEqualTo("ready");

            process.toHandle().destroy();

            assertThat(out.readLine()).isEqualTo("ended");
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(code);
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void programThatEndsByItselfKeepsItsExitCode() throws Exception {
        Process process = start("3", "by itself");

        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(3);
    }
}

package dev.gibbon.cli.tutorial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TutorialDocumentTest {

    @Test
    void blocksComeInTheOrderOfTheDocument() {
        String markdown =
                """
                # Title

                ```sh background name=server
                ncat --listen \\
                     127.0.0.5 19000
                ```

                ```text expect
                Listening
                ```

                ```sh run
                echo one
                ```

                ```text expect retry
                one
                ```

                ```text expect of=server
                ...
                Connection
                ```

                ```sh run fails
                false
                ```

                ```mermaid
                graph LR
                ```

                ```sh shown
                rm -rf /
                ```

                <!-- stop: server -->
                """;

        List<TutorialBlock> blocks = TutorialDocument.parse(markdown).blocks();

        assertThat(blocks)
                .containsExactly(
                        new TutorialBlock.Background(
                                3, "server", "ncat --listen \\\n     127.0.0.5 19000\n"),
                        new TutorialBlock.Expect(8, expected("Listening"), "server", false),
                        new TutorialBlock.Run(12, "echo one\n", false),
                        new TutorialBlock.Expect(16, expected("one"), "", true),
                        new TutorialBlock.Expect(20, expected("Connection"), "server", false),
                        new TutorialBlock.Run(25, "false\n", true),
                        new TutorialBlock.Stop(37, List.of("server")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "```sh;true;```|line 1: sh  (expected: sh run, background or shown)",
                "```sh runn;true;```|line 1: sh runn (expected: sh run, background or shown)",
                "```sh run quick;true;```|line 1: quick (expected: nothing more here)",
                "```sh run;true|line 1: the block has no end (expected: a line of three back-ticks)",
                "```sh background;true;```|line 1: name= (expected: small letters, digits, dashes)",
                "```sh background name=../a;true;```|line 1: name=../a (expected: small letters, digits, dashes)",
                "```sh background name=a;true;```;```sh background name=a;true;```|line 4: name=a runs already (expected: a name of its own)",
                "```sh background name=a;true;```|never stopped: a",
                "```text expect;yes;```|line 1: no block above (expected: one that prints)",
                "```sh run;true;```;```text expect;...;```|line 4: nothing is expected (expected: a line other than ...)",
                "```sh run;true;```;```text expect of=a;yes;```|line 4: of=a (expected: the name of a running console)",
                "```sh background name=a;true;```;```text expect retry;yes;```|line 4: retry (expected: only after a run block; a console is awaited)",
                "<!-- stop: a -->|line 1: stop: a (expected: the name of a running one)",
                "<!-- stop: a|line 1: the comment has no end (expected: --> on the same line)",
            })
    void whatCannotBeUnderstoodIsRefusedWithItsLine(String markdown, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TutorialDocument.parse(markdown.replace(';', '\n')))
                .withMessage(message);
    }

    @Test
    void theTutorialItselfIsUnderstood() throws Exception {
        TutorialDocument tutorial = TutorialDocument.read(Path.of("../docs/tutorial.md"));

        assertThat(tutorial.blocks().stream().filter(TutorialBlock.Run.class::isInstance))
                .hasSizeGreaterThan(20);
    }

    private static ExpectedOutput expected(String... lines) {
        return new ExpectedOutput(List.of(lines));
    }
}

package dev.gibbon.cli.tutorial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The machinery of {@link TutorialTest} on small documents, without a mesh. */
class TutorialRunTest {
    @TempDir private Path folder;

    @Test
    void variablesFunctionsAndTheFolderLastFromBlockToBlock() throws Exception {
        execute(
                """
                ```sh run
                mkdir inner && cd inner
                greet() { echo "hello $1"; }
                name=world
                ```

                ```sh run
                greet $name
                basename "$PWD"
                ```

                ```text expect
                hello world
                inner
                ```
                """);
    }

    @Test
    void aCommandThatFailsInTheMiddleOfABlockFailsTheTutorial() {
        assertThatThrownBy(() -> execute("```sh run\nls no-such-file\necho on\n```\n"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("line 1: exit code 2 (expected: 0)")
                .hasMessageContaining("no-such-file");
    }

    @Test
    void aBlockThatShouldFailMustFail() throws Exception {
        execute("```sh run fails\nfalse\n```\n");

        assertThatThrownBy(() -> execute("```sh run fails\ntrue\n```\n"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("exit code 0 (expected: not 0)");
    }

    @Test
    void anOutputWithoutTheExpectedLineFailsTheTutorial() {
        assertThatThrownBy(() -> execute("```sh run\necho no\n```\n```text expect\nyes\n```\n"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("line 4: the output has no line like")
                .hasMessageContaining("yes");
    }

    @Test
    void aBlockIsRepeatedOnlyWhereTheDocumentSaysSo() throws Exception {
        String thirdTime = "echo x >>count\n[ $(wc -l <count) -ge 3 ] && echo there\n";

        execute("```sh run\n" + thirdTime + "```\n```text expect retry\nthere\n```\n");

        assertThat(folder.resolve("1/work/count")).hasContent("x\nx\nx\n");
        assertThatThrownBy(() ->
                        execute("```sh run\n" + thirdTime + "```\n```text expect\nthere\n```"))
                .isInstanceOf(AssertionError.class);
    }

    @Test
    void whatAConsoleShowsIsAwaitedAndItsProcessEndsWithStop() throws Exception {
        execute(
                """
                ```sh background name=server
                echo started; echo $$ >pid; while :; do sleep 1; done
                ```

                ```text expect
                started
                ```

                <!-- stop: server -->
                """);

        long pid = Long.parseLong(Files.readString(folder.resolve("1/work/pid")).strip());
        assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
    }

    @Test
    void commandsOfTheGivenFolderComeFirst() throws Exception {
        Path bin = Files.createDirectories(folder.resolve("bin"));
        Path command = Files.writeString(bin.resolve("gibbon"), "#!/bin/sh\necho \"it: $*\"\n");
        Files.setPosixFilePermissions(command, PosixFilePermissions.fromString("rwxr-xr-x"));

        execute("```sh run\ngibbon a 'b c'\n```\n```text expect\nit: a b c\n```\n");
    }

    private int executions;

    private void execute(String markdown) throws IOException, InterruptedException {
        executions++;
        Path own = Files.createDirectories(folder.resolve(String.valueOf(executions)));
        TutorialDocument document = TutorialDocument.parse(markdown);
        try (TutorialSession session =
                TutorialSession.open(List.of(), own, folder.resolve("bin"))) {
            new TutorialRun(session).execute(document);
        }
    }
}

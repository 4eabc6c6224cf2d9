package dev.gibbon.cli.tutorial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Types {@code docs/tutorial.md} into a shell, in a network namespace made for it. */
@Tag("netns")
@Tag("slow")
class TutorialTest {
    private static final List<String> NEEDED =
            List.of("bash", "curl", "ip", "iptables", "ncat", "nft", "openssl", "tail");
    private static final Duration LEAVE_LIMIT = Duration.ofSeconds(5);

    @TempDir private Path folder;

    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void everyCommandOfTheTutorialDoesWhatTheTutorialSays() throws Exception {
        TutorialDocument tutorial = TutorialDocument.read(Path.of("../docs/tutorial.md"));
        assumeTrue("root".equals(System.getProperty("user.name")), "needs root");
        assumeTrue(missing().isEmpty(), "needs " + String.join(", ", missing()));
        String namespace = "gibbon-tutorial-" + ProcessHandle.current().pid();
        must("ip", "netns", "add", namespace);
        try {
            must("ip", "-n", namespace, "link", "set", "lo", "up");
            try (TutorialSession session =
                    TutorialSession.open(
                            List.of("ip", "netns", "exec", namespace), folder, gibbonOnPath())) {
                execute(tutorial, session);
            }
            assertThat(processesLeft(namespace))
                    .as("processes that the tutorial has left behind")
                    .isEmpty();
        } finally {
            for (String pid : pids(namespace)) {
                ProcessHandle.of(Long.parseLong(pid)).ifPresent(ProcessHandle::destroyForcibly);
            }
            must("ip", "netns", "del", namespace);
        }
    }

    private static void execute(TutorialDocument tutorial, TutorialSession session)
            throws IOException, InterruptedException {
        try {
            new TutorialRun(session).execute(tutorial);
        } catch (AssertionError | IOException e) {
            throw new AssertionError("the ends of the logs:" + logs(session.work()), e);
        }
    }

    /** The ends of the nodes' logs, which say what a console does not. */
    private static String logs(Path work) throws IOException {
        StringBuilder text = new StringBuilder();
        try (Stream<Path> files = Files.walk(work)) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".log")).sorted().toList()) {
                List<String> lines = Files.readAllLines(file, StandardCharsets.ISO_8859_1);
                text.append("\n--- ").append(work.relativize(file)).append('\n');
                lines.subList(Math.max(0, lines.size() - 15), lines.size())
                        .forEach(line -> text.append(line).append('\n'));
            }
        }
        return text.toString();
    }

    /** A folder with a {@code gibbon} command that runs the classes under test. */
    private Path gibbonOnPath() throws IOException {
        Path bin = Files.createDirectories(folder.resolve("bin"));
        String script =
                "#!/bin/sh\nexec '%s/bin/java' -cp '%s' dev.gibbon.cli.Gibbon \"$@\"\n"
                        .formatted(
                                System.getProperty("java.home"),
                                System.getProperty("java.class.path"));
        Path command = Files.writeString(bin.resolve("gibbon"), script);
        Files.setPosixFilePermissions(command, PosixFilePermissions.fromString("rwxr-xr-x"));
        return bin;
    }

    private static List<String> missing() {
        List<String> folders = List.of(System.getenv("PATH").split(File.pathSeparator));
        return NEEDED.stream()
                .filter(command ->
                        folders.stream()
                                .noneMatch(path -> Files.isExecutable(Path.of(path, command))))
                .toList();
    }

    private static List<String> processesLeft(String namespace)
            throws IOException, InterruptedException {
        long end = System.nanoTime() + LEAVE_LIMIT.toNanos();
        List<String> left = pids(namespace);
        while (!left.isEmpty() && System.nanoTime() < end) {
            Thread.sleep(Duration.ofMillis(50));
            left = pids(namespace);
        }
        return left;
    }

    private static List<String> pids(String namespace) throws IOException, InterruptedException {
        return must("ip", "netns", "pids", namespace).lines().toList();
    }

    private static String must(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(String.join(" ", command) + ": " + output).isZero();
        return output;
    }
}

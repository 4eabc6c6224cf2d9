package dev.gibbon.cli.tutorial;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * What a reader of a tutorial has before them: one main console, a bash whose variables, functions
 * and folder last from one block to the next, and consoles of their own for what runs on. Closing
 * ends all that was started here, by process id.
 */
final class TutorialSession implements AutoCloseable {
    private static final Duration END_LIMIT = Duration.ofSeconds(3);

    private final List<String> enter;
    private final Path work;
    private final Path notes;
    private final Path bin;
    private final Process shell;
    private final Writer typed;
    private final BufferedReader answers;
    private final Map<String, Process> consoles = new HashMap<>();
    private int blocks;

    private TutorialSession(List<String> enter, Path folder, Path bin) throws IOException {
        this.enter = List.copyOf(enter);
        this.bin = bin;
        work = Files.createDirectories(folder.resolve("work"));
        notes = Files.createDirectories(folder.resolve("notes"));
        shell =
                builder(List.of("bash", "--noprofile", "--norc"))
                        .redirectError(notes.resolve("shell.err").toFile())
                        .start();
        typed = shell.outputWriter(StandardCharsets.UTF_8);
        answers =
                new BufferedReader(
                        new InputStreamReader(shell.getInputStream(), StandardCharsets.UTF_8));
    }

    /**
     * @param enter the command that leads to where the tutorial is run, e.g. {@code ip netns exec
     *     NAME}; empty for here
     * @param folder an empty folder: {@code work} in it is where the reader is
     * @param bin a folder of commands that come first on the path
     */
    static TutorialSession open(List<String> enter, Path folder, Path bin) throws IOException {
        return new TutorialSession(enter, folder, bin);
    }

    /** The folder that the tutorial is run in. */
    Path work() {
        return work;
    }

    /**
     * What a block did.
     *
     * @param status 0, or that of the last command in it that failed
     * @param output standard output and standard error, as a console shows them
     */
    record Outcome(int status, String output) {}

    /**
     * Runs a block in the main console.
     *
     * @throws IOException when it does not end in time; the session is of no use then
     */
    Outcome run(String script, Duration limit) throws IOException, InterruptedException {
        blocks++;
        Path file = notes.resolve("block-" + blocks + ".sh");
        Path output = notes.resolve("block-" + blocks + ".out");
        Files.writeString(file, script);
        typed.write("status=0; trap 'status=$?' ERR; . " + file + " >" + output);
        typed.write(" 2>&1 </dev/null; trap - ERR; echo $status\n");
        typed.flush();
        CompletableFuture<String> answer = CompletableFuture.supplyAsync(this::answer);
        try {
            int status = Integer.parseInt(answer.get(limit.toMillis(), TimeUnit.MILLISECONDS));
            return new Outcome(status, text(output));
        } catch (TimeoutException e) {
            throw new IOException(
                    "no end within " + limit.toSeconds() + " s; it printed: " + text(output), e);
        } catch (ExecutionException e) {
            throw new IOException("the shell ended; it printed: " + text(output), e);
        }
    }

    private String answer() {
        try {
            String line = answers.readLine();
            if (line == null) {
                throw new IllegalStateException("the shell has ended");
            }
            return line;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts a block in a console of its own. */
    void start(String name, String script) throws IOException {
        Process console =
                builder(List.of("bash", "--noprofile", "--norc", "-c", script))
                        .redirectInput(Path.of("/dev/null").toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(consoleOutput(name).toFile())
                        .start();
        consoles.put(name, console);
    }

    /** What a console shows by now. */
    String shown(String name) throws IOException {
        return text(consoleOutput(name));
    }

    /** Ends what runs in a console. */
    void stop(String name) throws InterruptedException {
        Process console = consoles.remove(name);
        if (console != null) {
            end(console);
        }
    }

    private ProcessBuilder builder(List<String> command) {
        List<String> whole = new ArrayList<>(enter);
        whole.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(whole).directory(work.toFile());
        Map<String, String> environment = builder.environment();
        // Settings of whoever runs the test must not leak into the tutorial's nodes.
        environment.keySet().removeIf(name -> name.startsWith("GIBBON_"));
        environment.put("PATH", bin + ":" + environment.getOrDefault("PATH", "/usr/bin:/bin"));
        return builder;
    }

    private Path consoleOutput(String name) {
        return notes.resolve("console-" + name + ".out");
    }

    private static String text(Path file) throws IOException {
        // Bytes that are no UTF-8 must not hide the rest.
        return Files.exists(file)
                ? new String(Files.readAllBytes(file), StandardCharsets.UTF_8)
                : "";
    }

    private static void end(Process process) throws InterruptedException {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroy();
        children.forEach(ProcessHandle::destroy);
        if (!process.waitFor(END_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
            process.destroyForcibly().waitFor();
        }
        children.forEach(ProcessHandle::destroyForcibly);
    }

    @Override
    public void close() throws IOException {
        try {
            for (Process console : consoles.values()) {
                end(console);
            }
            // A bash that reads commands ignores SIGTERM; it leaves when there are no more.
            List<ProcessHandle> children = shell.descendants().toList();
            typed.close();
            children.forEach(ProcessHandle::destroy);
            if (!shell.waitFor(END_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                shell.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            shell.destroyForcibly();
        }
    }
}

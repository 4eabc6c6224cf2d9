package dev.gibbon.capture.program;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A program of the system, for the network namespace of this process. Rules go through its standard
 * input, never through a shell.
 *
 * @param name what messages call it, e.g. {@code nft}
 * @param command how to start it
 * @param environment what its environment has beyond this process' own
 */
public record Program(String name, List<String> command, Map<String, String> environment) {
    private static final long TIMEOUT_SECONDS = 10;

    /**
     * How a run has ended.
     *
     * @param output what was written to the standard output and the standard error, mixed
     */
    public record Result(int exitCode, String output) {
        public boolean succeeded() {
            return exitCode == 0;
        }

        /** The first line that says something, fit for a message. */
        public String firstLine() {
            return output.lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty())
                    .findFirst()
                    .map(line -> line.replaceAll("\\p{Cntrl}", "?"))
                    .orElse("(no message)");
        }
    }

    public Program {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
    }

    /** A program with this process' environment. */
    public Program(String name, List<String> command) {
        this(name, command, Map.of());
    }

    /**
     * The program of this name, from the PATH of this environment or where the system has those of
     * its administrator.
     */
    public static Optional<Program> find(String name, Map<String, String> environment) {
        List<String> directories =
                new ArrayList<>(List.of(environment.getOrDefault("PATH", "").split(":", -1)));
        // Often absent from the PATH of a user's shell, though the program is there.
        directories.add("/usr/sbin");
        directories.add("/sbin");
        return directories.stream()
                .filter(directory -> directory.startsWith("/"))
                .map(directory -> Path.of(directory, name))
                .filter(Files::isExecutable)
                .findFirst()
                .map(path -> new Program(name, List.of(path.toString())));
    }

    /**
     * Runs the program and waits for its end, for 10 s at most.
     *
     * @throws CaptureFailure when it cannot be started or does not end
     */
    public Result run(String input, String... arguments) throws CaptureFailure {
        List<String> line = new ArrayList<>(command);
        line.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
        builder.environment().put("LC_ALL", "C");
        builder.environment().putAll(environment);
        try {
            Process process = builder.start();
            try (OutputStream stdin = process.getOutputStream()) {
                stdin.write(input.getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                // The program has ended before it read everything; its own words say why.
            }
            // Read beside the wait: a process that cannot get rid of its output never ends.
            CompletableFuture<String> output = CompletableFuture.supplyAsync(() -> read(process));
            if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new CaptureFailure(
                        name + " did not end within " + TIMEOUT_SECONDS + " s and was stopped");
            }
            return new Result(process.exitValue(), output.join());
        } catch (IOException e) {
            throw new CaptureFailure("cannot run " + command.getFirst() + ": " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CaptureFailure("interrupted while " + name + " was running");
        }
    }

    private static String read(Process process) {
        try {
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }
}

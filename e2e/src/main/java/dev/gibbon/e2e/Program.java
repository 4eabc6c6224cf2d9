package dev.gibbon.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A program of somebody who administers the cluster, e.g. {@code kubectl}, and the cluster that it
 * works on.
 *
 * @param file where it is, or its name if it is on the path
 * @param kubeconfig which cluster
 * @param directory what relative paths in arguments are relative to
 */
public record Program(String file, Path kubeconfig, Path directory) {
    private static final int LIMIT_MINUTES = 8;

    /** Checks that nothing is missing. */
    public Program {
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(kubeconfig, "kubeconfig");
        Objects.requireNonNull(directory, "directory");
    }

    /** Runs it to its end. */
    public CommandResult run(String... arguments) {
        return runWith("", arguments);
    }

    /**
     * Runs it to its end.
     *
     * @param input what it reads from standard input
     * @throws IllegalStateException when it takes more than eight minutes
     */
    public CommandResult runWith(String input, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(file);
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        builder.environment().put("KUBECONFIG", kubeconfig.toString());
        try {
            Process process = builder.start();
            CompletableFuture<String> errors =
                    CompletableFuture.supplyAsync(() -> text(process.getErrorStream()));
            CompletableFuture<String> output =
                    CompletableFuture.supplyAsync(() -> text(process.getInputStream()));
            try (var stdin = process.getOutputStream()) {
                stdin.write(input.getBytes(StandardCharsets.UTF_8));
            }
            if (!process.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                throw new IllegalStateException(
                        command + ": not done in " + LIMIT_MINUTES + " min");
            }
            return new CommandResult(process.exitValue(), output.join(), errors.join());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted in " + command, e);
        }
    }

    private static String text(InputStream stream) {
        try (stream) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

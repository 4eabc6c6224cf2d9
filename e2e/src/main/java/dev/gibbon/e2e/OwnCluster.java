package dev.gibbon.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The cluster of {@code ./dev cluster}, as a machine that can be started, stopped and looked into.
 */
public final class OwnCluster {
    /** Building the cluster's programs with nothing cached takes 12 minutes on two cores. */
    private static final int MINUTES = 40;

    private final Path checkout =
            Path.of(System.getProperty("gibbon.checkout", "..")).toAbsolutePath().normalize();

    OwnCluster() {}

    /**
     * Runs {@code ./dev cluster ARGUMENTS}. Its progress goes to the standard error output of this
     * process.
     */
    public CommandResult run(String... arguments) {
        List<String> command = new ArrayList<>(List.of("./dev", "cluster"));
        command.addAll(List.of(arguments));
        return start(command);
    }

    /** Runs a shell's command line in the checkout, with the cluster's kubectl and helm. */
    public CommandResult shell(String line) {
        return start(List.of("bash", "-c", "eval \"$(./dev cluster env)\" && " + line));
    }

    /** Where the cluster keeps the processes' ids, logs and keys. */
    public Path directory() {
        Path kubeconfig = Path.of(run("kubeconfig").orThrow().strip());
        return kubeconfig.resolve("../..").normalize();
    }

    private CommandResult start(List<String> command) {
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .directory(checkout.toFile())
                        .redirectError(ProcessBuilder.Redirect.INHERIT);
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            String output =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
                throw new IllegalStateException(command + ": not done in " + MINUTES + " min");
            }
            return new CommandResult(process.exitValue(), output, "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted in " + command, e);
        }
    }
}

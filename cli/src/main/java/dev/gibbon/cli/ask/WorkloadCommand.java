package dev.gibbon.cli.ask;

import dev.gibbon.cli.CommandFailure;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code gibbon workload}: what the control plane knows to be meshed. */
@Command(
        name = "workload",
        mixinStandardHelpOptions = true,
        description = "Manages what the control plane knows to be meshed.",
        subcommands = WorkloadCommand.Remove.class)
public final class WorkloadCommand implements Runnable {
    @Spec private @Nullable CommandSpec spec;

    /** Made by the program's wiring. */
    public WorkloadCommand() {}

    @Override
    public void run() {
        if (spec != null) {
            throw new ParameterException(spec.commandLine(), "no command (expected: remove)");
        }
    }

    /** {@code gibbon workload remove}. */
    @Command(
            name = "remove",
            mixinStandardHelpOptions = true,
            description = {
                "Forgets a sidecar's workload: connections to it may then be plain.",
                "A workload stays meshed when its sidecar stops, so that a stop never turns traffic to"
                        + " plain text; this is how it leaves the mesh.",
                "A connected sidecar declares its workload again when it renews its certificate: stop"
                        + " it first, or restart it without GIBBON_WORKLOAD."
            })
    static final class Remove implements Callable<Integer> {
        @Parameters(paramLabel = "NAME", description = "The sidecar's name, as in gibbon status.")
        private String name = "";

        @Mixin private AdminOptions options = new AdminOptions();
        @Spec private @Nullable CommandSpec spec;

        @Override
        public Integer call() throws CommandFailure {
            if (!name.matches("[A-Za-z0-9._~-]{1,253}")) {
                throw new CommandFailure(
                        "name: not a sidecar's name (expected: letters, digits, . _ ~ -)");
            }
            options.client().delete("/workloads?name=" + name);
            if (spec != null) {
                spec.commandLine().getOut().println("Workload " + name + " removed");
            }
            return 0;
        }
    }
}

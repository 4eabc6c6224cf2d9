package dev.gibbon.cli;

import dev.gibbon.cli.ask.StatusCommand;
import dev.gibbon.cli.ask.WhyCommand;
import dev.gibbon.cli.ask.WorkloadCommand;
import dev.gibbon.cli.daemon.Launcher;
import dev.gibbon.cli.demo.DemoCommand;
import dev.gibbon.cli.node.RunCommand;
import dev.gibbon.cli.node.StartCommand;
import dev.gibbon.cli.node.StopCommand;
import dev.gibbon.cli.node.TokenCommand;
import dev.gibbon.core.log.LostOutput;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The {@code gibbon} program. */
@Command(
        name = "gibbon",
        description = "A service mesh, on plain hosts and on Kubernetes.",
        mixinStandardHelpOptions = true,
        versionProvider = ProgramVersion.class,
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "On Kubernetes, where helm installs it:",
            "  check         Says whether the mesh in a cluster is all right, and if not, what to do.",
            "  why pod/NAME  Explains what would happen to a connection or a request of a pod.",
            "  inject        Puts the sidecar into the pods and pod templates of a manifest.",
            "",
            "Exit codes: 0 done, 1 failed, 2 wrong usage.",
            "gibbon COMMAND --help explains a command."
        })
public final class Gibbon implements Runnable {
    /** Commands of the program for Kubernetes, which the launcher starts in place of this one. */
    static final List<String> ON_KUBERNETES = List.of("check", "inject");

    @Spec private @Nullable CommandSpec spec;

    /** Runs the command that the arguments name, and ends the process with its exit code. */
    public static void main(String[] args) {
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        int exitCode = commandLine(subcommands(System.getenv()), out, err).execute(args);
        System.exit(LostOutput.exitCode(exitCode, out, err));
    }

    /** All commands of the program, wired. A new command is one more element. */
    private static List<Object> subcommands(Map<String, String> environment) {
        Launcher launcher = Launcher.likeThis(Gibbon.class.getName());
        return List.of(
                new StartCommand(environment, launcher),
                new StopCommand(environment),
                new RunCommand(environment),
                new StatusCommand(InstantSource.system()),
                new WhyCommand(),
                new WorkloadCommand(),
                new TokenCommand(environment),
                new CaptureCommand(new NftTarget(environment)),
                new DemoCommand(launcher.command()));
    }

    /** The program with these commands, which prints to these writers. */
    static CommandLine commandLine(List<Object> subcommands, PrintWriter out, PrintWriter err) {
        CommandLine line = new CommandLine(new Gibbon());
        subcommands.forEach(line::addSubcommand);
        line.addSubcommand(new CommandLine.HelpCommand());
        line.setOut(out);
        line.setErr(err);
        line.setExecutionExceptionHandler(new FailureReport());
        line.setParameterExceptionHandler(new UsageReport());
        return line;
    }

    /** Without a command there is nothing to do: says so, with the list of commands. */
    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                Objects.requireNonNull(spec, "set by picocli").commandLine(),
                "no command (expected: one of those below)");
    }
}

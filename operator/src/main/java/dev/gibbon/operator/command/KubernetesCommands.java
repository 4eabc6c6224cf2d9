package dev.gibbon.operator.command;

import dev.gibbon.core.log.LostOutput;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The {@code gibbon} program for the commands that deal with Kubernetes. */
@Command(
        name = "gibbon",
        description = "The commands for Kubernetes.",
        mixinStandardHelpOptions = true,
        versionProvider = KubernetesCommands.class,
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "Exit codes: 0 done, 1 failed, 2 wrong usage."})
public final class KubernetesCommands implements Runnable, IVersionProvider {
    /** Held, because the JDK forgets the level of a logger that nobody holds. */
    private static final Logger LIBRARY = Logger.getLogger("io.fabric8");

    @Spec private @Nullable CommandSpec spec;

    /** Runs the command that the arguments name, and ends the process with its exit code. */
    public static void main(String[] args) {
        // It warns of every alpha version, and what fails is said by the commands.
        LIBRARY.setLevel(Level.SEVERE);
        PrintWriter out = new PrintWriter(System.out, false, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        int exitCode = commandLine(subcommands(System.in), out, err).execute(args);
        System.exit(LostOutput.exitCode(exitCode, out, err));
    }

    /** All commands, wired. A new command is one more element, and one more in the launcher. */
    private static List<Object> subcommands(InputStream in) {
        Clients clients =
                new ClusterClients(
                        System.getenv(),
                        // As kubectl has it; the JDK's own property is what the user's account
                        // says.
                        Path.of(
                                System.getenv()
                                        .getOrDefault("HOME", System.getProperty("user.home"))));
        return List.of(
                new InjectCommand(in, version()),
                new CheckCommand(clients, InstantSource.system(), version()),
                new PodWhyCommand(clients));
    }

    /** The program with these commands, which prints to these writers. */
    static CommandLine commandLine(List<Object> subcommands, PrintWriter out, PrintWriter err) {
        CommandLine line = new CommandLine(new KubernetesCommands());
        subcommands.forEach(line::addSubcommand);
        line.addSubcommand(new CommandLine.HelpCommand());
        line.setOut(out);
        line.setErr(err);
        line.setExecutionExceptionHandler(KubernetesCommands::report);
        line.setParameterExceptionHandler(KubernetesCommands::report);
        return line;
    }

    private static int report(
            Exception failure, CommandLine line, CommandLine.ParseResult parseResult) {
        if (failure instanceof CommandFailure expected) {
            line.getErr().println("gibbon: " + failure.getMessage());
            return expected.exitCode();
        }
        line.getErr().println("gibbon: internal error, please report it with what follows");
        failure.printStackTrace(line.getErr());
        return ExitCode.SOFTWARE;
    }

    private static int report(ParameterException mistake, String[] args) {
        CommandLine line = mistake.getCommandLine();
        String name = line.getCommandSpec().qualifiedName();
        line.getErr().println(name + ": " + mistake.getMessage());
        line.getErr().println("Try '" + name + " --help'.");
        return ExitCode.USAGE;
    }

    /** What the build has put into the jar's manifest. */
    private static String version() {
        String version = KubernetesCommands.class.getPackage().getImplementationVersion();
        return version == null ? "0-unpackaged" : version;
    }

    @Override
    public String[] getVersion() {
        return new String[] {"gibbon " + version()};
    }

    /** Without a command there is nothing to do. */
    @Override
    public void run() {
        throw new ParameterException(
                Objects.requireNonNull(spec, "set by picocli").commandLine(), "no command");
    }
}

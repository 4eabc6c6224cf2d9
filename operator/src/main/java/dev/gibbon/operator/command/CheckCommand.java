package dev.gibbon.operator.command;

import dev.gibbon.operator.check.CheckReport;
import dev.gibbon.operator.check.Checks;
import dev.gibbon.operator.check.ClusterReader;
import dev.gibbon.operator.check.ClusterSnapshot;
import dev.gibbon.operator.check.JsonReport;
import dev.gibbon.operator.check.TextReport;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code gibbon check}: whether everything is all right, and if not: what, where, how to fix it.
 */
@Command(
        name = "check",
        description = {
            "Says whether the mesh in a cluster is all right, and if not, what to do.",
            "",
            "Reads one cluster; changes nothing. What this user may not read is"
                    + " skipped, and said."
        },
        mixinStandardHelpOptions = true,
        versionProvider = KubernetesCommands.class,
        sortOptions = false,
        footer = {
            "",
            "Exit codes: 0 nothing has failed, 1 a check has failed, 2 wrong usage or no cluster that"
                    + " can be reached."
        })
final class CheckCommand implements Callable<Integer> {
    private final Clients clients;
    private final InstantSource clock;
    private final String version;

    @Spec private @Nullable CommandSpec spec;
    @Mixin private ClusterOptions cluster = new ClusterOptions();

    @Option(
            names = {"-n", "--namespace"},
            paramLabel = "NAME",
            description = "Look only at pods and configuration of this one. Default: all.")
    private @Nullable String namespace;

    /**
     * @param version of this program
     */
    CheckCommand(Clients clients, InstantSource clock, String version) {
        this.clients = clients;
        this.clock = clock;
        this.version = version;
    }

    @Override
    public Integer call() throws CommandFailure {
        CommandLine line = Objects.requireNonNull(spec, "set by picocli").commandLine();
        String meshNamespace = cluster.meshNamespace(line);
        boolean json = cluster.json(line);
        if (namespace != null) {
            ClusterOptions.requireName(line, "--namespace", namespace);
        }
        CheckReport report;
        try (KubernetesClient client = clients.open(cluster.selection())) {
            ClusterSnapshot snapshot;
            try {
                snapshot = ClusterReader.read(client, meshNamespace, namespace, version, clock);
            } catch (IOException e) {
                throw ClusterOptions.unreachable(client, e);
            }
            report = Checks.run(snapshot);
        }
        line.getOut()
                .print(
                        json
                                ? JsonReport.render(report)
                                : TextReport.render(report, Ansi.AUTO.enabled()));
        line.getOut().flush();
        return report.exitCode();
    }
}

package dev.gibbon.operator.command;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** What commands that ask a cluster have in common. */
final class ClusterOptions {
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            description = "text (default) or json.")
    private String output = "text";

    @Option(
            names = "--mesh-namespace",
            paramLabel = "NAME",
            description = "Where the operator is. Default: ${DEFAULT-VALUE}.")
    private String meshNamespace = "gibbon-system";

    @Mixin private ClusterSelection selection = new ClusterSelection();

    ClusterSelection selection() {
        return selection;
    }

    boolean json(CommandLine line) {
        return switch (output) {
            case "json" -> true;
            case "text" -> false;
            default ->
                    throw new ParameterException(
                            line, "--output: " + output + " (expected: text or json)");
        };
    }

    String meshNamespace(CommandLine line) {
        return requireName(line, "--mesh-namespace", meshNamespace);
    }

    /** Names become parts of paths. */
    static String requireName(CommandLine line, String option, String name) {
        if (!NAME.matcher(name).matches()) {
            throw new ParameterException(
                    line, option + ": " + name + " (expected: a name of a namespace)");
        }
        return name;
    }

    /** What is said when the API server does not answer, or does not take this user. */
    static CommandFailure unreachable(KubernetesClient client, IOException failure) {
        return CommandFailure.ofUsage(
                "the cluster at "
                        + client.getMasterUrl()
                        + " cannot be reached: "
                        + failure.getMessage()
                        + " (expected: KUBECONFIG or --kubeconfig names the cluster that is meant)");
    }
}

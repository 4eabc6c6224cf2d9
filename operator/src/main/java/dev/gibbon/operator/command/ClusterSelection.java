package dev.gibbon.operator.command;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which cluster is meant, as kubectl lets people say it. */
final class ClusterSelection {
    @Option(
            names = "--kubeconfig",
            paramLabel = "FILE",
            description =
                    "Names the cluster. Default: what KUBECONFIG names, else ~/.kube/config, else the"
                            + " cluster that this pod is in.")
    private @Nullable String kubeconfig;

    @Option(
            names = "--context",
            paramLabel = "NAME",
            description = "Of that file. Default: its current context.")
    private @Nullable String context;

    ClusterSelection() {}

    /** As if typed; null for what is not. */
    ClusterSelection(@Nullable String kubeconfig, @Nullable String context) {
        this.kubeconfig = kubeconfig;
        this.context = context;
    }

    @Nullable String kubeconfig() {
        return kubeconfig;
    }

    /** Null for the current one, which an empty name means too. */
    @Nullable String context() {
        return context == null || context.isEmpty() ? null : context;
    }
}

package dev.gibbon.e2e;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import java.util.ArrayList;
import java.util.List;

/**
 * Gibbon on the cluster, installed by this checkout's chart as a person would. The pods of the
 * operator are of this run of the tests, and so of the images that were loaded before it.
 */
public final class Mesh {
    /** Where it is installed. */
    public static final String NAMESPACE = "gibbon-system";

    private static final String RELEASE = "gibbon";
    private static final String CHART = "charts/gibbon";
    private static final String RUN = Long.toString(ProcessHandle.current().pid());

    private final Cluster cluster;

    Mesh(Cluster cluster) {
        this.cluster = cluster;
    }

    /**
     * Makes it so that it is installed with these values over the defaults, and no others.
     *
     * @param values of the chart, as for {@code helm --set}
     * @throws IllegalStateException when helm fails; says what the operator's pods are like
     */
    public void install(String... values) {
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "upgrade",
                                "--install",
                                RELEASE,
                                CHART,
                                "--namespace",
                                NAMESPACE,
                                "--create-namespace",
                                "--reset-values",
                                "--wait",
                                "--timeout",
                                "5m"));
        arguments.addAll(imageValues());
        for (String value : values) {
            arguments.addAll(List.of("--set", value));
        }
        CommandResult result = cluster.helm().run(arguments.toArray(String[]::new));
        if (result.exitCode() != 0) {
            throw new IllegalStateException(
                    result.errors()
                            + cluster.kubectl()
                                    .run("describe", "pods", "--namespace", NAMESPACE)
                                    .output());
        }
    }

    private static List<String> imageValues() {
        return List.of(
                "--set",
                "image.repository=" + TestImages.repository(),
                "--set-string",
                "operator.podAnnotations.gibbon\\.dev/test-run=" + RUN);
    }

    /** Uninstalls it, if it is there, and waits until nothing of the release is. */
    public void uninstall() {
        cluster.helm()
                .run(
                        "uninstall",
                        RELEASE,
                        "--namespace",
                        NAMESPACE,
                        "--ignore-not-found",
                        "--wait",
                        "--timeout",
                        "3m")
                .orThrow();
    }

    /** Whether the release is there, in whatever state. */
    public boolean isInstalled() {
        return cluster.helm().run("status", RELEASE, "--namespace", NAMESPACE).exitCode() == 0;
    }

    /** Has new pods of a namespace meshed. */
    public void inject(TestNamespace namespace) {
        cluster.client()
                .namespaces()
                .withName(namespace.name())
                .edit(object ->
                        new NamespaceBuilder(object)
                                .editMetadata()
                                .addToLabels("gibbon.dev/inject", "enabled")
                                .endMetadata()
                                .build());
    }
}

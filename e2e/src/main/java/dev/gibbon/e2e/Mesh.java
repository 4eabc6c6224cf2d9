package dev.gibbon.e2e;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodList;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.dsl.FilterWatchListDeletable;
import io.fabric8.kubernetes.client.dsl.PodResource;
import io.fabric8.kubernetes.client.dsl.RollableScalableResource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Gibbon on the cluster, installed by this checkout's chart as a person would. The pods of the
 * operator are of this run of the tests, and so of the images that were loaded before it.
 */
public final class Mesh {
    /** Where it is installed. */
    public static final String NAMESPACE = "gibbon-system";

    /** The name of the container that is injected. */
    public static final String SIDECAR = "gibbon-sidecar";

    private static final Duration READY = Duration.ofMinutes(2);
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
        CommandResult result = helmInstall(List.of("--wait", "--timeout", "5m"), values);
        if (result.exitCode() != 0) {
            throw new IllegalStateException(
                    result.errors()
                            + cluster.kubectl()
                                    .run("describe", "pods", "--namespace", NAMESPACE)
                                    .output());
        }
    }

    /** The same, but leaves it to the caller to wait until it serves, which may never be. */
    public void installWithoutWaiting(String... values) {
        helmInstall(List.of(), values).orThrow();
    }

    private CommandResult helmInstall(List<String> options, String... values) {
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
                                "--reset-values"));
        arguments.addAll(options);
        arguments.addAll(imageValues());
        for (String value : values) {
            arguments.addAll(List.of("--set", value));
        }
        return cluster.helm().run(arguments.toArray(String[]::new));
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

    /** The operator's Deployment. */
    public RollableScalableResource<Deployment> operator() {
        return cluster.client()
                .apps()
                .deployments()
                .inNamespace(NAMESPACE)
                .withName("gibbon-operator");
    }

    /** Waits until all replicas of the operator are there. */
    public void awaitOperator() {
        Rollout.await(operator(), READY);
    }

    /** The operator's pods. */
    public FilterWatchListDeletable<Pod, PodList, PodResource> operatorPods() {
        return cluster.client()
                .pods()
                .inNamespace(NAMESPACE)
                .withLabel("app.kubernetes.io/component", "operator");
    }

    /** Waits until no replica is left, also none that is about to end. */
    public void awaitNoOperator() {
        var none = operatorPods().informOnCondition(List::isEmpty);
        try {
            none.get(READY.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError("the operator has not ended after " + READY, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } finally {
            none.cancel(true);
        }
    }

    /** From now on pods of the namespace are meshed. */
    public void enable(TestNamespace namespace) {
        label(namespace, Map.of());
    }

    /** The same, and they accept nothing else than mutual TLS. */
    public void enableStrict(TestNamespace namespace) {
        label(namespace, Map.of("gibbon.dev/mesh", "strict"));
    }

    private void label(TestNamespace namespace, Map<String, String> annotations) {
        cluster.client()
                .namespaces()
                .withName(namespace.name())
                .edit(old ->
                        old.edit()
                                .editMetadata()
                                .addToLabels("gibbon.dev/inject", "enabled")
                                .addToAnnotations(annotations)
                                .endMetadata()
                                .build());
    }

    /** Whether a pod has a sidecar. */
    public static boolean isMeshed(Pod pod) {
        return pod.getSpec().getInitContainers().stream()
                .anyMatch(container ->
                        Objects.equals(container.getName(), SIDECAR)
                                && "Always".equals(container.getRestartPolicy()));
    }
}

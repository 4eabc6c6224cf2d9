package dev.gibbon.e2e;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodList;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.dsl.FilterWatchListDeletable;
import io.fabric8.kubernetes.client.dsl.PodResource;
import io.fabric8.kubernetes.client.dsl.RollableScalableResource;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Gibbon on the cluster, as the chart installs it. */
public final class Mesh {
    /** Where the operator runs. */
    public static final String NAMESPACE = "gibbon-system";

    /** The name of the container that is injected. */
    public static final String SIDECAR = "gibbon-sidecar";

    private static final Duration READY = Duration.ofMinutes(2);

    private final Cluster cluster;

    private Mesh(Cluster cluster) {
        this.cluster = cluster;
    }

    /** Installs the chart of this checkout, unless there is one installed already. */
    static Mesh on(Cluster cluster) {
        Mesh mesh = new Mesh(cluster);
        if (mesh.operator().get() == null) {
            cluster.own()
                    .orElseThrow(() ->
                            new IllegalStateException(
                                    "Gibbon is not installed on the cluster that KUBECONFIG names"
                                            + " (expected: helm install gibbon charts/gibbon"
                                            + " --namespace gibbon-system --create-namespace)"))
                    .shell(
                            "helm upgrade --install gibbon charts/gibbon --namespace "
                                    + NAMESPACE
                                    + " --create-namespace --wait --timeout 3m")
                    .orThrow();
        }
        mesh.awaitOperator();
        return mesh;
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

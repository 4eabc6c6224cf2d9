package dev.gibbon.e2e;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatus;
import io.fabric8.kubernetes.client.KubernetesClientTimeoutException;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** When a Deployment is what it is meant to be, as {@code kubectl rollout status} sees it. */
public final class Rollout {
    private Rollout() {}

    /**
     * Waits until the last change of a Deployment is carried out.
     *
     * @throws AssertionError when that takes too long
     */
    public static void await(Resource<Deployment> deployment, Duration limit) {
        try {
            deployment.waitUntilCondition(
                    Rollout::isComplete, limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (KubernetesClientTimeoutException e) {
            Deployment last = deployment.get();
            throw new AssertionError(
                    "not rolled out after "
                            + limit.toSeconds()
                            + " s: "
                            + (last == null ? "does not exist" : last.getStatus()),
                    e);
        }
    }

    private static boolean isComplete(@Nullable Deployment deployment) {
        if (deployment == null || deployment.getStatus().getObservedGeneration() == null) {
            return false;
        }
        DeploymentStatus status = deployment.getStatus();
        int wanted = deployment.getSpec().getReplicas();
        return status.getObservedGeneration() >= deployment.getMetadata().getGeneration()
                && count(status.getReplicas()) == wanted
                && count(status.getUpdatedReplicas()) == wanted
                && count(status.getAvailableReplicas()) == wanted;
    }

    private static int count(@Nullable Integer replicas) {
        return Objects.requireNonNullElse(replicas, 0);
    }
}

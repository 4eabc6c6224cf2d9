package dev.gibbon.operator.command;

import io.fabric8.kubernetes.client.KubernetesClient;

/** Makes clients of clusters. */
@FunctionalInterface
interface Clients {
    /**
     * A client, which the caller closes. Nothing is sent yet.
     *
     * @throws CommandFailure when it cannot be told which cluster is meant
     */
    KubernetesClient open(ClusterSelection selection) throws CommandFailure;
}

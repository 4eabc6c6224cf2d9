package dev.gibbon.operator.replica;

import dev.gibbon.core.net.IpAddress;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.util.Map;
import java.util.Optional;

/** A pod of the operator that has an address, and is not being stopped. */
public record ReplicaFact(String name, IpAddress address) {
    private static final String COMPONENT = "app.kubernetes.io/component";

    /**
     * Reads a Pod; empty for one of anybody else.
     *
     * @param namespace the operator's
     */
    public static Optional<ReplicaFact> of(Pod pod, String namespace) {
        Map<String, String> labels = pod.getMetadata().getLabels();
        PodStatus status = pod.getStatus();
        if (!namespace.equals(pod.getMetadata().getNamespace())
                || labels == null
                || !"operator".equals(labels.get(COMPONENT))
                || pod.getMetadata().getDeletionTimestamp() != null
                || status == null
                || !"Running".equals(status.getPhase())
                || status.getPodIP() == null) {
            return Optional.empty();
        }
        return IpAddress.parse(status.getPodIP())
                .map(address -> new ReplicaFact(pod.getMetadata().getName(), address));
    }
}

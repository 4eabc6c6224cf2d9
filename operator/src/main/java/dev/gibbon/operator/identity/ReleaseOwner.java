package dev.gibbon.operator.identity;

import dev.gibbon.core.log.Log;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.List;

/**
 * What the objects belong to that an operator makes, so that the cluster's garbage collector
 * removes them when the release is uninstalled: the ClusterRole {@code gibbon-operator}.
 *
 * <p>It is that one because only an object without a namespace can own others in all of them, and
 * because nobody deletes it to get out of trouble, as is done with Deployments and webhook
 * configurations: with its owner, the authority's key would go.
 */
public final class ReleaseOwner {
    private static final String NAME = "gibbon-operator";

    private ReleaseOwner() {}

    /**
     * The owners to name: one, or none where the operator was not installed by a release. Blocks.
     */
    public static List<OwnerReference> find(KubernetesClient client, Log log) {
        try {
            ClusterRole role = client.rbac().clusterRoles().withName(NAME).get();
            if (role != null) {
                return List.of(
                        new OwnerReferenceBuilder()
                                .withApiVersion(role.getApiVersion())
                                .withKind(role.getKind())
                                .withName(NAME)
                                .withUid(role.getMetadata().getUid())
                                .build());
            }
        } catch (KubernetesClientException e) {
            log.warn(
                    "what this operator makes will stay when it is uninstalled: its ClusterRole"
                            + " cannot be read",
                    "status",
                    e.getCode());
        }
        return List.of();
    }
}

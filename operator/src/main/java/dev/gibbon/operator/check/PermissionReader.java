package dev.gibbon.operator.check;

import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.ArrayList;
import java.util.List;

/** Asks the API server what the operator's ServiceAccount may not do. */
final class PermissionReader {
    private final KubernetesClient client;
    private final String meshNamespace;

    PermissionReader(KubernetesClient client, String meshNamespace) {
        this.client = client;
        this.meshNamespace = meshNamespace;
    }

    /**
     * What is needed and denied.
     *
     * @throws KubernetesClientException when this user may not ask
     */
    List<String> denied(List<Permission> needed) {
        List<String> denied = new ArrayList<>();
        for (Permission permission : needed) {
            SubjectAccessReview answer =
                    client.authorization().v1().subjectAccessReview().create(review(permission));
            if (!Boolean.TRUE.equals(answer.getStatus().getAllowed())) {
                denied.add(permission.toString());
            }
        }
        return denied;
    }

    private SubjectAccessReview review(Permission permission) {
        String[] resource = permission.resource().split("/", 2);
        return new SubjectAccessReviewBuilder()
                .withNewSpec()
                .withUser(
                        "system:serviceaccount:"
                                + meshNamespace
                                + ":"
                                + InstallationChecks.OPERATOR)
                .withGroups(
                        "system:serviceaccounts",
                        "system:serviceaccounts:" + meshNamespace,
                        "system:authenticated")
                .withNewResourceAttributes()
                .withVerb(permission.verb())
                .withGroup(permission.group())
                .withResource(resource[0])
                .withSubresource(resource.length == 1 ? null : resource[1])
                .withName(permission.name().isEmpty() ? null : permission.name())
                .withNamespace(permission.inMeshNamespace() ? meshNamespace : null)
                .endResourceAttributes()
                .endSpec()
                .build();
    }
}

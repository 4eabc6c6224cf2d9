package dev.gibbon.e2e;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** MeshRoutes in tests that need not know their types. */
final class MeshObjects {
    private MeshObjects() {}

    static Resource<GenericKubernetesResource> route(
            KubernetesClient client, TestNamespace namespace, String name) {
        return client.genericKubernetesResources("gibbon.dev/v1alpha1", "MeshRoute")
                .inNamespace(namespace.name())
                .withName(name);
    }

    /** Waits until all sidecars have the latest generation. */
    static void awaitProgrammed(
            KubernetesClient client, TestNamespace namespace, String name, Duration limit) {
        namespace.await(
                route(client, namespace, name),
                object -> hasCondition(object, "Programmed"),
                limit);
    }

    /** Whether a condition is true, of the object as it is. */
    static boolean hasCondition(GenericKubernetesResource object, String type) {
        long generation = object.getMetadata().getGeneration();
        for (int i = 0; ; i++) {
            @Nullable Object condition = object.get("status", "conditions", i);
            if (!(condition instanceof Map<?, ?> fields)) {
                return false;
            }
            if (type.equals(fields.get("type"))) {
                return "True".equals(fields.get("status"))
                        && Long.toString(generation)
                                .equals(String.valueOf(fields.get("observedGeneration")));
            }
        }
    }
}

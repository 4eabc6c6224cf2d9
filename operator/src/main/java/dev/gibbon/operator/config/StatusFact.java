package dev.gibbon.operator.config;

import dev.gibbon.crd.MeshStatus;
import io.fabric8.kubernetes.client.CustomResource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a MeshService or MeshRoute says of itself.
 *
 * @param status null before anything was said
 */
public record StatusFact(
        String apiVersion,
        String kind,
        String namespace,
        String name,
        String uid,
        @Nullable MeshStatus status) {
    /** Reads an object. */
    public static <R extends CustomResource<?, MeshStatus>> Optional<StatusFact> of(R resource) {
        return Optional.of(
                new StatusFact(
                        resource.getApiVersion(),
                        resource.getKind(),
                        resource.getMetadata().getNamespace(),
                        resource.getMetadata().getName(),
                        resource.getMetadata().getUid(),
                        resource.getStatus()));
    }

    /** As {@link MeshObject#key}. */
    public String key() {
        return kind + " " + namespace + "/" + name;
    }
}

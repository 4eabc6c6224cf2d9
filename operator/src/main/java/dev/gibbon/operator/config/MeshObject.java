package dev.gibbon.operator.config;

import dev.gibbon.crd.MeshStatus;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.CustomResource;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A MeshService or MeshRoute as of one generation. Two are equal when they are of the same object
 * and generation: the spec does not change without it, and a status is no reason to compile.
 *
 * @param <R> the kind
 */
public final class MeshObject<R extends CustomResource<?, MeshStatus>> {
    private final R resource;
    private final String uid;
    private final long generation;

    private MeshObject(R resource) {
        this.resource = resource;
        ObjectMeta metadata = resource.getMetadata();
        this.uid = String.valueOf(metadata.getUid());
        this.generation = metadata.getGeneration() == null ? 0 : metadata.getGeneration();
    }

    /** Reads an object. */
    public static <R extends CustomResource<?, MeshStatus>> Optional<MeshObject<R>> of(R resource) {
        return Optional.of(new MeshObject<>(resource));
    }

    /** The object; not to be changed. */
    public R resource() {
        return resource;
    }

    /** Kind, namespace and name, e.g. {@code MeshRoute shop/checkout}. */
    public String key() {
        return resource.getKind() + " " + namespace() + "/" + name();
    }

    public String namespace() {
        return resource.getMetadata().getNamespace();
    }

    public String name() {
        return resource.getMetadata().getName();
    }

    /** What the API server counts changes of the spec with. */
    public long generation() {
        return generation;
    }

    @Override
    public boolean equals(@Nullable Object object) {
        return object instanceof MeshObject<?> other
                && key().equals(other.key())
                && uid.equals(other.uid)
                && generation == other.generation;
    }

    @Override
    public int hashCode() {
        return Objects.hash(key(), uid, generation);
    }

    @Override
    public String toString() {
        return key();
    }
}

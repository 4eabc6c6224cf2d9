package dev.gibbon.operator.store;

import dev.gibbon.core.schema.EntitySchema;
import dev.gibbon.crd.MeshStatus;
import dev.gibbon.crd.translate.Translated;
import io.fabric8.kubernetes.client.CustomResource;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How entities of a kind are written as objects, and read back. Stateless.
 *
 * @param <R> the kind of object
 * @param <E> the kind of entity
 */
sealed interface Form<R extends CustomResource<?, MeshStatus>, E> permits ServiceForm, RouteForm {

    EntitySchema<E> schema();

    /** The kind of the objects, e.g. {@code MeshService}. */
    String kind();

    /** The id of an object that no annotation gives one. */
    UUID naturalId(String namespace, String object);

    /** What an object says, without its extras; a Route without its Service. */
    Translated<E> read(R object);

    /** The entity with these in place of its own. */
    E with(R object, E read, Identity identity, Extras extras, References references);

    /**
     * A new object with the spec of an entity, and no metadata.
     *
     * @param before the object that it takes the place of. What it has and the Admin API does not
     *     know is kept
     */
    R write(E entity, @Nullable R before, References references);

    /** The entity's own extras; the name as it is, empty for none. */
    Extras extras(E entity);

    /** Fields that differ, by name, those included that the Admin API does not know. */
    List<String> differences(E one, E other);
}

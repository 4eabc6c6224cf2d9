package dev.gibbon.core.schema;

import dev.gibbon.core.entity.Route;
import dev.gibbon.core.entity.Service;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One kind of entity: how a document becomes one, and the other way round. Stateless; any thread
 * may call.
 */
public sealed interface EntitySchema<T> permits ServiceSchema, RouteSchema {

    /** Services. */
    EntitySchema<Service> SERVICES = new ServiceSchema();

    /** Routes. */
    EntitySchema<Route> ROUTES = new RouteSchema();

    /** The plural that the Admin API and errors use, e.g. {@code services}. */
    String plural();

    /** Name and type of every field that a document may have, short forms included. */
    Map<String, FieldType> fields();

    /**
     * Reads a document. Absent fields get their defaults; {@code id}, {@code created_at} and {@code
     * updated_at} must be there, for this code has no clock and no dice.
     *
     * @return the entity, or every violation
     */
    Validated<T> read(Map<String, ? extends @Nullable Object> document);

    /** The entity as a document: every field, in a fixed order, unset ones as null. Mutable. */
    SequencedMap<String, @Nullable Object> write(T entity);

    UUID id(T entity);

    /** The unique name; null when it has none. */
    @Nullable String name(T entity);

    /** Empty when none were ever set. */
    List<String> tags(T entity);
}

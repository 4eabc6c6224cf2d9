package dev.gibbon.controlplane.store;

import dev.gibbon.core.entity.Route;
import dev.gibbon.core.entity.Service;
import dev.gibbon.core.schema.EntitySchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The configuration while an {@link Edit} changes it. It sees its own changes; nobody else does
 * before the store has committed them. After one refusal nothing of the edit will be committed.
 * Used by the thread of the edit only.
 */
public final class Draft {
    private final Committer.Journal journal;
    private Tables tables;
    private final List<Change> changes = new ArrayList<>();
    private boolean refused;

    Draft(Tables tables, Committer.Journal journal) {
        this.tables = tables;
        this.journal = journal;
    }

    /** One step of an edit, as a database repeats it. */
    public sealed interface Change {

        /** A Service that is new or replaces the one with its id. */
        record PutService(Service service) implements Change {}

        /** A Route that is new or replaces the one with its id. */
        record PutRoute(Route route) implements Change {}

        /** An entity that goes. */
        record Remove(EntitySchema<?> kind, UUID id) implements Change {}
    }

    /** The configuration with the changes made so far. */
    public Tables tables() {
        return tables;
    }

    /** Adds an entity whose id must be free. */
    public <T> Optional<Refusal> insert(EntitySchema<T> kind, T entity) {
        if (tables.find(kind, kind.id(entity)).isPresent()) {
            return refuse(new Refusal.IdTaken(kind.plural(), kind.id(entity)));
        }
        return put(kind, entity);
    }

    /** Adds an entity, or replaces the one with its id. */
    public <T> Optional<Refusal> put(EntitySchema<T> kind, T entity) {
        Optional<Refusal> objection =
                tables.objectionTo(kind, entity)
                        .or(() ->
                                journal.objectionTo(kind, entity)
                                        .map(why -> new Refusal.NotKept(kind.plural(), why)));
        if (objection.isPresent()) {
            return refuse(objection.get());
        }
        switch (entity) {
            case Service service -> {
                tables = tables.with(service);
                changes.add(new Change.PutService(service));
            }
            case Route route -> {
                tables = tables.with(route);
                changes.add(new Change.PutRoute(route));
            }
            default -> throw new IllegalArgumentException("entity: " + entity.getClass());
        }
        return Optional.empty();
    }

    /** Removes an entity; one that is not there is removed already. */
    public Optional<Refusal> remove(EntitySchema<?> kind, UUID id) {
        if (tables.find(kind, id).isEmpty()) {
            return Optional.empty();
        }
        Optional<Refusal> objection = tables.objectionToRemoval(kind, id);
        if (objection.isPresent()) {
            return refuse(objection.get());
        }
        tables = tables.without(kind, id);
        changes.add(new Change.Remove(kind, id));
        return Optional.empty();
    }

    private Optional<Refusal> refuse(Refusal refusal) {
        refused = true;
        return Optional.of(refusal);
    }

    /** What is to be committed: nothing after a refusal. */
    List<Change> changes() {
        return refused ? List.of() : List.copyOf(changes);
    }
}

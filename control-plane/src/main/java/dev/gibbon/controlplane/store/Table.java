package dev.gibbon.controlplane.store;

import dev.gibbon.core.schema.EntitySchema;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Predicate;

/** All entities of one kind. Immutable: a change makes a new table. */
final class Table<T> {
    /** The order of the ids' text, which {@link UUID#compareTo} is not: it compares signed. */
    private static final Comparator<UUID> BY_TEXT =
            (a, b) -> {
                int high =
                        Long.compareUnsigned(
                                a.getMostSignificantBits(), b.getMostSignificantBits());
                return high != 0
                        ? high
                        : Long.compareUnsigned(
                                a.getLeastSignificantBits(), b.getLeastSignificantBits());
            };

    private final EntitySchema<T> schema;
    private final NavigableMap<UUID, T> byId;
    private final Map<String, UUID> byName;

    private Table(EntitySchema<T> schema, NavigableMap<UUID, T> byId, Map<String, UUID> byName) {
        this.schema = schema;
        this.byId = Collections.unmodifiableNavigableMap(byId);
        this.byName = Collections.unmodifiableMap(byName);
    }

    static <T> Table<T> empty(EntitySchema<T> schema) {
        return new Table<>(schema, new TreeMap<>(BY_TEXT), new HashMap<>());
    }

    /** The table of these entities, whose ids and names differ. */
    static <T> Table<T> of(EntitySchema<T> schema, List<T> entities) {
        NavigableMap<UUID, T> byId = new TreeMap<>(BY_TEXT);
        Map<String, UUID> byName = new HashMap<>();
        for (T entity : entities) {
            byId.put(schema.id(entity), entity);
            String name = schema.name(entity);
            if (name != null) {
                byName.put(name, schema.id(entity));
            }
        }
        return new Table<>(schema, byId, byName);
    }

    Optional<T> find(UUID id) {
        return Optional.ofNullable(byId.get(id));
    }

    Optional<T> find(String name) {
        return Optional.ofNullable(byName.get(name)).flatMap(this::find);
    }

    List<T> all() {
        return List.copyOf(byId.values());
    }

    /** The table with this entity in place of the one with its id, if any. */
    Table<T> with(T entity) {
        NavigableMap<UUID, T> ids = new TreeMap<>((SortedMap<UUID, T>) byId);
        Map<String, UUID> names = new HashMap<>(byName);
        UUID id = schema.id(entity);
        T before = ids.put(id, entity);
        if (before != null) {
            names.remove(schema.name(before));
        }
        String name = schema.name(entity);
        if (name != null) {
            names.put(name, id);
        }
        return new Table<>(schema, ids, names);
    }

    Table<T> without(UUID id) {
        NavigableMap<UUID, T> ids = new TreeMap<>((SortedMap<UUID, T>) byId);
        Map<String, UUID> names = new HashMap<>(byName);
        T before = ids.remove(id);
        if (before != null) {
            names.remove(schema.name(before));
        }
        return new Table<>(schema, ids, names);
    }

    Page<T> page(PageRequest request, Predicate<T> filter) {
        List<T> found = new ArrayList<>();
        var rest = request.after().map(id -> byId.tailMap(id, false)).orElse(byId);
        for (T entity : rest.values()) {
            if (!filter.test(entity)) {
                continue;
            }
            if (found.size() == request.size()) {
                return new Page<>(found, Optional.of(schema.id(found.getLast())));
            }
            found.add(entity);
        }
        return new Page<>(found, Optional.empty());
    }
}

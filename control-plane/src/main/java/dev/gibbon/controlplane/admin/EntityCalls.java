package dev.gibbon.controlplane.admin;

import dev.gibbon.controlplane.store.ConfigStore;
import dev.gibbon.controlplane.store.Draft;
import dev.gibbon.controlplane.store.Page;
import dev.gibbon.controlplane.store.Refusal;
import dev.gibbon.controlplane.store.Tables;
import dev.gibbon.core.schema.EntityKey;
import dev.gibbon.core.schema.EntitySchema;
import dev.gibbon.core.schema.Validated;
import dev.gibbon.core.schema.Violation;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What can be done with the entities of one kind ({@code kong/api/endpoints.lua@1.1.0}). Any thread
 * may call.
 */
final class EntityCalls<T> {
    private final EntitySchema<T> kind;
    private final ConfigStore store;
    private final InstantSource clock;
    private final Supplier<UUID> ids;

    EntityCalls(EntitySchema<T> kind, ConfigStore store, InstantSource clock, Supplier<UUID> ids) {
        this.kind = kind;
        this.store = store;
        this.clock = clock;
        this.ids = ids;
    }

    static <T> Optional<T> find(Tables tables, EntitySchema<T> kind, EntityKey key) {
        return switch (key) {
            case EntityKey.Id(var id) -> tables.find(kind, id);
            case EntityKey.Name(var name) -> tables.find(kind, name);
            case EntityKey.Neither ignored -> Optional.empty();
        };
    }

    AdminResponse get(EntityKey key) {
        if (key instanceof EntityKey.Neither(var message)) {
            return ApiErrors.invalidName(message);
        }
        return find(store.tables(), kind, key)
                .map(entity -> AdminResponse.json(200, kind.write(entity)))
                .orElseGet(AdminResponse::notFound);
    }

    AdminResponse list(ListQuery.Wanted wanted) {
        return page(
                "/" + kind.plural(),
                store.tables().page(kind, wanted.page(), wanted.tags()),
                wanted.tagText());
    }

    /** A page of entities of this kind, whose next page is found at the given path. */
    AdminResponse page(String path, Page<T> page, @Nullable String tagText) {
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("data", page.entities().stream().map(kind::write).toList());
        body.put("next", null);
        if (page.next().isPresent()) {
            String offset = ListQuery.offset(page.next().get());
            String tags = tagText == null ? "" : "&tags=" + UrlEncoded.encode(tagText);
            body.put("next", path + "?offset=" + UrlEncoded.encode(offset) + tags);
            body.put("offset", offset);
        }
        return AdminResponse.json(200, body);
    }

    AdminResponse create(Map<String, @Nullable Object> document) {
        stamp(document, null);
        return switch (kind.read(document)) {
            case Validated.Invalid<T>(var violations) -> ApiErrors.schemaViolation(violations);
            case Validated.Valid<T>(var entity) ->
                    store.edit(draft -> answer(201, draft.insert(kind, entity), entity));
        };
    }

    AdminResponse put(EntityKey key, Map<String, @Nullable Object> document) {
        if (key instanceof EntityKey.Neither(var message)) {
            return ApiErrors.invalidName(message);
        }
        return store.edit(draft -> put(draft, key, document));
    }

    private AdminResponse put(Draft draft, EntityKey key, Map<String, @Nullable Object> document) {
        T before = find(draft.tables(), kind, key).orElse(null);
        switch (key) {
            case EntityKey.Id(var id) -> document.put("id", id.toString());
            case EntityKey.Name(var name) -> document.put("name", name);
            case EntityKey.Neither ignored -> {}
        }
        if (before != null && changesId(before, document)) {
            return idIsFixed();
        }
        stamp(document, before);
        return switch (kind.read(document)) {
            case Validated.Invalid<T>(var violations) -> ApiErrors.schemaViolation(violations);
            case Validated.Valid<T>(var entity) ->
                    answer(
                            200,
                            before == null ? draft.insert(kind, entity) : draft.put(kind, entity),
                            entity);
        };
    }

    AdminResponse patch(EntityKey key, Map<String, @Nullable Object> changes) {
        return store.edit(draft -> patch(draft, key, changes));
    }

    private AdminResponse patch(Draft draft, EntityKey key, Map<String, @Nullable Object> changes) {
        T before = find(draft.tables(), kind, key).orElse(null);
        if (before == null) {
            return ApiErrors.noEntity(key);
        }
        if (changesId(before, changes)) {
            return idIsFixed();
        }
        Map<String, @Nullable Object> document = kind.write(before);
        document.putAll(changes);
        document.put("updated_at", clock.instant().getEpochSecond());
        return switch (kind.read(document)) {
            case Validated.Invalid<T>(var violations) -> ApiErrors.schemaViolation(violations);
            case Validated.Valid<T>(var entity) -> answer(200, draft.put(kind, entity), entity);
        };
    }

    AdminResponse delete(EntityKey key) {
        if (key instanceof EntityKey.Neither(var message)) {
            return ApiErrors.invalidName(message);
        }
        return store.edit(draft ->
                find(draft.tables(), kind, key)
                        .flatMap(entity -> draft.remove(kind, kind.id(entity)))
                        .map(ApiErrors::refused)
                        .orElseGet(AdminResponse::noContent));
    }

    private AdminResponse answer(int status, Optional<Refusal> refusal, T entity) {
        return refusal.map(ApiErrors::refused)
                .orElseGet(() -> AdminResponse.json(status, kind.write(entity)));
    }

    private boolean changesId(T before, Map<String, @Nullable Object> document) {
        Object id = document.get("id");
        return id != null && !kind.id(before).toString().equalsIgnoreCase(id.toString());
    }

    private static AdminResponse idIsFixed() {
        return ApiErrors.schemaViolation(List.of(new Violation("id", "cannot be changed")));
    }

    /** Fills in what only a node knows: a new entity's id, and the time. */
    private void stamp(Map<String, @Nullable Object> document, @Nullable T before) {
        long now = clock.instant().getEpochSecond();
        Map<String, @Nullable Object> kept = before == null ? Map.of() : kind.write(before);
        if (document.get("id") == null) {
            document.put("id", before == null ? ids.get().toString() : kept.get("id"));
        }
        if (document.get("created_at") == null) {
            // Kong makes a new one here. Kept, a repeated PUT leaves the order of Routes as it is.
            document.put("created_at", before == null ? now : kept.get("created_at"));
        }
        document.put("updated_at", now);
    }
}

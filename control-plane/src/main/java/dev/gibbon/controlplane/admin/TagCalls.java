package dev.gibbon.controlplane.admin;

import dev.gibbon.controlplane.store.ConfigStore;
import dev.gibbon.controlplane.store.Configuration;
import dev.gibbon.core.schema.EntitySchema;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The view of all tags: which entity has which, by entity id. Read only. */
final class TagCalls {
    private final ConfigStore store;

    TagCalls(ConfigStore store) {
        this.store = store;
    }

    private record Tagged(String tag, String kind, UUID id) {

        Map<String, @Nullable Object> document() {
            Map<String, @Nullable Object> out = new LinkedHashMap<>();
            out.put("tag", tag);
            out.put("entity_name", kind);
            out.put("entity_id", id.toString());
            return out;
        }
    }

    AdminResponse all(ListQuery.Wanted wanted) {
        return page("/tags", wanted, tag -> true);
    }

    AdminResponse of(String tag, ListQuery.Wanted wanted) {
        if (!ListQuery.TAG.matcher(tag).matches()) {
            return ApiErrors.invalidTags("invalid value: " + tag);
        }
        return page("/tags/" + UrlEncoded.encode(tag), wanted, tag::equals);
    }

    /** Pages end between entities, never between the tags of one: an offset is an entity's id. */
    private AdminResponse page(String path, ListQuery.Wanted wanted, Predicate<String> filter) {
        List<Tagged> rest = tagged(filter);
        wanted.page()
                .after()
                .ifPresent(
                        id -> rest.removeIf(t -> t.id().toString().compareTo(id.toString()) <= 0));
        int end = Math.min(wanted.page().size(), rest.size());
        while (end < rest.size() && rest.get(end).id().equals(rest.get(end - 1).id())) {
            end++;
        }
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("data", rest.subList(0, end).stream().map(Tagged::document).toList());
        body.put("next", null);
        if (end < rest.size()) {
            String offset = ListQuery.offset(rest.get(end - 1).id());
            body.put("next", path + "?offset=" + UrlEncoded.encode(offset));
            body.put("offset", offset);
        }
        return AdminResponse.json(200, body);
    }

    private List<Tagged> tagged(Predicate<String> filter) {
        Configuration configuration = store.configuration();
        List<Tagged> all = new ArrayList<>();
        configuration.services().forEach(s -> add(EntitySchema.SERVICES, s, filter, all));
        configuration.routes().forEach(r -> add(EntitySchema.ROUTES, r, filter, all));
        all.sort(Comparator.comparing(t -> t.id().toString()));
        return all;
    }

    private static <T> void add(
            EntitySchema<T> kind, T entity, Predicate<String> filter, List<Tagged> all) {
        for (String tag : kind.tags(entity)) {
            if (filter.test(tag)) {
                all.add(new Tagged(tag, kind.plural(), kind.id(entity)));
            }
        }
    }
}

package dev.gibbon.core.schema;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/** Documents to read, and what reading them says. */
@NullMarked
final class Documents {
    static final String ID = "4e3ad2e4-0bc4-4638-8e34-c84a417ba39b";

    private Documents() {}

    /** A document of alternating names and values, with id and times. */
    static Map<String, @Nullable Object> document(@Nullable Object... namesAndValues) {
        Map<String, @Nullable Object> document = record(namesAndValues);
        document.putIfAbsent("id", ID);
        document.putIfAbsent("created_at", 1_500_000_000L);
        document.putIfAbsent("updated_at", 1_500_000_001L);
        return document;
    }

    static Map<String, @Nullable Object> record(@Nullable Object... namesAndValues) {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            document.put(String.valueOf(namesAndValues[i]), namesAndValues[i + 1]);
        }
        return document;
    }

    static <T> T valid(EntitySchema<T> schema, Map<String, @Nullable Object> document) {
        return switch (schema.read(document)) {
            case Validated.Valid<T>(var entity) -> entity;
            case Validated.Invalid<T>(var violations) ->
                    throw new AssertionError("unexpected: " + violations);
        };
    }

    /** Violations as {@code path: message}; empty for a document that is an entity. */
    static <T> List<String> violations(
            EntitySchema<T> schema, Map<String, @Nullable Object> document) {
        return switch (schema.read(document)) {
            case Validated.Valid<T> ignored -> List.of();
            case Validated.Invalid<T>(var violations) ->
                    violations.stream().map(v -> v.path() + ": " + v.message()).toList();
        };
    }
}

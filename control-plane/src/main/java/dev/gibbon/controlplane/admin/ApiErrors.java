package dev.gibbon.controlplane.admin;

import dev.gibbon.controlplane.store.Refusal;
import dev.gibbon.core.schema.EntityKey;
import dev.gibbon.core.schema.Violation;
import dev.gibbon.core.schema.ViolationTree;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Errors as Kong's Admin API answers them ({@code kong/db/errors.lua@1.1.0}). */
final class ApiErrors {
    private ApiErrors() {}

    static AdminResponse schemaViolation(List<Violation> violations) {
        ViolationTree tree = new ViolationTree(violations);
        return error(400, 2, "schema violation", tree.message(), tree.fields());
    }

    static AdminResponse refused(Refusal refusal) {
        return switch (refusal) {
            case Refusal.IdTaken taken ->
                    error(
                            400,
                            3,
                            "primary key violation",
                            "primary key violation on key '{id=\"" + taken.id() + "\"}'",
                            Map.of("id", taken.id().toString()));
            case Refusal.NameTaken taken ->
                    error(
                            409,
                            5,
                            "unique constraint violation",
                            "UNIQUE violation detected on '{name=\"" + taken.name() + "\"}'",
                            Map.of("name", taken.name()));
            case Refusal.NoSuchService missing ->
                    error(
                            400,
                            4,
                            "foreign key violation",
                            "the foreign key '{id=\""
                                    + missing.service()
                                    + "\"}' does not reference an existing 'services' entity.",
                            Map.of("service", Map.of("id", missing.service().toString())));
            case Refusal.StillReferenced referenced ->
                    error(
                            400,
                            4,
                            "foreign key violation",
                            "an existing '"
                                    + referenced.by()
                                    + "' entity references this '"
                                    + referenced.kind()
                                    + "' entity",
                            Map.of("@referenced_by", referenced.by()));
            case Refusal.NotKept notKept ->
                    schemaViolation(List.of(Violation.ofEntity(notKept.why())));
        };
    }

    static AdminResponse noEntity(EntityKey key) {
        return switch (key) {
            case EntityKey.Id(var id) ->
                    error(
                            404,
                            6,
                            "not found",
                            "could not find the entity with primary key '{id=\"" + id + "\"}'",
                            Map.of("id", id.toString()));
            case EntityKey.Name(var name) ->
                    error(
                            404,
                            6,
                            "not found",
                            "could not find the entity with '{name=\"" + name + "\"}'",
                            Map.of("name", name));
            case EntityKey.Neither(var message) -> invalidName(message);
        };
    }

    static AdminResponse invalidName(String message) {
        return error(400, 10, "invalid unique name", message, null);
    }

    static AdminResponse invalidOffset(String offset) {
        return error(
                400,
                7,
                "invalid offset",
                "'" + offset + "' is not a valid offset: bad base64 encoding",
                null);
    }

    static AdminResponse invalidSize(String message) {
        return error(400, 9, "invalid size", message, null);
    }

    static AdminResponse invalidTags(String message) {
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("code", 11);
        body.put("name", "invalid options");
        body.put("message", "invalid option (tags: " + message + ")");
        body.put("options", Map.of("tags", message));
        return AdminResponse.json(400, body);
    }

    static AdminResponse unexpected() {
        return AdminResponse.message(500, "An unexpected error occurred");
    }

    private static AdminResponse error(
            int status,
            int code,
            String name,
            String message,
            @Nullable Map<String, ? extends @Nullable Object> fields) {
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("code", code);
        body.put("name", name);
        body.put("message", message);
        if (fields != null) {
            body.put("fields", fields);
        }
        return AdminResponse.json(status, body);
    }
}

package dev.gibbon.controlplane.admin;

import dev.gibbon.core.json.JsonFormatException;
import dev.gibbon.core.schema.FieldType;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the body of a POST, PUT or PATCH says. */
sealed interface RequestBody {

    /** A document; mutable. */
    record Document(Map<String, @Nullable Object> document) implements RequestBody {}

    /** Nothing that can be read. */
    record Unreadable(AdminResponse answer) implements RequestBody {}

    /** Reads JSON, a form or a multipart form; the texts of forms get the types of the schema. */
    static RequestBody read(AdminRequest request, Map<String, FieldType> types) {
        String given = request.contentType();
        if (given == null) {
            return request.body().length == 0 ? new Document(new LinkedHashMap<>()) : unsupported();
        }
        String type = given.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        return switch (type) {
            case "application/json" -> json(request.body());
            case "application/x-www-form-urlencoded" ->
                    form(
                            UrlEncoded.read(new String(request.body(), StandardCharsets.UTF_8)),
                            types);
            case "multipart/form-data" -> {
                Optional<List<UrlEncoded.Argument>> parts = Multipart.read(given, request.body());
                yield parts.isEmpty()
                        ? new Unreadable(
                                AdminResponse.message(400, "Cannot parse multipart/form-data body"))
                        : form(parts.filter(p -> p.size() <= UrlEncoded.MAX_ARGUMENTS), types);
            }
            default -> unsupported();
        };
    }

    /** Kong's words, and behind them what it does not say. */
    private static RequestBody json(byte[] body) {
        try {
            return new Document(Json.readObject(body));
        } catch (JsonFormatException e) {
            return new Unreadable(
                    AdminResponse.message(400, "Cannot parse JSON body (" + e.getMessage() + ")"));
        }
    }

    private static RequestBody form(
            Optional<List<UrlEncoded.Argument>> arguments, Map<String, FieldType> types) {
        return arguments
                .<RequestBody>map(list -> new Document(FormTree.document(list, types)))
                .orElseGet(() ->
                        new Unreadable(
                                AdminResponse.message(
                                        400,
                                        "too many arguments (expected: at most "
                                                + UrlEncoded.MAX_ARGUMENTS
                                                + ")")));
    }

    private static RequestBody unsupported() {
        return new Unreadable(AdminResponse.message(415, "Unsupported media type"));
    }
}

package dev.gibbon.controlplane.admin;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One answer of the Admin API.
 *
 * @param status HTTP status
 * @param contentType null when there is no body
 * @param headers further headers
 * @param body not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // a body is written once, never compared
public record AdminResponse(
        int status, @Nullable String contentType, Map<String, String> headers, byte[] body) {

    public AdminResponse {
        headers = Map.copyOf(headers);
    }

    /** A JSON document. */
    public static AdminResponse json(int status, Map<String, ? extends @Nullable Object> document) {
        return new AdminResponse(
                status, "application/json; charset=utf-8", Map.of(), Json.write(document));
    }

    /** Plain text in UTF-8 of the given type, e.g. {@code text/plain; version=0.0.4}. */
    public static AdminResponse text(int status, String contentType, String text) {
        return new AdminResponse(
                status, contentType, Map.of(), text.getBytes(StandardCharsets.UTF_8));
    }

    /** {@code {"message": ...}}, as Kong answers what is no entity. */
    public static AdminResponse message(int status, String message) {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("message", message);
        return json(status, document);
    }

    /** 204. */
    public static AdminResponse noContent() {
        return new AdminResponse(204, null, Map.of(), new byte[0]);
    }

    static AdminResponse notFound() {
        return message(404, "Not found");
    }

    static AdminResponse methodNotAllowed() {
        return message(405, "Method not allowed");
    }

    AdminResponse withHeader(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new AdminResponse(status, contentType, more, body);
    }
}

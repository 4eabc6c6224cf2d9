package dev.gibbon.sidecar.http;

import dev.gibbon.core.decision.CloseReason;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The body of an answer that the proxy gives itself. As Kong 1.1: what its core says is always
 * JSON; what nginx says has a fixed text in the form that Accept asks for ({@code
 * kong/error_handlers.lua@1.1.0}).
 *
 * @param contentType e.g. {@code application/json; charset=utf-8}
 */
record ErrorBody(String contentType, String text) {

    /**
     * @param message what the decision says; used for the core's answers only
     * @param accept the client's Accept; null for none
     */
    static ErrorBody of(CloseReason reason, int status, String message, @Nullable String accept) {
        return switch (reason) {
            case NO_ROUTE, NO_SERVICE, NOT_CONFIGURED, HTTPS_REQUIRED, DESTINATION_UNKNOWN ->
                    json(message);
            case NAME_RESOLUTION -> json("name resolution failed");
            case FINISHED,
                    CLIENT_GONE,
                    BAD_REQUEST,
                    TOO_LARGE,
                    HEADERS_TOO_LARGE,
                    URI_TOO_LONG,
                    CLIENT_TIMEOUT,
                    CLIENT_TLS,
                    MESH_REQUIRED,
                    PEER_REJECTED,
                    NOT_LOCAL,
                    UNKNOWN_SERVICE,
                    LOOP,
                    UPSTREAM_REFUSED,
                    CONNECT_TIMEOUT,
                    SOURCE_UNAVAILABLE,
                    UPSTREAM_TLS,
                    UPSTREAM_NOT_MESH,
                    UPSTREAM_GONE,
                    BAD_RESPONSE,
                    UPSTREAM_TIMEOUT,
                    OVERLOADED,
                    DRAINING,
                    INTERNAL ->
                    byAccept(message(status), accept);
        };
    }

    private static ErrorBody json(String message) {
        StringBuilder text = new StringBuilder("{\"message\":\"");
        for (int i = 0; i < message.length(); i++) {
            char c = message.charAt(i);
            if (c == '"' || c == '\\') {
                text.append('\\').append(c);
            } else if (c < ' ' || c > '~') {
                text.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                text.append(c);
            }
        }
        return new ErrorBody("application/json; charset=utf-8", text.append("\"}").toString());
    }

    /** The first of the known types that Accept names; weights are not looked at, as in Kong. */
    private static ErrorBody byAccept(String message, @Nullable String accept) {
        String types = accept == null ? "" : accept.toLowerCase(Locale.ROOT);
        for (String type : List.of(types.split(",", 16))) {
            if (type.contains("html")) {
                return new ErrorBody(
                        "text/html; charset=utf-8",
                        "<html><head><title>Gibbon Error</title></head><body><h1>Gibbon Error</h1><p>"
                                + message
                                + ".</p></body></html>");
            }
            if (type.contains("json")) {
                return json(message);
            }
            if (type.contains("xml")) {
                return new ErrorBody(
                        "application/xml; charset=utf-8",
                        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<error><message>"
                                + message
                                + "</message></error>");
            }
        }
        return new ErrorBody("text/plain; charset=utf-8", message + "\n");
    }

    private static String message(int status) {
        return switch (status) {
            case 400 -> "Bad request";
            case 403 -> "Forbidden";
            case 405 -> "Method not allowed";
            case 408 -> "Request timeout";
            case 413 -> "Payload too large";
            case 414 -> "URI too long";
            case 431 -> "Request Header Or Cookie Too Large";
            case 502 -> "An invalid response was received from the upstream server";
            case 503 -> "The upstream server is currently unavailable";
            case 504 -> "The upstream server is timing out";
            case 505 -> "HTTP version not supported";
            case 508 -> "Loop detected";
            default -> "An unexpected error occurred";
        };
    }
}

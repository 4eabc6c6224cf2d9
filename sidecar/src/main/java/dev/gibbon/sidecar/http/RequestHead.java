package dev.gibbon.sidecar.http;

import org.jspecify.annotations.Nullable;

/**
 * The one reading of a request's head; routing, headers and the access log all use this value.
 *
 * @param method as sent: methods are case-sensitive
 * @param path as sent, without the query string; starts with {@code /}
 * @param query with its {@code ?}; empty when there is none
 * @param http10 whether the client speaks HTTP/1.0
 * @param authority null when an HTTP/1.0 client sent no Host
 * @param host the Host field as sent; null when there is none
 * @param framing of the body
 */
record RequestHead(
        String method,
        String path,
        String query,
        boolean http10,
        @Nullable Authority authority,
        @Nullable String host,
        Fields fields,
        Framing framing) {

    /** Whether the client wants the connection kept (RFC 9112 section 9.3). */
    boolean wantsKeepAlive() {
        var options = fields.tokens("connection");
        return !options.contains("close") && (!http10 || options.contains("keep-alive"));
    }

    /**
     * Whether it asks for WebSocket (RFC 6455 section 4.1). As in Kong no other upgrade is passed
     * on: {@code h2c} would hide requests from the proxy.
     */
    boolean asksForWebSocket() {
        return !http10
                && framing instanceof Framing.None
                && fields.tokens("connection").contains("upgrade")
                && "websocket".equalsIgnoreCase(fields.first("upgrade"));
    }

    boolean isIdempotent() {
        return switch (method) {
            case "GET", "HEAD", "OPTIONS", "PUT", "DELETE" -> true;
            default -> false;
        };
    }
}

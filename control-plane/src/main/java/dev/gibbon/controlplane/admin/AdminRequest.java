package dev.gibbon.controlplane.admin;

import org.jspecify.annotations.Nullable;

/**
 * One request to the Admin API.
 *
 * @param method upper case, e.g. {@code GET}
 * @param path as sent, percent-encoded, without the query, e.g. {@code /services/web}
 * @param query as sent, without the question mark; empty when there is none
 * @param contentType the header; null when it is absent
 * @param origin the header, which only browsers send; null when it is absent
 * @param body at most {@link AdminServer#MAX_BODY} bytes; not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // a body is read once, never compared
public record AdminRequest(
        String method,
        String path,
        String query,
        @Nullable String contentType,
        @Nullable String origin,
        byte[] body) {}

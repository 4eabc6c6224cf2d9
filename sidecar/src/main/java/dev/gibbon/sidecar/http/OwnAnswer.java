package dev.gibbon.sidecar.http;

import dev.gibbon.core.decision.CloseReason;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * An answer that the proxy gives without an upstream.
 *
 * @param body empty where the request's method wants none
 */
// A record only for its accessors: nobody compares answers.
@SuppressWarnings("ArrayRecordComponent")
record OwnAnswer(String line, Fields fields, byte[] body) {

    /**
     * Says why there is no other answer.
     *
     * @param asked null when the request could not be read
     * @param allow of a 405: what may be used instead; null for other answers
     * @param keep whether the client's connection outlives the answer
     */
    static OwnAnswer of(
            @Nullable RequestHead asked,
            CloseReason reason,
            int status,
            String detail,
            @Nullable String allow,
            boolean keep) {
        String accept = asked == null ? null : asked.fields().first("accept");
        ErrorBody body = ErrorBody.of(reason, status, detail, accept);
        byte[] bytes = body.text().getBytes(StandardCharsets.UTF_8);
        Fields fields =
                Fields.of(
                        "Content-Type",
                        body.contentType(),
                        "Content-Length",
                        Integer.toString(bytes.length));
        if (allow != null) {
            fields.add("Allow", allow);
        }
        if (reason == CloseReason.HTTPS_REQUIRED) {
            fields.add("Upgrade", "TLS/1.2, HTTP/1.1");
            AnswerHead.addConnection(fields, asked, keep, "Upgrade");
        } else {
            AnswerHead.addConnection(fields, asked, keep, "");
        }
        boolean bodiless = asked != null && asked.method().equals("HEAD");
        return new OwnAnswer(
                "HTTP/1.1 " + status + " " + StatusText.of(status),
                fields,
                bodiless ? new byte[0] : bytes);
    }
}

package dev.gibbon.sidecar.http;

import dev.gibbon.core.decision.HttpDecision;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** How an upstream's final answer begins towards the client. */
record AnswerHead(String line, Fields fields, Framing framing) {

    /**
     * Translates an upstream's head.
     *
     * @param keep whether the client's connection outlives the answer
     * @param proxyNanos from the request's first byte until it was sent on
     * @param upstreamNanos from there until the upstream's head
     */
    static AnswerHead of(
            RequestHead asked,
            ResponseHead head,
            HttpDecision.@Nullable Forward decision,
            boolean keep,
            String via,
            long proxyNanos,
            long upstreamNanos) {
        Fields fields = ReturnedFields.of(head);
        if (head.framing() instanceof Framing.None && head.status() != 204) {
            String length = head.fields().first("content-length");
            if (length != null) {
                fields.add("Content-Length", length);
            }
        }
        if (decision == null || !decision.passThrough()) {
            fields.add("Via", via);
            fields.set("X-Gibbon-Proxy-Latency", millis(proxyNanos));
            fields.set("X-Gibbon-Upstream-Latency", millis(upstreamNanos));
            if (decision != null && "1".equals(asked.fields().first("gibbon-debug"))) {
                ReturnedFields.addDebug(fields, decision.upstream());
            }
        }
        addConnection(fields, asked, keep, "");
        return new AnswerHead(statusLine(head), fields, framing(asked, head));
    }

    /** How the body's end is told to the client: HTTP/1.0 knows no chunks. */
    static Framing framing(RequestHead asked, ResponseHead head) {
        return switch (head.framing()) {
            case Framing.UntilClose _, Framing.Chunked _ ->
                    asked.http10() ? new Framing.UntilClose() : new Framing.Chunked();
            case Framing.None none -> none;
            case Framing.Length length -> length;
        };
    }

    static String statusLine(ResponseHead head) {
        return "HTTP/1.1 " + head.status() + " " + head.reason();
    }

    /**
     * Says whether the connection is kept.
     *
     * @param others further options of the Connection field; empty for none
     */
    static void addConnection(
            Fields fields, @Nullable RequestHead asked, boolean keep, String others) {
        if (!keep) {
            fields.add("Connection", others.isEmpty() ? "close" : "close, " + others);
        } else if (!others.isEmpty()) {
            fields.add("Connection", others);
        } else if (asked != null && asked.http10()) {
            fields.add("Connection", "keep-alive");
        }
    }

    private static String millis(long nanos) {
        return Long.toString(TimeUnit.NANOSECONDS.toMillis(Math.max(nanos, 0)));
    }
}

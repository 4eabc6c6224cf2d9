package dev.gibbon.sidecar.http;

import dev.gibbon.core.decision.CloseReason;
import org.jspecify.annotations.Nullable;

/** A message that is refused. Carries no stack trace: the peer is at fault, not the program. */
final class HttpFault extends Exception {
    private static final long serialVersionUID = 1;

    private final CloseReason reason;
    private final int status;
    private final @Nullable String allow;

    /**
     * @param detail one sentence for the log; holds nothing of what the peer sent
     */
    HttpFault(CloseReason reason, int status, String detail) {
        this(reason, status, detail, null);
    }

    private HttpFault(CloseReason reason, int status, String detail, @Nullable String allow) {
        super(detail, null, false, false);
        this.reason = reason;
        this.status = status;
        this.allow = allow;
    }

    /**
     * @param allowed the methods that can be used on this target instead, e.g. {@code GET, HEAD}
     */
    static HttpFault method(String method, String allowed) {
        return new HttpFault(CloseReason.BAD_REQUEST, 405, "method " + method, allowed);
    }

    static HttpFault bad(String detail) {
        return new HttpFault(CloseReason.BAD_REQUEST, 400, detail);
    }

    CloseReason reason() {
        return reason;
    }

    int status() {
        return status;
    }

    /** What a 405 has in its Allow field (RFC 9110 section 10.2.1); null for other answers. */
    @Nullable String allow() {
        return allow;
    }

    String detail() {
        return String.valueOf(getMessage());
    }
}

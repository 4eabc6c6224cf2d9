package dev.gibbon.sidecar.http;

import dev.gibbon.core.decision.CloseReason;

/** A message that is refused. Carries no stack trace: the peer is at fault, not the program. */
final class HttpFault extends Exception {
    private static final long serialVersionUID = 1;

    private final CloseReason reason;
    private final int status;

    /**
     * @param detail one sentence for the log; holds nothing of what the peer sent
     */
    HttpFault(CloseReason reason, int status, String detail) {
        super(detail, null, false, false);
        this.reason = reason;
        this.status = status;
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

    String detail() {
        return String.valueOf(getMessage());
    }
}

package dev.gibbon.sidecar.upstream;

import dev.gibbon.core.decision.CloseReason;

/** An upstream could not be reached. Carries no stack trace: it is a result, not a defect. */
public final class ConnectException extends Exception {
    private static final long serialVersionUID = 1;

    private final CloseReason reason;

    /**
     * @param detail one sentence for the log
     */
    public ConnectException(CloseReason reason, String detail) {
        super(detail, null, false, false);
        this.reason = reason;
    }

    public CloseReason reason() {
        return reason;
    }

    /** One sentence for the log. */
    public String detail() {
        return String.valueOf(getMessage());
    }
}

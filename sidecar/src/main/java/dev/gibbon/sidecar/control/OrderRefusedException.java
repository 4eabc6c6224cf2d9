package dev.gibbon.sidecar.control;

import dev.gibbon.core.join.Refusal;

/** The control plane does not sign; asking again will not help until somebody acts. */
public final class OrderRefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Refusal refusal;

    OrderRefusedException(Refusal refusal) {
        super(refusal.message());
        this.refusal = refusal;
    }

    /** Why. */
    public Refusal refusal() {
        return refusal;
    }
}

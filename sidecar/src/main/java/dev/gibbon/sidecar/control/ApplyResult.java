package dev.gibbon.sidecar.control;

/** Whether a configuration is in use. */
public sealed interface ApplyResult {

    record Applied() implements ApplyResult {}

    /**
     * It cannot be used, and the one before still is.
     *
     * @param reason for people
     */
    record Rejected(String reason) implements ApplyResult {}
}

package dev.gibbon.sidecar.http;

/**
 * The head of an upstream's answer.
 *
 * @param status 100-599
 * @param keepAlive whether the upstream keeps the connection
 */
record ResponseHead(int status, String reason, boolean keepAlive, Fields fields, Framing framing) {

    /** Whether another head follows (RFC 9110 section 15.2). */
    boolean isInterim() {
        return status < 200 && status != 101;
    }
}

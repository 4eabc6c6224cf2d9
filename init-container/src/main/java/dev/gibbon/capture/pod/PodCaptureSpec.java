package dev.gibbon.capture.pod;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * What is to be captured in this pod: everything but what is excluded.
 *
 * @param outboundPort the sidecar's listener for connections that the pod opens, 1-65535
 * @param inboundPort the one for connections that the pod gets, 1-65535
 * @param gid the group that the sidecar runs as, by which its own connections are known;
 *     1-4294967294. Not 0: most containers run as that.
 * @param families those that the pod has; at least one
 */
public record PodCaptureSpec(
        int outboundPort, int inboundPort, long gid, Exclusions exclusions, Set<Family> families) {
    /** Where the sidecar tells its state. Never captured: probes must work without the mesh. */
    public static final int STATUS_PORT = 15021;

    /**
     * DNS over TCP. Never captured on its way out: a resolver comes back over TCP with an answer
     * that was too long for UDP, so names must not depend on the sidecar for the one and not for
     * the other, and a sidecar that itself looks up names would wait for itself.
     */
    public static final int DNS_PORT = 53;

    /**
     * @throws IllegalArgumentException when the parts contradict each other; the message is one
     *     line
     */
    public PodCaptureSpec {
        requirePort("outbound port", outboundPort);
        requirePort("inbound port", inboundPort);
        if (outboundPort == inboundPort) {
            throw new IllegalArgumentException(
                    "outbound port and inbound port are both "
                            + outboundPort
                            + " (expected: two listeners)");
        }
        if (gid < 1 || gid > Exclusions.MAX_ID) {
            throw new IllegalArgumentException(
                    "gid " + gid + " (expected: 1-" + Exclusions.MAX_ID + ", the sidecar's group)");
        }
        if (families.isEmpty()) {
            throw new IllegalArgumentException(
                    "no family of addresses (expected: IPv4, IPv6 or both)");
        }
        families = Collections.unmodifiableSet(EnumSet.copyOf(families));
    }

    private static void requirePort(String what, int port) {
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException(what + " " + port + " (expected: 1-65535)");
        }
        if (port == STATUS_PORT) {
            throw new IllegalArgumentException(
                    what + " " + port + " (expected: another; this is the sidecar's status port)");
        }
    }
}

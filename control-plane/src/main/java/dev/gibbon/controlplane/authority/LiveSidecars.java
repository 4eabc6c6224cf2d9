package dev.gibbon.controlplane.authority;

import java.time.Duration;

/** Which sidecars are connected to the feed at this moment. Any thread may ask. */
public interface LiveSidecars {
    /**
     * Waits until no sidecar of this name is connected or expected.
     *
     * @param limit how long at most for a connected one; an expected one is waited for until it is
     *     connected or no longer expected. Zero to wait not at all
     * @return whether none is
     */
    boolean awaitGone(String name, Duration limit) throws InterruptedException;

    /** The sidecar of this name, if it is not connected, is about to be, within this time. */
    void expect(String name, Duration within);
}

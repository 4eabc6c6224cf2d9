package dev.gibbon.controlplane.authority;

import java.time.Duration;

/** Which sidecars are connected to the feed at this moment. Any thread may ask. */
public interface LiveSidecars {
    /**
     * Waits until no sidecar of this name is connected.
     *
     * @param limit how long at most; zero to wait not at all
     * @return whether none is connected
     */
    boolean awaitGone(String name, Duration limit) throws InterruptedException;
}

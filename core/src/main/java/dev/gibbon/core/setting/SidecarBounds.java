package dev.gibbon.core.setting;

import java.time.Duration;

/**
 * What a sidecar takes, wherever it is told: on a host by its environment, in a pod by what the
 * operator has written there. With more it does not start. The chart's schema says the same.
 */
public final class SidecarBounds {
    /** How long connections may go on after a stop. */
    public static final Duration MAX_DRAIN = Duration.ofHours(1);

    /** Connections at once. */
    public static final int MAX_CONNECTIONS = 1_000_000;

    private SidecarBounds() {}
}

package dev.gibbon.controlplane.feed;

import dev.gibbon.core.feed.FeedSnapshot;
import dev.gibbon.core.feed.FeedSource;

/**
 * What there is to tell, as of one revision: something for each sidecar. Immutable; called by many
 * threads, and what takes long must not be computed twice.
 */
@FunctionalInterface
public interface Publication {
    /**
     * What a sidecar of this name may be told.
     *
     * @param name one that {@link PeerNames} has allowed
     */
    FeedSource of(String name);

    /** The same for everybody. */
    static Publication toAll(FeedSnapshot snapshot) {
        return _ -> snapshot;
    }
}

package dev.gibbon.core.feed;

import dev.gibbon.core.destination.Destination;
import org.jspecify.annotations.Nullable;

/**
 * What one sidecar may be told, as of one revision: a base, which is pushed, and where addresses
 * lead, which it has to ask for. Immutable; any thread.
 */
public interface FeedSource {
    /** What is pushed. Sidecars that are told the same share the object. */
    FeedSnapshot base();

    /**
     * Where an address or name leads.
     *
     * @param id as {@link FeedResource.DestinationResource} has it, already checked by {@link
     *     SubscribedIds}
     * @return null when it leads only to itself
     */
    @Nullable Destination destination(String id);
}

package dev.gibbon.core.feed;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One line of the feed. */
public sealed interface FeedMessage {
    /** The version of the feed that this code speaks. */
    int VERSION = 1;

    /**
     * The first message of both ends.
     *
     * @param versions of the feed that the sender speaks
     * @param kinds of resources that the sender knows; the control plane sends no others
     * @param resume from a sidecar: the state it has; from the control plane: the state that its
     *     changes build on; null means that the full set follows
     * @param name of the sidecar; of the control plane: {@code control-plane}
     */
    record Hello(List<Integer> versions, Set<String> kinds, @Nullable Resume resume, String name)
            implements FeedMessage {
        public Hello {
            versions = List.copyOf(versions);
            kinds = Set.copyOf(kinds);
        }
    }

    /**
     * A state that both ends know.
     *
     * @param hash of its content, made by the control plane and opaque to a sidecar
     */
    record Resume(long revision, String hash) {}

    /** This resource is new, or replaces the one with its key. */
    record Upsert(FeedResource resource) implements FeedMessage {}

    /** This resource is gone. */
    record Delete(ResourceKey key) implements FeedMessage {}

    /** The batch ends; apply it as a whole. */
    record Complete(long revision, String hash) implements FeedMessage {}

    /** The sidecar runs this revision. */
    record Ack(long revision) implements FeedMessage {}

    /**
     * The sidecar does not run this revision, but still the one before.
     *
     * @param reason for people
     */
    record Nack(long revision, String reason) implements FeedMessage {}

    /**
     * The sidecar wants to hear of these resources of a kind that is not pushed to all.
     *
     * @param ids all that are wanted; replaces what was wanted before
     */
    record Subscribe(String kind, List<String> ids) implements FeedMessage {
        public Subscribe {
            ids = List.copyOf(ids);
        }
    }
}

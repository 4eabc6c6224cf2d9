package dev.gibbon.core.feed;

import dev.gibbon.core.feed.FeedMessage.Upsert;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * All resources as of one revision, as the control plane holds them.
 *
 * @param hash of the content alone: snapshots of equal content have equal hashes
 */
public record FeedSnapshot(
        long revision, SortedMap<ResourceKey, FeedResource> resources, String hash) {
    private static final int HASH_BYTES = 18;

    public FeedSnapshot {
        resources = Collections.unmodifiableSortedMap(new TreeMap<>(resources));
    }

    /**
     * Makes a snapshot.
     *
     * @throws IllegalArgumentException when two resources have one key, or one does not fit into a
     *     line of the feed
     */
    public static FeedSnapshot of(long revision, Collection<FeedResource> resources) {
        SortedMap<ResourceKey, FeedResource> sorted = new TreeMap<>();
        for (FeedResource resource : resources) {
            if (sorted.put(resource.key(), resource) != null) {
                throw new IllegalArgumentException(resource.key() + ": twice (expected: once)");
            }
        }
        return new FeedSnapshot(revision, sorted, hash(sorted.values()));
    }

    private static String hash(Collection<FeedResource> resources) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (FeedResource resource : resources) {
                digest.update(FeedCodec.encode(new Upsert(resource)));
                digest.update((byte) '\n');
            }
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(Arrays.copyOf(digest.digest(), HASH_BYTES));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JDK has no SHA-256", e);
        }
    }
}

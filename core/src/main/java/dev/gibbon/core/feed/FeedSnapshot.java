package dev.gibbon.core.feed;

import dev.gibbon.core.destination.Destination;
import dev.gibbon.core.feed.FeedMessage.Upsert;
import dev.gibbon.core.feed.FeedResource.DestinationResource;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * All that a sidecar is told as of one revision, as the control plane holds it: a base that many
 * share, and answers to what this one has asked. As a {@link FeedSource} it knows no destinations.
 */
public final class FeedSnapshot implements FeedSource {
    private static final int HASH_BYTES = 18;
    private static final SortedMap<ResourceKey, FeedResource> NONE =
            Collections.unmodifiableSortedMap(new TreeMap<>());

    private final long revision;
    private final SortedMap<ResourceKey, FeedResource> resources;
    private final SortedMap<ResourceKey, FeedResource> answers;
    private final String baseHash;
    private final String hash;

    private FeedSnapshot(
            long revision,
            SortedMap<ResourceKey, FeedResource> resources,
            SortedMap<ResourceKey, FeedResource> answers,
            String baseHash,
            String hash) {
        this.revision = revision;
        this.resources = resources;
        this.answers = answers;
        this.baseHash = baseHash;
        this.hash = hash;
    }

    /**
     * Makes a base.
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
        String hash = hash("", sorted.values());
        return new FeedSnapshot(
                revision, Collections.unmodifiableSortedMap(sorted), NONE, hash, hash);
    }

    /**
     * A base with more in it. What this one holds is not looked at again, so that many can be made
     * of one.
     *
     * @throws IllegalArgumentException when two resources have one key, or one does not fit into a
     *     line of the feed
     */
    public FeedSnapshot with(Collection<FeedResource> more) {
        SortedMap<ResourceKey, FeedResource> all = new TreeMap<>(resources);
        SortedMap<ResourceKey, FeedResource> added = new TreeMap<>();
        for (FeedResource resource : more) {
            if (all.put(resource.key(), resource) != null) {
                throw new IllegalArgumentException(resource.key() + ": twice (expected: once)");
            }
            added.put(resource.key(), resource);
        }
        String both = hash(hash, added.values());
        return new FeedSnapshot(revision, Collections.unmodifiableSortedMap(all), NONE, both, both);
    }

    /** The base of a source, and its answers to these. */
    static FeedSnapshot of(FeedSource source, SortedSet<String> wanted) {
        FeedSnapshot base = source.base();
        if (wanted.isEmpty()) {
            return base;
        }
        SortedMap<ResourceKey, FeedResource> answers = new TreeMap<>();
        for (String id : wanted) {
            DestinationResource answer = new DestinationResource(id, source.destination(id));
            answers.put(answer.key(), answer);
        }
        return new FeedSnapshot(
                base.revision,
                base.resources,
                Collections.unmodifiableSortedMap(answers),
                base.hash,
                hash(base.hash, answers.values()));
    }

    private static String hash(String base, Collection<FeedResource> resources) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(base.getBytes(StandardCharsets.US_ASCII));
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

    /** A counter of the control plane. */
    public long revision() {
        return revision;
    }

    /** The base. */
    public SortedMap<ResourceKey, FeedResource> resources() {
        return resources;
    }

    /** The answers; empty for a base. */
    SortedMap<ResourceKey, FeedResource> answers() {
        return answers;
    }

    /** The ids of the answers. */
    SortedSet<String> subscribed() {
        return answers.keySet().stream()
                .map(ResourceKey::id)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Of the base alone. */
    String baseHash() {
        return baseHash;
    }

    /** Of the content alone: snapshots of equal content have equal hashes. */
    public String hash() {
        return hash;
    }

    @Override
    public FeedSnapshot base() {
        return this;
    }

    @Override
    public @Nullable Destination destination(String id) {
        return null;
    }
}

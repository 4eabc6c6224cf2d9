package dev.gibbon.core.feed;

/** What a resource is called in the feed, e.g. {@code service/2d1b...}. */
public record ResourceKey(String kind, String id) implements Comparable<ResourceKey> {
    @Override
    public int compareTo(ResourceKey other) {
        int kinds = kind.compareTo(other.kind);
        return kinds != 0 ? kinds : id.compareTo(other.id);
    }

    @Override
    public String toString() {
        return kind + "/" + id;
    }
}

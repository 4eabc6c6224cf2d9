package dev.gibbon.operator.feed;

import dev.gibbon.core.feed.FeedResource;
import java.util.List;

/** The configuration of the mesh, by who may know of it. Immutable. */
@FunctionalInterface
public interface ScopedConfiguration {
    /** No rules and no Services. */
    ScopedConfiguration EMPTY = _ -> List.of();

    /** The rules, and the Services that they lead to, for sidecars of this namespace. */
    List<FeedResource> of(String namespace);
}

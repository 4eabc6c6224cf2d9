package dev.gibbon.core.rule;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One compiled rule. */
public sealed interface Rule permits HttpRule, StreamRule {

    /**
     * The place in the order: rules are tried by ascending key, compared as strings ({@link
     * String#compareTo}). Keys are ASCII and unique in a snapshot, and serve as the id of the rule
     * in the feed.
     */
    String key();

    RuleOrigin origin();

    /** The id of the Service that traffic goes to; null for a Route without a Service. */
    @Nullable UUID service();
}

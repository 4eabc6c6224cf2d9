package dev.gibbon.core.route;

import dev.gibbon.core.rule.StreamRule;
import org.jspecify.annotations.Nullable;

/** What the stream router says of a connection. */
public sealed interface StreamSelection {

    /** This rule takes the connection, whatever bytes may follow. */
    record Selected(StreamRule rule) implements StreamSelection {}

    /**
     * The client's first bytes decide.
     *
     * @param silent the rule that takes the connection if its client stays silent, that is the best
     *     one that does not need a ClientHello; null when there is none
     * @param decisive whether another Service than that of {@code silent} could be chosen by the
     *     bytes; if not, its upstream can be dialled at once. A rule that another one of the same
     *     server name hides counts too, so this may be true without need, never false
     */
    record NeedsBytes(@Nullable StreamRule silent, boolean decisive) implements StreamSelection {}

    /** No rule takes the connection. */
    record None() implements StreamSelection {}
}

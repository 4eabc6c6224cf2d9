package dev.gibbon.core.why;

import dev.gibbon.core.decision.CloseReason;
import dev.gibbon.core.rule.RuleOrigin;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why something goes where it goes.
 *
 * @param winner the rule that takes it; null for none. For a client that is silent, the rule that
 *     takes it if it stays so
 * @param because which part of the precedence put the winner before the first runner-up, a
 *     sentence; null when there is not both
 * @param runnersUp further Routes that match, in order
 * @param nearMisses Routes that match in all but one thing, those that match in something first,
 *     else in order; at most {@value Why#MAX_NEAR_MISSES}
 * @param leg the way to the upstream; null when there is none
 */
public record Explanation(
        Question question,
        Outcome outcome,
        @Nullable Match winner,
        @Nullable String because,
        List<Match> runnersUp,
        List<NearMiss> nearMisses,
        @Nullable Leg leg) {

    public Explanation {
        runnersUp = List.copyOf(runnersUp);
        nearMisses = List.copyOf(nearMisses);
    }

    /** What is done. */
    public enum Action {
        /** Sent to the upstream. */
        FORWARD,
        /** The client's TLS ends here, then sent to the upstream. */
        TERMINATE_AND_FORWARD,
        /** The client's first bytes are awaited. */
        WAIT,
        /** The control plane is asked where it leads. */
        ASK,
        /** Accepted as a mesh leg. */
        ACCEPT_MESH,
        /** Answered here. */
        RESPOND,
        /** Closed. */
        REFUSE
    }

    /**
     * What happens.
     *
     * @param reason null where traffic goes on
     * @param sentence for the user
     */
    public record Outcome(Action action, @Nullable CloseReason reason, String sentence) {}

    /**
     * A rule that matches.
     *
     * @param asks what the rule asks for, e.g. {@code host a.test, path /foo}
     */
    public record Match(RuleOrigin origin, String asks) {}

    /**
     * A rule that matches in all but one thing.
     *
     * @param missing that thing, e.g. {@code path /foo (got: /bar)}
     */
    public record NearMiss(RuleOrigin origin, String missing) {}

    /**
     * The way to the upstream.
     *
     * @param service name or id of the Service; null for none
     * @param target e.g. {@code tls://127.0.0.5:18443}, as it is dialled
     * @param configured where the Service says to go, when {@code origins} replaced it; else null
     * @param address the IP address and port that are dialled; null when the name was not resolved
     * @param from the address that is dialled from, a sentence part
     * @param path the path that is sent; null for a connection
     * @param detail why it is not dialled; null when it is
     */
    public record Leg(
            @Nullable String service,
            String target,
            @Nullable String configured,
            @Nullable String address,
            @Nullable String from,
            @Nullable String path,
            Protection protection,
            @Nullable String identity,
            @Nullable String detail) {}
}

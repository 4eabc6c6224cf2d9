package dev.gibbon.core.decision;

import dev.gibbon.core.rule.RuleOrigin;
import org.jspecify.annotations.Nullable;

/** What happens to a request. */
public sealed interface HttpDecision {

    /**
     * It is forwarded.
     *
     * @param path the path to send, without the query string
     * @param preserveHost whether the client's Host is sent unchanged; otherwise the upstream's
     * @param passThrough whether no rule for requests has taken it: then neither side must notice a
     *     sidecar, and nothing is added to it
     */
    record Forward(Upstream upstream, String path, boolean preserveHost, boolean passThrough)
            implements HttpDecision {

        /** A rule has taken the request. */
        public Forward(Upstream upstream, String path, boolean preserveHost) {
            this(upstream, path, preserveHost, false);
        }
    }

    /**
     * It is not known where the request leads: the control plane is asked, and the decision made
     * again when there is an answer, or none in time.
     *
     * @param id an address or name, and a port, as {@code DestinationResource} has it
     */
    record Ask(String id) implements HttpDecision {}

    /**
     * It is answered here.
     *
     * @param message the {@code message} of the JSON body
     * @param route the rule that took it, if one did
     */
    record Respond(CloseReason reason, String message, @Nullable RuleOrigin route)
            implements HttpDecision {}
}

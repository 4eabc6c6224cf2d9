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
     */
    record Forward(Upstream upstream, String path, boolean preserveHost) implements HttpDecision {}

    /**
     * It is answered here.
     *
     * @param message the {@code message} of the JSON body
     * @param route the rule that took it, if one did
     */
    record Respond(CloseReason reason, String message, @Nullable RuleOrigin route)
            implements HttpDecision {}
}

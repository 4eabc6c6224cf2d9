package dev.gibbon.sidecar.http;

import dev.gibbon.core.decision.Arrival;
import dev.gibbon.core.decision.Decisions;
import dev.gibbon.core.decision.HttpDecision;
import dev.gibbon.core.decision.LegHeader;
import dev.gibbon.core.decision.Upstream;
import dev.gibbon.core.entity.Protocol;
import dev.gibbon.core.entity.Service;
import org.jspecify.annotations.Nullable;

/**
 * A request that is sent on, and what has been decided of it.
 *
 * @param decider by whose configuration that was decided
 * @param leg what a far sidecar is told of it
 */
record Forwarding(
        RequestHead head, Decisions decider, HttpDecision.Forward decision, LegHeader leg) {

    Upstream upstream() {
        return decision.upstream();
    }

    @Nullable Service service() {
        return upstream().service();
    }

    /** The first line towards the upstream. */
    String line() {
        return head.method() + " " + decision.path() + head.query() + " HTTP/1.1";
    }

    /** The fields towards the upstream; those of the framing come with the body. */
    Fields fields(Arrival arrival, Protocol scheme) {
        Fields fields = ForwardedFields.of(head, decision, arrival, scheme);
        // RFC 9110 section 8.6: a body of no bytes is announced where the client announced it.
        if (!hasBody() && head.fields().count("content-length") > 0) {
            fields.add("Content-Length", "0");
        }
        return fields;
    }

    boolean hasBody() {
        return !(head.framing() instanceof Framing.None);
    }
}

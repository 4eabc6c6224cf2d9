package dev.gibbon.sidecar.http;

import dev.gibbon.core.decision.CloseReason;
import dev.gibbon.core.decision.UpstreamTls;
import dev.gibbon.core.net.IpPort;
import java.util.ArrayList;
import java.util.List;

/**
 * When a request is sent once more. An upstream may close a kept connection at the moment a request
 * is sent on it; and an endpoint whose application has gone lets its sidecar end the mesh leg at
 * once. Such a request is sent again, on a fresh connection, if no byte of an answer has come, it
 * has no body and its method is idempotent (RFC 9110 section 9.2.2). Pure.
 */
final class RetryPolicy {
    private RetryPolicy() {}

    /**
     * Whether a request may be sent once more after its first connection failed so.
     *
     * @param toEndpoint whether that went to an endpoint of a destination
     */
    static boolean permits(RequestHead head, boolean toEndpoint, LinkFailure failure) {
        boolean leg = toEndpoint && failure.tls() instanceof UpstreamTls.Mesh;
        return (failure.used() || leg)
                && !failure.answering()
                && (failure.reason() == CloseReason.UPSTREAM_GONE
                        || failure.reason() == CloseReason.UPSTREAM_TLS)
                && head.isIdempotent()
                && head.framing() instanceof Framing.None;
    }

    /** The endpoints with the one that failed last: another one is tried, where there is one. */
    static List<IpPort> order(List<IpPort> endpoints, IpPort failed) {
        List<IpPort> ordered = new ArrayList<>(endpoints);
        if (ordered.remove(failed)) {
            ordered.add(failed);
        }
        return ordered;
    }
}

package dev.gibbon.core.decision;

import org.jspecify.annotations.Nullable;

/** What happens to a connection. */
public sealed interface StreamDecision {

    /**
     * It is forwarded.
     *
     * @param terminateTls whether the client's TLS ends here, with the default certificate
     */
    record Forward(Upstream upstream, boolean terminateTls) implements StreamDecision {}

    /**
     * The client's first bytes decide.
     *
     * @param speculative what may be dialled meanwhile, and takes the connection if it speaks
     *     before the client; null when nothing may be
     */
    record Wait(@Nullable Upstream speculative) implements StreamDecision {}

    /** The bytes are a mesh ClientHello: the leg is accepted with the mesh certificate. */
    record AcceptMesh() implements StreamDecision {}

    /**
     * It is closed.
     *
     * @param detail one sentence for the log
     */
    record Refuse(CloseReason reason, String detail) implements StreamDecision {}
}

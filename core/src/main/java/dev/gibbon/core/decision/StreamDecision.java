package dev.gibbon.core.decision;

import java.time.Duration;
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
     * @param after how long the client has to be silent before that is dialled: zero where most
     *     clients let the other side speak first
     */
    record Wait(@Nullable Upstream speculative, Duration after) implements StreamDecision {

        /** What may be dialled is dialled at once. */
        public Wait(@Nullable Upstream speculative) {
            this(speculative, Duration.ZERO);
        }
    }

    /**
     * It is not known where the connection leads: the control plane is asked, and the decision made
     * again when there is an answer, or none in time.
     *
     * @param id an address or name, and a port, as {@code DestinationResource} has it
     */
    record Ask(String id) implements StreamDecision {}

    /**
     * Its requests are served one by one if that is what its bytes are: HTTP/1.x. Otherwise it is
     * forwarded.
     *
     * @param otherwise where it goes if its bytes are no request
     */
    record Requests(Upstream otherwise) implements StreamDecision {}

    /** The bytes are a mesh ClientHello: the leg is accepted with the mesh certificate. */
    record AcceptMesh() implements StreamDecision {}

    /**
     * It is closed.
     *
     * @param detail one sentence for the log
     */
    record Refuse(CloseReason reason, String detail) implements StreamDecision {}
}

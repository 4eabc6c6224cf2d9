package dev.gibbon.core.decision;

import dev.gibbon.core.net.IpAddress;

/** What happens to a mesh leg whose peer has been verified. */
public sealed interface InboundDecision {

    /**
     * It is delivered to the application.
     *
     * @param client the real client, whose address the application may see
     */
    record Deliver(Upstream upstream, IpAddress client) implements InboundDecision {}

    /**
     * @param detail one sentence for the log
     */
    record Refuse(CloseReason reason, String detail) implements InboundDecision {}
}

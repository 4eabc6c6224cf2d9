package dev.gibbon.core.decision;

import dev.gibbon.core.net.IpPort;

/** How one resolved address of an upstream is dialled, or why it must not be. */
public sealed interface DialPlan {

    /**
     * @param lastHop whether the sidecar's own workload is there: such a connection, and no other,
     *     may go past the rules of interception
     */
    record Dial(IpPort address, UpstreamTls tls, DialSource source, boolean lastHop)
            implements DialPlan {}

    /**
     * @param detail one sentence for the log
     */
    record Refuse(CloseReason reason, String detail) implements DialPlan {}
}

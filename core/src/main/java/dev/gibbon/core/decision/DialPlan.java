package dev.gibbon.core.decision;

import dev.gibbon.core.net.IpPort;

/** How one resolved address of an upstream is dialled, or why it must not be. */
public sealed interface DialPlan {

    /**
     * It is dialled.
     *
     * @param lastHop whether the application itself is there: such a connection must pass the rules
     *     that capture what comes in for it
     */
    record Dial(IpPort address, UpstreamTls tls, DialSource source, boolean lastHop)
            implements DialPlan {}

    /**
     * @param detail one sentence for the log
     */
    record Refuse(CloseReason reason, String detail) implements DialPlan {}
}

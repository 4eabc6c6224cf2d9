package dev.gibbon.capture.pod;

/** What a rule does. */
sealed interface Action {

    /** The packet goes on as if there were no rules. */
    record Pass() implements Action {}

    /** The packet is dropped. */
    record Drop() implements Action {}

    /** Sets the packet's mark; the rules go on. In output, this also decides its route anew. */
    record SetMark(Mark mark) implements Action {}

    /** Sets the connection's mark; the rules go on. */
    record SetConnectionMark(Mark mark) implements Action {}

    /** Another chain decides, and this one no more. */
    record GoTo(Chain chain) implements Action {}

    /**
     * Packets that ask for a new connection go to the listener at this port, and are dropped if
     * there is none, also where a connection of the same addresses and ports has ended and is in
     * TIME_WAIT: what is left of it would hand the packet to whoever else listens. Does nothing to
     * other packets.
     */
    record DivertNew(int port) implements Action {}

    /** Packets go to the connection's socket or to the listener at this port, else are dropped. */
    record Divert(int port) implements Action {}

    /**
     * Packets of a connection that the kernel knows nothing of any more go to the socket of the pod
     * that they belong to, else to the listener at this port. What matters is where they do not go:
     * with SYN cookies, a packet that answers a cookie of the sidecar's listener would open a
     * connection to the application's. The last rule of its chain.
     */
    record DivertUnknown(int port) implements Action {}
}

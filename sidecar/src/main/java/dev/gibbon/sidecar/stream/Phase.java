package dev.gibbon.sidecar.stream;

/**
 * Where an accepted connection stands, which says what the events on its channel mean. A phase
 * leads to the next one by {@link Course#enter}. Confined to the channel's event loop.
 */
sealed interface Phase
        permits Phase.Accepted,
                StreamDetection,
                HttpDetection,
                DestinationWait,
                Phase.Securing,
                Departure,
                Phase.HandedOver,
                Phase.Closed {

    /** The connection has come to this phase. */
    default void begin() {}

    /** All that one read brought is in the input. */
    default void bytesRead() {}

    /** The client has ended its direction; what came before is in the input. */
    default void inputEnded() {}

    /** The time that the phase has given itself is over. */
    default void timedOut() {}

    /** The connection is over: what the phase has under way is of no more use. */
    default void abandoned() {}

    /** Nothing has happened yet. */
    record Accepted() implements Phase {}

    /** TLS may be under agreement, whose failure its own future tells, with the reason. */
    sealed interface Securing extends Phase permits TlsTermination, MeshArrival {
        boolean isShakingHands();
    }

    /** Others have the connection, and answer for it. */
    sealed interface HandedOver extends Phase permits HttpHandOver, RelayHandOver {

        /** Ends the connection because the sidecar stops. */
        void stop();
    }

    /** It is over. */
    record Closed() implements Phase {}
}

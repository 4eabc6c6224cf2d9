package dev.gibbon.capture.pod;

/** Marks of packets and of connections, within {@link #MASK}. None of them leaves the pod. */
enum Mark {
    /** Of a connection: nothing is known yet. */
    NONE(0),

    /** Of a packet: route it to the loopback interface, where it is handed to the sidecar. */
    DIVERTED(0x100),

    /** Of a connection: from the sidecar to the application, from the client's address. */
    TO_APPLICATION(0x200),

    /**
     * Of a connection: to or from the outside as it is. What comes in, the sidecar's own, what is
     * excluded.
     */
    OUTSIDE(0x400),

    /** Of a packet: on its way to a socket that has to be looked at once it is found. */
    UNPROVEN(0x800),

    /** Of a connection: came in and was handed to the sidecar. */
    INBOUND(0xc00);

    /** The bits that belong to Gibbon. */
    static final int MASK = 0xf00;

    private final int value;

    Mark(int value) {
        this.value = value;
    }

    int value() {
        return value;
    }
}

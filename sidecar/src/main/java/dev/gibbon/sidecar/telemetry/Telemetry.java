package dev.gibbon.sidecar.telemetry;

import dev.gibbon.core.decision.CloseReason;

/** Receives what happens on the data path. Called on event loops: never blocks, takes no lock. */
public interface Telemetry {

    /** A connection was accepted. */
    void opened();

    /** An accepted connection is gone; once for each {@link #opened}. */
    void closed();

    /** A stream, mesh leg or request is over; once for each. */
    void record(AccessRecord record);

    /**
     * An attempt to reach an upstream ended.
     *
     * @param outcome {@link CloseReason#FINISHED} when it succeeded
     */
    void dialled(CloseReason outcome, long nanos);
}

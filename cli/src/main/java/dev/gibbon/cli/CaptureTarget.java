package dev.gibbon.cli;

import dev.gibbon.capture.host.CapturePlan;
import dev.gibbon.capture.program.CaptureFailure;

/** Where capture rules take effect. */
interface CaptureTarget {

    /** Puts exactly these rules in place. */
    void apply(CapturePlan plan) throws CaptureFailure;

    /** Removes all rules; there need not be any. */
    void remove() throws CaptureFailure;
}

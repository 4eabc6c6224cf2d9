package dev.gibbon.capture.pod;

import dev.gibbon.capture.program.CaptureFailure;

/** A way of putting rules in place, in the network namespace of this process. */
sealed interface RuleProgram permits NftRules, IptablesRules {

    /** What messages call it. */
    String name();

    /**
     * Puts exactly these rules in place, in one transaction for each family at least.
     *
     * @throws CaptureFailure when they are not in place; then nothing of them is
     */
    void apply(PodCapturePlan plan) throws CaptureFailure;

    /** Removes the rules that this program has made; there need not be any. */
    void remove() throws CaptureFailure;
}

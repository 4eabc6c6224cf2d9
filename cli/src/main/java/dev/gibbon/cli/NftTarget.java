package dev.gibbon.cli;

import dev.gibbon.capture.host.CapturePlan;
import dev.gibbon.capture.host.Nft;
import dev.gibbon.capture.program.CaptureFailure;
import java.util.Map;

/** The packet filter of this process' network namespace. */
record NftTarget(Map<String, String> environment) implements CaptureTarget {

    @Override
    public void apply(CapturePlan plan) throws CaptureFailure {
        Nft.ofHost(environment).apply(plan);
    }

    @Override
    public void remove() throws CaptureFailure {
        Nft.ofHost(environment).remove();
    }
}

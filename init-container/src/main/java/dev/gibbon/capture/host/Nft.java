package dev.gibbon.capture.host;

import dev.gibbon.capture.program.CaptureFailure;
import dev.gibbon.capture.program.NftError;
import dev.gibbon.capture.program.Program;
import java.util.List;
import java.util.Map;

/**
 * Applies and removes rules with the nft program. Blocks the caller until nft has ended, for 10 s
 * at most.
 */
public final class Nft {
    private final Program program;

    private Nft(Program program) {
        this.program = program;
    }

    /**
     * The nft program of this host, for the network namespace of this process.
     *
     * @param environment the environment of this process, for its PATH
     * @throws CaptureFailure when this is not Linux, privileges are missing or nft is not there
     */
    public static Nft ofHost(Map<String, String> environment) throws CaptureFailure {
        return new Nft(HostFacts.observe(environment).requireNft());
    }

    /** A given command line that behaves like nft. */
    static Nft ofCommand(List<String> command) {
        return new Nft(new Program("nft", command));
    }

    /** Puts exactly these rules in place, instead of those of an earlier call. */
    public void apply(CapturePlan plan) throws CaptureFailure {
        run(NftScript.apply(plan));
    }

    /** Removes all rules that {@link #apply} has made; there need not be any. */
    public void remove() throws CaptureFailure {
        run(NftScript.remove());
    }

    private void run(String script) throws CaptureFailure {
        Program.Result result = program.run(script, "-f", "-");
        if (!result.succeeded()) {
            throw new CaptureFailure(NftError.explain(result));
        }
    }
}

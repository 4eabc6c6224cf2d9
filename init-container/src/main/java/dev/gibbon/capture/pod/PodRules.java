package dev.gibbon.capture.pod;

import dev.gibbon.capture.program.CaptureFailure;
import dev.gibbon.capture.program.Program;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Puts rules and routes in place with the first program that works, and removes those of all.
 * Whether one works is found out by having it do the real thing: each either makes all of its rules
 * or none. Blocks its caller while programs run.
 */
public final class PodRules {
    private final Function<String, Optional<Program>> find;

    /** Uses these programs. */
    PodRules(Function<String, Optional<Program>> find) {
        this.find = find;
    }

    /** Uses the programs in the PATH of this environment. */
    public static PodRules ofEnvironment(Map<String, String> environment) {
        return new PodRules(name -> Program.find(name, environment));
    }

    /**
     * Puts exactly these rules in place, instead of those of an earlier call.
     *
     * @return the name of the program that has done it
     */
    public String apply(PodCapturePlan plan, Backend backend) throws CaptureFailure {
        // Routes first: without rules they do nothing, and rules without them break what comes in.
        routing().apply(plan.routes());
        List<String> reasons = new ArrayList<>();
        for (RuleProgram program : candidates(backend)) {
            try {
                program.apply(plan);
                removeAllBut(program.name());
                return program.name();
            } catch (CaptureFailure failure) {
                reasons.add(program.name() + ": " + failure.reason());
            }
        }
        throw new CaptureFailure(
                "no program could put the rules in place: " + String.join("; ", reasons));
    }

    /** Removes all rules and routes of any earlier call; there need not be any. */
    public void remove() throws CaptureFailure {
        removeAllBut("");
        routing().remove();
    }

    /** Everything that the programs know of this namespace, to look for signs in it. */
    String everything() throws CaptureFailure {
        StringBuilder all = new StringBuilder();
        for (String[] line :
                new String[][] {
                    {"nft", "list", "tables"},
                    {"nft", "list", "chains"},
                    {"iptables-legacy-save"},
                    {"ip6tables-legacy-save"}
                }) {
            Optional<Program> program = find.apply(line[0]);
            if (program.isPresent()) {
                String[] arguments = List.of(line).subList(1, line.length).toArray(String[]::new);
                all.append(program.get().run("", arguments).output());
            }
        }
        return all.toString();
    }

    private void removeAllBut(String name) throws CaptureFailure {
        for (RuleProgram program : candidates(Backend.AUTO)) {
            if (!program.name().equals(name)) {
                program.remove();
            }
        }
    }

    private List<RuleProgram> candidates(Backend backend) throws CaptureFailure {
        List<RuleProgram> candidates = new ArrayList<>();
        Optional<Program> nft = find.apply("nft");
        if (backend == Backend.NFT && nft.isEmpty()) {
            throw missing("nft", "nftables");
        }
        if (backend != Backend.IPTABLES) {
            nft.map(NftRules::new).ifPresent(candidates::add);
        }
        if (backend != Backend.NFT) {
            candidates.add(new IptablesRules(IptablesRules.Kind.NFT, find));
            candidates.add(new IptablesRules(IptablesRules.Kind.LEGACY, find));
        }
        return candidates;
    }

    private PolicyRouting routing() throws CaptureFailure {
        return new PolicyRouting(find.apply("ip").orElseThrow(() -> missing("ip", "iproute2")));
    }

    private static CaptureFailure missing(String program, String packageName) {
        return new CaptureFailure(
                program + " not found in PATH (install it: apt-get install " + packageName + ")");
    }
}

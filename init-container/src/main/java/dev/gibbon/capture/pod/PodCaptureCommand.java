package dev.gibbon.capture.pod;

import dev.gibbon.capture.program.CaptureFailure;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the capture container does when it is told so: {@code apply}, {@code verify}, {@code print}
 * or {@code remove}.
 */
public final class PodCaptureCommand {
    private final Map<String, String> environment;
    private final PrintStream out;
    private final PrintStream err;

    /** Runs in this environment and writes there. */
    public PodCaptureCommand(Map<String, String> environment, PrintStream out, PrintStream err) {
        this.environment = Map.copyOf(environment);
        this.out = out;
        this.err = err;
    }

    /**
     * Does what the words say.
     *
     * @return the exit code: 0, or 1 after one sentence on the standard error
     */
    public int run(List<String> words) {
        try {
            PodArguments arguments = PodArguments.parse(words);
            switch (arguments.verb()) {
                case APPLY -> apply(arguments);
                case VERIFY -> out.println("capture is active: " + check(spec(arguments)));
                case PRINT -> print(arguments);
                case REMOVE -> {
                    PodRules.ofEnvironment(environment).remove();
                    out.println("capture removed");
                }
            }
            return 0;
        } catch (CaptureFailure failure) {
            err.println("gibbon-capture: " + failure.reason());
        } catch (IllegalArgumentException mistake) {
            err.println("gibbon-capture: " + mistake.getMessage());
        }
        return 1;
    }

    private void apply(PodArguments arguments) throws CaptureFailure {
        PodCaptureSpec spec = spec(arguments);
        Backend backend = arguments.backend();
        PodRules rules = PodRules.ofEnvironment(environment);
        PodNetwork.requireNotTheNodes(rules.everything(), PodNetwork.read("/proc/net/dev"));
        String program = rules.apply(PodCapturePlan.of(spec), backend);
        out.println("capture applied by " + program + " for " + list(spec.families()));
        out.println("capture is active: " + check(spec));
    }

    private static String check(PodCaptureSpec spec) throws CaptureFailure {
        return new CaptureCheck(spec, PodNetwork.read("/proc/self/status")).run();
    }

    private void print(PodArguments arguments) throws CaptureFailure {
        PodCapturePlan plan = PodCapturePlan.of(spec(arguments));
        for (PolicyRoute route : plan.routes()) {
            route.commands().forEach(command -> out.println("# " + command));
        }
        switch (arguments.backend()) {
            case AUTO, NFT -> {
                out.println("# nft -f -");
                out.print(PodNftScript.apply(plan));
            }
            case IPTABLES -> {
                for (PolicyRoute route : plan.routes()) {
                    out.println(
                            switch (route.family()) {
                                case IPV4 -> "# iptables-nft-restore --noflush";
                                case IPV6 -> "# ip6tables-nft-restore --noflush";
                            });
                    out.print(PodIptablesScript.apply(plan, route.family(), ""));
                }
            }
        }
        out.flush();
    }

    private static PodCaptureSpec spec(PodArguments arguments) throws CaptureFailure {
        return arguments.spec(PodNetwork.families(PodNetwork.read("/proc/net/if_inet6")));
    }

    private static String list(Set<Family> families) {
        return families.stream().map(Family::toString).collect(Collectors.joining(" and "));
    }
}

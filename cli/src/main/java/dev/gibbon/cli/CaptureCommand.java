package dev.gibbon.cli;

import dev.gibbon.capture.host.CapturePlan;
import dev.gibbon.capture.host.CaptureSpec;
import dev.gibbon.capture.host.NftScript;
import dev.gibbon.capture.program.CaptureFailure;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code gibbon capture}: has the kernel hand connections to sidecars on this host. */
@Command(
        name = "capture",
        description = {
            "Has the kernel hand connections to sidecars on this host (TPROXY, by nft).",
            "",
            "The rules replace those of an earlier call. They take effect for new connections and"
                    + " only in the network namespace in which the command runs. While a sidecar is"
                    + " down, connections to it wait and fail; they do not go around it."
        },
        mixinStandardHelpOptions = true,
        versionProvider = ProgramVersion.class,
        sortOptions = false,
        footer = {
            "",
            "Example, the tutorial's eight rules:",
            "  gibbon capture --outbound 127.0.0.2=127.0.0.3 --inbound 127.0.0.5=127.0.0.4 \\",
            "    --ports 18000:8000,18443:8443,19000:9000,19443:9443 --exempt 127.0.0.4",
            "Without --exempt where the sidecar at 127.0.0.4 has GIBBON_WORKLOAD=127.0.0.5; with"
                    + " neither, what it dials would come back to it, and it refuses that.",
            "",
            "Exit codes: 0 done, 1 failed, 2 wrong usage."
        })
final class CaptureCommand implements Callable<Integer> {
    private final CaptureTarget target;

    @Spec private @Nullable CommandSpec spec;

    @Option(
            names = "--outbound",
            paramLabel = "CLIENT=SIDECAR",
            description =
                    "Connections that CLIENT makes to the ports go to SIDECAR, two IP addresses of"
                            + " this host. Can be given several times.")
    private List<String> outbound = List.of();

    @Option(
            names = "--inbound",
            paramLabel = "WORKLOAD=SIDECAR",
            description =
                    "Connections to the ports of WORKLOAD go to SIDECAR. Can be given several"
                            + " times.")
    private List<String> inbound = List.of();

    @Option(
            names = "--ports",
            split = ",",
            paramLabel = "PORT:LISTENER",
            description =
                    "The ports to capture, and for each the port of the sidecar's transparent"
                            + " listener.")
    private List<String> ports = List.of();

    @Option(
            names = "--exempt",
            paramLabel = "IP",
            description =
                    "Never capture what comes from this address: the one that the inbound sidecar"
                            + " dials from. Needed when that sidecar is not Gibbon's, or has no"
                            + " GIBBON_WORKLOAD; then it has to have this address as its"
                            + " proxy_bind. Whoever else may use it goes around the sidecar.")
    private List<String> exempt = List.of();

    @Option(names = "--print", description = "Print the rules for nft -f, and change nothing.")
    private boolean print;

    @Option(names = "--remove", description = "Remove all rules that this command has made.")
    private boolean remove;

    CaptureCommand(CaptureTarget target) {
        this.target = target;
    }

    @Override
    public Integer call() throws CommandFailure {
        if (remove) {
            refuseWithRemove();
        }
        CapturePlan plan = remove ? new CapturePlan(List.of()) : plan();
        if (print) {
            line().getOut().print(remove ? NftScript.remove() : NftScript.apply(plan));
            line().getOut().flush();
            return 0;
        }
        try {
            if (remove) {
                target.remove();
                line().getOut().println("Capture removed");
            } else {
                target.apply(plan);
                line().getOut().println("Capture applied");
            }
            return 0;
        } catch (CaptureFailure failure) {
            throw new CommandFailure("capture: " + failure.reason());
        }
    }

    private void refuseWithRemove() {
        if (!outbound.isEmpty() || !inbound.isEmpty() || !ports.isEmpty() || !exempt.isEmpty()) {
            throw usage("--remove removes everything (expected: no other option but --print)");
        }
    }

    private CapturePlan plan() {
        if (outbound.isEmpty() && inbound.isEmpty()) {
            throw usage("nothing to capture (expected: --outbound, --inbound or --remove)");
        }
        if (ports.isEmpty()) {
            throw usage("no ports (expected: --ports, e.g. --ports 19000:9000)");
        }
        CaptureArguments arguments = new CaptureArguments();
        try {
            CaptureSpec wanted =
                    arguments.spec(
                            arguments.pairs("--outbound", outbound),
                            arguments.pairs("--inbound", inbound),
                            arguments.ports(ports),
                            exempt.stream().map(ip -> arguments.ip("--exempt", ip)).toList());
            return CapturePlan.of(wanted);
        } catch (IllegalArgumentException mistake) {
            throw usage(String.valueOf(mistake.getMessage()));
        }
    }

    private ParameterException usage(String message) {
        return new ParameterException(line(), message);
    }

    private CommandLine line() {
        return Objects.requireNonNull(spec, "set by picocli").commandLine();
    }
}

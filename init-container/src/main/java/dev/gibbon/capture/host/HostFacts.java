package dev.gibbon.capture.host;

import dev.gibbon.capture.program.CaptureFailure;
import dev.gibbon.capture.program.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What a host must have before rules can be applied.
 *
 * @param system the name of the operating system, e.g. {@code Linux}
 * @param netAdmin whether this process has CAP_NET_ADMIN in its network namespace
 * @param nft the nft program, if it is installed
 */
record HostFacts(String system, boolean netAdmin, Optional<Program> nft) {
    private static final int CAP_NET_ADMIN = 12;

    static HostFacts observe(Map<String, String> environment) {
        return new HostFacts(
                System.getProperty("os.name", "unknown"),
                hasNetAdmin(),
                Program.find("nft", environment));
    }

    /** The nft program, when nothing stands in the way of running it. */
    Program requireNft() throws CaptureFailure {
        if (!system.equals("Linux")) {
            throw new CaptureFailure(
                    "transparent capture needs Linux, and this is "
                            + system
                            + " (let clients connect to the sidecar's ports directly)");
        }
        if (!netAdmin) {
            throw new CaptureFailure(
                    "not permitted to change packet filter rules (run as root, e.g. with sudo, or"
                            + " give the process CAP_NET_ADMIN)");
        }
        return nft.orElseThrow(() ->
                new CaptureFailure("nft not found in PATH (install it: apt-get install nftables)"));
    }

    private static boolean hasNetAdmin() {
        try (var lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.filter(line -> line.startsWith("CapEff:"))
                    .map(line -> Long.parseUnsignedLong(line.substring(7).strip(), 16))
                    .anyMatch(capabilities -> (capabilities >> CAP_NET_ADMIN & 1) == 1);
        } catch (IOException e) {
            return false;
        }
    }
}

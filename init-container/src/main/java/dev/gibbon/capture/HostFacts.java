package dev.gibbon.capture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a host must have before rules can be applied.
 *
 * @param system the name of the operating system, e.g. {@code Linux}
 * @param netAdmin whether this process has CAP_NET_ADMIN in its network namespace
 * @param nft where the nft program is
 */
record HostFacts(String system, boolean netAdmin, Optional<Path> nft) {
    private static final int CAP_NET_ADMIN = 12;

    static HostFacts observe(Map<String, String> environment) {
        return new HostFacts(
                System.getProperty("os.name", "unknown"), hasNetAdmin(), findNft(environment));
    }

    /** The nft program, when nothing stands in the way of running it. */
    Path requireNft() throws CaptureFailure {
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

    private static Optional<Path> findNft(Map<String, String> environment) {
        List<String> directories =
                new ArrayList<>(List.of(environment.getOrDefault("PATH", "").split(":", -1)));
        // Often absent from the PATH of a user's shell, though the program is there.
        directories.add("/usr/sbin");
        directories.add("/sbin");
        return directories.stream()
                .filter(directory -> directory.startsWith("/"))
                .map(directory -> Path.of(directory, "nft"))
                .filter(Files::isExecutable)
                .findFirst();
    }
}

package dev.gibbon.capture.pod;

import dev.gibbon.capture.program.CaptureFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What can be seen of the network namespace of this process, without changing it. */
final class PodNetwork {
    // What kube-proxy and the common network plugins make on a node, and in no pod.
    private static final Pattern NODE_RULES =
            Pattern.compile("\\b(KUBE-[A-Z]+|cali-[A-Za-z]+|CILIUM_[A-Z]+|table ip6? kube-proxy)");
    private static final Pattern NODE_INTERFACE =
            Pattern.compile(
                    "(?m)^\\s*(kube-ipvs0|cilium_host|cni0|flannel\\.1|nodelocaldns|cali[0-9a-f]{11}):");

    private PodNetwork() {}

    /**
     * Refuses the network of a node, where these rules would take over everything.
     *
     * @param rules the tables and chains that are there
     * @param interfaces {@code /proc/net/dev}
     */
    static void requireNotTheNodes(String rules, String interfaces) throws CaptureFailure {
        Optional<String> sign =
                Stream.of(NODE_RULES.matcher(rules), NODE_INTERFACE.matcher(interfaces))
                        .flatMap(matcher -> matcher.results().map(result -> result.group(1)))
                        .findFirst();
        if (sign.isPresent()) {
            throw new CaptureFailure(
                    "this is the network of a node, for it has "
                            + sign.get()
                            + " (expected: a pod's own; leave pods with hostNetwork out of the mesh)");
        }
    }

    /**
     * The families that this namespace has.
     *
     * @param ifInet6 {@code /proc/net/if_inet6}: a line for each address, with the interface last.
     *     Nothing where IPv6 is off, be it by sysctl or in the kernel.
     */
    static Set<Family> families(String ifInet6) throws CaptureFailure {
        List<String> interfaces =
                ifInet6.lines()
                        .map(String::strip)
                        .filter(line -> !line.isEmpty())
                        .map(line -> line.substring(line.lastIndexOf(' ') + 1))
                        .toList();
        if (interfaces.isEmpty()) {
            return EnumSet.of(Family.IPV4);
        }
        if (!interfaces.contains("lo")) {
            throw new CaptureFailure(
                    "IPv6 is on for "
                            + interfaces.getFirst()
                            + " and off for lo (expected: on for both, or for none; it could not be"
                            + " captured)");
        }
        return EnumSet.allOf(Family.class);
    }

    /** A file below /proc; empty when it is not there. */
    static String read(String file) {
        try {
            return Files.readString(Path.of(file));
        } catch (IOException e) {
            return "";
        }
    }
}

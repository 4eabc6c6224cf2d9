package dev.gibbon.capture.pod;

import dev.gibbon.capture.netns.Namespace;
import dev.gibbon.capture.netns.Namespace.Talker;
import dev.gibbon.capture.program.Program;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Namespaces as a node and three pods: {@code a} a client with a sidecar, {@code b} a server with
 * one, {@code c} without. See {@code pods.sh}.
 */
public final class Pods implements AutoCloseable {
    private final Namespace node = new Namespace();
    private final Namespace a = new Namespace();
    private final Namespace b = new Namespace();
    private final Namespace c = new Namespace();

    public Pods() {
        Namespace.run(
                List.of(
                        "sh",
                        "src/test/resources/netns/pods.sh",
                        node.name(),
                        a.name(),
                        b.name(),
                        c.name()));
    }

    Namespace node() {
        return node;
    }

    public Namespace a() {
        return a;
    }

    Namespace b() {
        return b;
    }

    Namespace c() {
        return c;
    }

    /** The address of a pod, or of the node. */
    String ip(Family family, Namespace namespace) {
        String last =
                namespace == node
                        ? "1"
                        : Integer.toString(11 + List.of(a, b, c).indexOf(namespace));
        return switch (family) {
            case IPV4 -> "10.244.0." + last;
            case IPV6 -> "fd00:10:244::" + last;
        };
    }

    /** The address that the node translates to the server's, at port 80. */
    static String clusterIp(Family family) {
        return switch (family) {
            case IPV4 -> "10.96.0.10";
            case IPV6 -> "fd00:10:96::10";
        };
    }

    static String any(Family family) {
        return switch (family) {
            case IPV4 -> "0.0.0.0";
            case IPV6 -> "::";
        };
    }

    static PodCaptureSpec spec(Exclusions exclusions) {
        return new PodCaptureSpec(15001, 15006, 1337, exclusions, Set.of(Family.values()));
    }

    static PodCapturePlan plan() {
        return PodCapturePlan.of(spec(Exclusions.NONE));
    }

    /** The programs, as this namespace sees them. */
    static PodRules rules(Namespace namespace) {
        return new PodRules(programs(namespace));
    }

    static Function<String, Optional<Program>> programs(Namespace namespace) {
        return name ->
                Files.isExecutable(Path.of("/usr/sbin", name))
                        ? Optional.of(new Program(name, namespace.command(name)))
                        : Optional.empty();
    }

    /** Starts a stand-in for the pod's sidecar. */
    public static Talker sidecar(Namespace pod, String... options) {
        return pod.python("standin.py", options).untilReady();
    }

    /** All lines that can be read at once. */
    static List<String> said(Talker talker) {
        List<String> lines = new ArrayList<>();
        while (talker.hasMore()) {
            lines.add(talker.line());
        }
        return lines;
    }

    /** Rules of packet filters and of routing: what {@code remove} must leave as it was. */
    public static String state(Namespace namespace) {
        return String.join(
                "\n",
                namespace.rules(),
                namespace.inside("ip", "-4", "rule"),
                namespace.inside("ip", "-6", "rule"),
                namespace.inside("ip", "-4", "route", "show", "table", "all"),
                namespace.inside("ip", "-6", "route", "show", "table", "all"));
    }

    /** Ends all programs that run in the namespaces. */
    void stopAll() {
        List.of(node, a, b, c).forEach(Namespace::stopAll);
    }

    @Override
    public void close() {
        List.of(a, b, c, node).forEach(Namespace::close);
    }
}

package dev.gibbon.sidecar.pod;

import dev.gibbon.core.feed.FeedCodec;
import dev.gibbon.core.feed.FeedMessage;
import dev.gibbon.core.feed.FeedResource;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A node: a bridge in a network namespace with the control plane at it, and pods. Pod <i>n</i> has
 * the addresses 10.78.0.<i>n</i> and fd78::<i>n</i>. All of it is gone after {@link #close}.
 */
final class PodNetwork {
    static final int FEED = 8005;
    private static final String NODE = "10.78.0.254";

    private final String id =
            ProcessHandle.current().pid() + "-" + Long.toString(System.nanoTime(), 36);
    private final Path folder;
    private final List<Pod> pods = new ArrayList<>();
    private final Pod node;
    private final Process controlPlane;
    private final OutputStream commands;
    private final BufferedReader answers;

    PodNetwork(Path folder) throws Exception {
        this.folder = folder;
        this.node = namespace("node");
        node.inside("ip", "link", "add", "br0", "type", "bridge");
        node.inside("ip", "link", "set", "br0", "up");
        node.inside("ip", "address", "add", NODE + "/24", "dev", "br0");
        node.inside("ip", "address", "add", "fd78::254/64", "dev", "br0", "nodad");
        controlPlane =
                new ProcessBuilder(
                                "ip",
                                "netns",
                                "exec",
                                node.namespace(),
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-XX:+UseSerialGC",
                                "-cp",
                                System.getProperty("java.class.path"),
                                FakeControlPlane.class.getName(),
                                NODE,
                                "" + FEED,
                                folder.resolve("roots.pem").toString())
                        .redirectError(folder.resolve("control-plane.err").toFile())
                        .start();
        commands = controlPlane.getOutputStream();
        answers = controlPlane.inputReader(StandardCharsets.UTF_8);
        expect("ready");
    }

    private Pod namespace(String name) throws IOException, InterruptedException {
        Pod pod = new Pod("gibbon-p-" + id + "-" + name, folder.resolve(name));
        Files.createDirectories(pod.folder());
        Pod.command(List.of("ip", "netns", "add", pod.namespace()));
        pods.add(pod);
        pod.inside("ip", "link", "set", "lo", "up");
        return pod;
    }

    /**
     * Adds a pod without a sidecar.
     *
     * @param number 1-9; the last part of its addresses
     */
    Pod plain(String name, int number) throws IOException, InterruptedException {
        Pod pod = namespace(name);
        String port = "port" + number;
        node.inside(
                "ip",
                "link",
                "add",
                port,
                "type",
                "veth",
                "peer",
                "name",
                "eth0",
                "netns",
                pod.namespace());
        node.inside("ip", "link", "set", port, "master", "br0", "up");
        pod.inside("ip", "address", "add", "10.78.0." + number + "/24", "dev", "eth0");
        pod.inside("ip", "address", "add", "fd78::" + number + "/64", "dev", "eth0", "nodad");
        pod.inside("ip", "link", "set", "eth0", "up");
        pod.inside("ip", "route", "add", "default", "via", NODE);
        pod.inside("ip", "-6", "route", "add", "default", "via", "fd78::254");
        return pod;
    }

    /** Adds a pod whose sidecar is ready when this returns. */
    Pod meshed(String name, int number) throws IOException, InterruptedException {
        return meshed(name, number, Map.of());
    }

    Pod meshed(String name, int number, Map<String, String> settings)
            throws IOException, InterruptedException {
        Pod pod = plain(name, number);
        String ips = "10.78.0." + number + ",fd78::" + number;
        command("pod shop/" + name + " " + name + " " + ips);
        Files.writeString(pod.folder().resolve("token"), "token-of-shop/" + name + "\n");
        Files.copy(folder.resolve("roots.pem"), pod.folder().resolve("roots.pem"));
        pod.capture();
        Map<String, String> environment = new java.util.HashMap<>(settings);
        environment.putAll(
                Map.of(
                        "GIBBON_CONTROL_PLANE",
                        NODE + ":" + FEED,
                        "GIBBON_POD_NAME",
                        name,
                        "GIBBON_POD_NAMESPACE",
                        "shop",
                        "GIBBON_POD_IPS",
                        ips,
                        "GIBBON_IDENTITY",
                        pod.folder().toString(),
                        "GIBBON_DRAIN",
                        "500ms"));
        pod.startSidecar(environment);
        return pod;
    }

    /** Tells something to the control plane, which may be nonsense to it. */
    void command(String line) throws IOException {
        commands.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        commands.flush();
        expect("done");
    }

    /** Changes what sidecars are told; a destination is told to those that have asked. */
    void publish(FeedResource... resources) throws IOException {
        for (FeedResource resource : resources) {
            byte[] line = FeedCodec.encode(new FeedMessage.Upsert(resource));
            command(new String(line, StandardCharsets.UTF_8));
        }
        command("publish");
    }

    private void expect(String answer) throws IOException {
        String line = answers.readLine();
        if (!answer.equals(line)) {
            throw new AssertionError(
                    "the control plane said "
                            + line
                            + " (expected: "
                            + answer
                            + "): "
                            + Files.readString(folder.resolve("control-plane.err")));
        }
    }

    void close() throws IOException, InterruptedException {
        controlPlane.destroyForcibly().waitFor();
        for (Pod pod : pods.reversed()) {
            pod.close();
        }
    }
}

package dev.gibbon.cli.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A network namespace with its processes and a folder. All that was made here is gone after {@link
 * #close}: processes are ended by their ids, the namespace is removed, and the folder is deleted.
 */
final class World {
    private final String namespace;
    private final Path folder;
    private final List<Process> background = new ArrayList<>();
    private int captures;

    private World(String namespace, Path folder) {
        this.namespace = namespace;
        this.folder = folder;
    }

    /**
     * Makes the namespace, with its loopback up, and an empty folder.
     *
     * @throws IOException with one sentence when the machine does not allow it
     */
    static World create(String namespace) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("gibbon-demo-");
        World world = new World(namespace, folder);
        Output made = world.outside(List.of("ip", "netns", "add", namespace));
        if (made.exit() != 0) {
            Files.delete(folder);
            throw new IOException(
                    "a network namespace could not be made: "
                            + made.firstLine()
                            + " (run as root, with iproute2 installed)");
        }
        Output up = world.outside(List.of("ip", "-n", namespace, "link", "set", "lo", "up"));
        if (up.exit() != 0) {
            world.close();
            throw new IOException("the loopback could not be set up: " + up.firstLine());
        }
        return world;
    }

    String namespace() {
        return namespace;
    }

    Path folder() {
        return folder;
    }

    /** Runs a command inside and waits for its end, at most so long. */
    Output run(List<String> command, Map<String, String> environment, Duration limit)
            throws IOException, InterruptedException {
        return execute(inside(command), environment, limit);
    }

    /** Runs a command inside, with 20 s to end. */
    Output run(List<String> command) throws IOException, InterruptedException {
        return run(command, Map.of(), Duration.ofSeconds(20));
    }

    /** Starts a command inside that lasts; what it prints goes to a file of this name. */
    Process start(List<String> command, String log) throws IOException {
        Path file = folder.resolve(log);
        Process process =
                new ProcessBuilder(inside(command))
                        .directory(folder.toFile())
                        .redirectInput(Path.of("/dev/null").toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(file.toFile()))
                        .start();
        background.add(process);
        return process;
    }

    /** Ends a process that {@link #start} began, and what it has begun itself. */
    void stop(Process process) throws InterruptedException {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroy();
        if (!process.waitFor(2, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
        children.forEach(ProcessHandle::destroyForcibly);
        background.remove(process);
    }

    /** What is in a file of the folder; empty when it is not there. */
    String read(String file) throws IOException {
        Path path = folder.resolve(file);
        return Files.exists(path) ? Files.readString(path, StandardCharsets.ISO_8859_1) : "";
    }

    /** Records packets on the loopback that pass this filter, until closed. */
    PacketCapture capture(String filter) throws IOException, InterruptedException {
        captures++;
        return PacketCapture.start(this, "capture-" + captures + ".pcap", filter);
    }

    /** Whether a process is in the namespace. */
    boolean hasProcesses() throws IOException, InterruptedException {
        return !outside(List.of("ip", "netns", "pids", namespace)).out().isBlank();
    }

    private List<String> inside(List<String> command) {
        List<String> whole = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
        whole.addAll(command);
        return whole;
    }

    private Output outside(List<String> command) throws IOException, InterruptedException {
        return execute(command, Map.of(), Duration.ofSeconds(20));
    }

    private Output execute(List<String> command, Map<String, String> environment, Duration limit)
            throws IOException, InterruptedException {
        Path out = Files.createTempFile(folder, "out", "");
        Path err = Files.createTempFile(folder, "err", "");
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectInput(Path.of("/dev/null").toFile())
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile());
        // Settings of whoever runs the demo must not leak into its nodes.
        builder.environment().keySet().removeIf(name -> name.startsWith("GIBBON_"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        boolean ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        if (!ended) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor();
        }
        Output output =
                new Output(
                        ended ? process.exitValue() : -1,
                        Files.readString(out, StandardCharsets.ISO_8859_1),
                        Files.readString(err, StandardCharsets.ISO_8859_1));
        Files.delete(out);
        Files.delete(err);
        return output;
    }

    /** Leaves everything as it is: for {@code --keep}. */
    void forget() {
        background.clear();
    }

    /** Ends the processes, removes the namespace and deletes the folder. */
    void close() throws IOException, InterruptedException {
        for (Process process : List.copyOf(background)) {
            stop(process);
        }
        outside(List.of("ip", "netns", "del", namespace));
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}

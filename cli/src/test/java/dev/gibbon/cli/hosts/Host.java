package dev.gibbon.cli.hosts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gibbon.cli.Gibbon;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** One host: a network namespace, a folder, and the processes that were started there. */
final class Host {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final String namespace;
    private final Path folder;
    private final ObjectMapper json = new ObjectMapper();
    private final List<Process> background = new ArrayList<>();
    private final List<String> nodes = new ArrayList<>();

    Host(String namespace, Path folder) {
        this.namespace = namespace;
        this.folder = folder;
    }

    /** How a command ended. */
    record Outcome(int exit, String out, String err) {}

    /** Something that another process changes. */
    @FunctionalInterface
    interface Look<T> {
        Optional<T> look() throws IOException, InterruptedException;
    }

    void open() throws IOException, InterruptedException {
        Files.createDirectories(folder);
        succeeded(execute(List.of("ip", "netns", "add", namespace), Map.of(), ""));
        done("ip", "link", "set", "lo", "up");
    }

    String namespace() {
        return namespace;
    }

    Path folder() {
        return folder;
    }

    /** Runs a command here, with this text as its input. */
    Outcome run(Map<String, String> environment, String input, String... words)
            throws IOException, InterruptedException {
        return execute(inside(List.of(words)), environment, input);
    }

    /** Runs a command here that must succeed; what it printed. */
    String done(String... words) throws IOException, InterruptedException {
        return succeeded(run(Map.of(), "", words));
    }

    private static String succeeded(Outcome outcome) {
        assertThat(outcome.exit()).as(outcome.out() + outcome.err()).isZero();
        return outcome.out();
    }

    /** Starts a command here that lasts. */
    Process start(String... words) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(inside(List.of(words)))
                        .directory(folder.toFile())
                        .redirectError(ProcessBuilder.Redirect.DISCARD);
        Process process = builder.start();
        background.add(process);
        return process;
    }

    /** Runs {@code gibbon} here. */
    Outcome gibbon(Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        List<String> words =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-XX:+UseSerialGC",
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Gibbon.class.getName()));
        words.addAll(List.of(arguments));
        return run(environment, "", words.toArray(String[]::new));
    }

    /** Starts a node here. */
    Outcome startNode(String name, Map<String, String> settings)
            throws IOException, InterruptedException {
        Map<String, String> environment = new HashMap<>(settings);
        environment.put("GIBBON_PREFIX", name);
        environment.put("GIBBON_DRAIN", "500ms");
        Outcome outcome = gibbon(environment, "start");
        if (outcome.exit() == 0) {
            nodes.add(name);
        }
        return outcome;
    }

    void stopNode(String name) throws IOException, InterruptedException {
        nodes.remove(name);
        succeeded(gibbon(Map.of("GIBBON_PREFIX", name), "stop"));
    }

    /** The records of a node's access log from this one on, once there is one. */
    JsonNode access(String name, int index) throws IOException, InterruptedException {
        return present(
                "record " + index + " in the access log of " + name,
                () -> accessLog(name).stream().skip(index).findFirst());
    }

    List<JsonNode> accessLog(String name) throws IOException {
        Path log = folder.resolve(name).resolve("logs/access.log");
        List<JsonNode> records = new ArrayList<>();
        if (Files.exists(log)) {
            String text = Files.readString(log);
            for (String line : text.substring(0, text.lastIndexOf('\n') + 1).lines().toList()) {
                records.add(json.readTree(line));
            }
        }
        return records;
    }

    /** Calls this host's Admin API. */
    JsonNode admin(String method, String path, String... fields)
            throws IOException, InterruptedException {
        List<String> words =
                new ArrayList<>(List.of("curl", "-sS", "--fail-with-body", "-X", method));
        for (String field : fields) {
            words.addAll(List.of("-d", field));
        }
        words.add("http://127.0.0.1:8001" + path);
        return json.readTree(done(words.toArray(String[]::new)));
    }

    /** What is there, once it is. */
    static <T> T present(String what, Look<T> look) throws IOException, InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (true) {
            Optional<T> found = look.look();
            if (found.isPresent()) {
                return found.get();
            }
            if (System.nanoTime() > end) {
                throw new AssertionError("not within 30 s: " + what);
            }
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
    }

    private List<String> inside(List<String> words) {
        List<String> whole = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
        whole.addAll(words);
        return whole;
    }

    private Outcome execute(List<String> words, Map<String, String> environment, String input)
            throws IOException, InterruptedException {
        Path in = Files.createTempFile(folder, "in", "");
        Path out = Files.createTempFile(folder, "out", "");
        Path err = Files.createTempFile(folder, "err", "");
        Files.writeString(in, input);
        ProcessBuilder builder =
                new ProcessBuilder(words)
                        .directory(folder.toFile())
                        .redirectInput(in.toFile())
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile());
        Network.clean(builder.environment());
        builder.environment().putAll(environment);
        Process process = builder.start();
        if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor();
            throw new IOException(words + " did not end within " + LIMIT);
        }
        Outcome outcome =
                new Outcome(
                        process.exitValue(),
                        Files.readString(out, StandardCharsets.ISO_8859_1),
                        Files.readString(err, StandardCharsets.ISO_8859_1));
        for (Path file : List.of(in, out, err)) {
            Files.delete(file);
        }
        return outcome;
    }

    void close() throws IOException, InterruptedException {
        for (String name : List.copyOf(nodes)) {
            gibbon(Map.of("GIBBON_PREFIX", name), "stop");
        }
        for (Process process : background) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor();
        }
        execute(List.of("ip", "netns", "del", namespace), Map.of(), "");
    }
}

package dev.gibbon.cli.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** One node of a test's mesh: a process that {@code gibbon start} began. */
final class TestNode {
    private final Path folder;
    private final String name;
    private final Map<String, String> settings;
    private final ObjectMapper json = new ObjectMapper();

    TestNode(Path folder, String name, Map<String, String> settings) {
        this.folder = folder;
        this.name = name;
        this.settings = Map.copyOf(settings);
    }

    String name() {
        return name;
    }

    /** The folder with the node's files. */
    Path prefix() {
        return folder.resolve(name);
    }

    void start() throws IOException, InterruptedException {
        Outcome outcome = new Program(folder).gibbon(environment(), "start");
        assertThat(outcome)
                .as("start of %s", name)
                .isEqualTo(new Outcome(0, "Gibbon started\n", ""));
    }

    /** Stops it as a user does. */
    Outcome stop() throws IOException, InterruptedException {
        return new Program(folder).gibbon(environment(), "stop");
    }

    /** Ends it at once, as a crash would; nothing when it does not run. */
    void kill() throws Exception {
        if (!isRunning()) {
            return;
        }
        ProcessHandle process = ProcessHandle.of(pid()).orElseThrow();
        process.destroyForcibly();
        process.onExit().get(10, TimeUnit.SECONDS);
    }

    private Map<String, String> environment() {
        Map<String, String> all = new HashMap<>(settings);
        all.put("GIBBON_PREFIX", name);
        return all;
    }

    private Path pidFile() {
        return prefix().resolve("pids/gibbon.pid");
    }

    private boolean isRunning() throws IOException {
        return Files.exists(pidFile())
                && ProcessHandle.of(pid()).filter(ProcessHandle::isAlive).isPresent()
                && Files.readString(Path.of("/proc/" + pid() + "/cmdline"))
                        .contains("--signal-start");
    }

    long pid() throws IOException {
        return Long.parseLong(Files.readString(pidFile()).strip());
    }

    /** The memory it holds, as the kernel counts it. */
    long residentBytes() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + pid() + "/status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
            }
        }
        throw new IOException("no VmRSS of " + name);
    }

    /** What it has said, for people. */
    String errorLog() throws IOException {
        Path log = prefix().resolve("logs/error.log");
        return Files.exists(log) ? Files.readString(log) : "";
    }

    /** The records of connections and requests so far. */
    List<JsonNode> accessLog() throws IOException {
        Path log = prefix().resolve("logs/access.log");
        List<JsonNode> records = new ArrayList<>();
        if (Files.exists(log)) {
            String text = Files.readString(log);
            for (String line : text.substring(0, text.lastIndexOf('\n') + 1).lines().toList()) {
                records.add(json.readTree(line));
            }
        }
        return records;
    }

    /** The record at this index, once it is there. */
    JsonNode access(int index) throws IOException, InterruptedException {
        return Until.present(
                "record " + index + " in the access log of " + name,
                () -> accessLog().stream().skip(index).findFirst());
    }
}

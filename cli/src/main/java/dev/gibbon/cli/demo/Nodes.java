package dev.gibbon.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The tutorial's three nodes in a {@link World}, started and stopped as a person would type it. */
final class Nodes {
    static final String CONTROL_PLANE = "gibbon-c";
    static final String SIDECAR_A = "gibbon-a";
    static final String SIDECAR_B = "gibbon-b";

    private static final Duration NODE_LIMIT = Duration.ofSeconds(60);
    private static final Duration SETTLE_LIMIT = Duration.ofSeconds(20);
    private static final String ADMIN = "http://127.0.0.1:8001";

    private final World world;
    private final List<String> gibbon;
    private final List<String> running = new ArrayList<>();
    private final ObjectMapper json = new ObjectMapper();

    /**
     * @param gibbon the command that runs {@code gibbon}
     */
    Nodes(World world, List<String> gibbon) {
        this.world = world;
        this.gibbon = List.copyOf(gibbon);
    }

    /** Starts the control plane. */
    void startControlPlane() throws IOException, InterruptedException {
        start(
                CONTROL_PLANE,
                Map.of(
                        "GIBBON_STREAM_LISTEN", "off",
                        "GIBBON_PROXY_LISTEN", "off",
                        "GIBBON_ADMIN_LISTEN", "127.0.0.1:8001, 127.0.0.1:8444 ssl"));
    }

    /**
     * Starts sidecar A on 127.0.0.3 or B on 127.0.0.4.
     *
     * @param bind whether the tutorial's {@code proxy_bind} settings are given
     * @param settings further ones
     */
    void startSidecar(String name, boolean bind, Map<String, String> settings)
            throws IOException, InterruptedException {
        String ip = name.equals(SIDECAR_A) ? "127.0.0.3" : "127.0.0.4";
        Map<String, String> all = new HashMap<>();
        all.put("GIBBON_STREAM_LISTEN", ip + ":9000 transparent, " + ip + ":9443 transparent");
        all.put("GIBBON_PROXY_LISTEN", ip + ":8000 transparent, " + ip + ":8443 ssl transparent");
        all.put("GIBBON_ADMIN_LISTEN", "off");
        if (bind) {
            all.put("GIBBON_NGINX_PROXY_PROXY_BIND", ip);
            all.put("GIBBON_NGINX_SPROXY_PROXY_BIND", ip);
        }
        all.putAll(settings);
        start(name, all);
    }

    private void start(String name, Map<String, String> settings)
            throws IOException, InterruptedException {
        Map<String, String> environment = new HashMap<>(settings);
        environment.put("GIBBON_PREFIX", name);
        environment.put("GIBBON_LOG_LEVEL", "debug");
        Output output = gibbon(environment, "start");
        if (output.exit() != 0) {
            throw new IOException(name + " did not start: " + output.firstLine());
        }
        running.add(name);
    }

    /** Stops a node that was started here. */
    void stop(String name) throws IOException, InterruptedException {
        Output output = gibbon(Map.of("GIBBON_PREFIX", name, "GIBBON_DRAIN", "1s"), "stop");
        if (output.exit() != 0) {
            throw new IOException(name + " did not stop: " + output.firstLine());
        }
        running.remove(name);
    }

    /** Stops what still runs, the last started first. */
    void stopAll() throws IOException, InterruptedException {
        for (String name : List.copyOf(running).reversed()) {
            stop(name);
        }
    }

    /** Runs a {@code gibbon} command in the world. */
    Output gibbon(Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(gibbon);
        command.addAll(List.of(arguments));
        return world.run(command, environment, NODE_LIMIT);
    }

    /** Creates a Service and its Route, by the tutorial's two calls. */
    void configure(Flow flow) throws IOException, InterruptedException {
        admin("PUT", "/services/" + flow.serviceName(), List.of("url=" + flow.serviceUrl()));
        admin("POST", "/services/" + flow.serviceName() + "/routes", flow.routeFields());
    }

    /** Calls the Admin API with form fields; an answer that is not a success is an error. */
    JsonNode admin(String method, String path, List<String> fields)
            throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of("curl", "-sS", "--fail-with-body", "-X", method));
        for (String field : fields) {
            command.addAll(List.of("-d", field));
        }
        command.add(ADMIN + path);
        Output output = world.run(command);
        if (output.exit() != 0) {
            throw new IOException(
                    method + " " + path + " failed: " + output.firstLine() + " " + output.out());
        }
        return json.readTree(output.out());
    }

    /** Waits until all these sidecars run the control plane's newest configuration. */
    JsonNode settled(String... names) throws IOException, InterruptedException {
        long end = System.nanoTime() + SETTLE_LIMIT.toNanos();
        while (true) {
            JsonNode status = admin("GET", "/sidecars", List.of());
            if (isSettled(status, names)) {
                return status;
            }
            if (System.nanoTime() > end) {
                throw new IOException("the sidecars did not take the configuration: " + status);
            }
            Thread.sleep(50);
        }
    }

    private static boolean isSettled(JsonNode status, String... names) {
        long revision = status.path("revision").asLong();
        for (String name : names) {
            boolean current = false;
            for (JsonNode sidecar : status.path("sidecars")) {
                current |=
                        sidecar.path("name").asText().equals(name)
                                && sidecar.path("connected").asBoolean()
                                && sidecar.path("revision").asLong() == revision;
            }
            if (!current) {
                return false;
            }
        }
        return true;
    }

    /**
     * The access-log lines of a node from this offset on, once there is at least one.
     *
     * @param from characters to skip
     */
    List<JsonNode> access(String name, int from) throws IOException, InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(5).toNanos();
        while (true) {
            String text = world.read(name + "/logs/access.log");
            String fresh = text.substring(Math.min(from, text.length()));
            if (fresh.endsWith("\n")) {
                List<JsonNode> lines = new ArrayList<>();
                for (String line : fresh.lines().toList()) {
                    lines.add(json.readTree(line));
                }
                return lines;
            }
            if (System.nanoTime() > end) {
                return List.of();
            }
            Thread.sleep(20);
        }
    }

    /** How long a node's access log is by now. */
    int accessLength(String name) throws IOException {
        return world.read(name + "/logs/access.log").length();
    }
}

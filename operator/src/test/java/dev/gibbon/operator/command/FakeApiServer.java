package dev.gibbon.operator.command;

import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Answers what it was given, on loopback; everything else is not there. */
public final class FakeApiServer implements AutoCloseable {
    private final HttpServer server;
    private final Map<String, String> answers = new ConcurrentHashMap<>();
    private final Map<String, Integer> refusals = new ConcurrentHashMap<>();
    private final Map<String, String> kept = new ConcurrentHashMap<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final List<String> tokens = new CopyOnWriteArrayList<>();

    /** Starts to listen. */
    public FakeApiServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/",
                exchange -> {
                    try (exchange) {
                        asked.add(exchange.getRequestURI().toString());
                        tokens.addAll(
                                exchange.getRequestHeaders()
                                        .getOrDefault("Gibbon-Token", List.of()));
                        String path = exchange.getRequestURI().getPath();
                        if (exchange.getRequestMethod().equals("POST") && kept.containsKey(path)) {
                            answers.put(
                                    path + "/" + kept.get(path),
                                    new String(
                                            exchange.getRequestBody().readAllBytes(),
                                            StandardCharsets.UTF_8));
                            path += "/" + kept.get(path);
                        }
                        String answer = answers.get(path);
                        int status = answer == null ? refusals.getOrDefault(path, 404) : 200;
                        byte[] body =
                                (answer == null
                                                ? "{\"kind\":\"Status\",\"code\":" + status + "}"
                                                : answer)
                                        .getBytes(StandardCharsets.UTF_8);
                        exchange.getResponseHeaders().set("Content-Type", "application/json");
                        exchange.sendResponseHeaders(status, body.length);
                        exchange.getResponseBody().write(body);
                    }
                });
        server.start();
    }

    /** From now on this path has this answer, whatever the method. */
    public FakeApiServer answer(String path, String body) {
        answers.put(path, body);
        return this;
    }

    /** Answers a path that has no answer with this status in place of 404. */
    public FakeApiServer refuse(String path, int status) {
        refusals.put(path, status);
        return this;
    }

    /** What is created in this collection is there from then on, by this name. */
    public FakeApiServer keep(String collection, String name) {
        kept.put(collection, name);
        return this;
    }

    /** Paths with queries, as they came. */
    public List<String> asked() {
        return List.copyOf(asked);
    }

    /** What requests have shown for questions. */
    List<String> tokens() {
        return List.copyOf(tokens);
    }

    /** A client of it; the caller closes it. */
    public KubernetesClient client() {
        Config config =
                new ConfigBuilder(Config.empty())
                        .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort())
                        .withNamespace("shop")
                        .withRequestRetryBackoffLimit(0)
                        .withConnectionTimeout(2_000)
                        .build();
        return new KubernetesClientBuilder().withConfig(config).build();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}

package dev.gibbon.operator.status;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.gibbon.core.log.Log;
import dev.gibbon.core.net.IpPort;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * {@code /healthz/live}, {@code /healthz/ready}, {@code /metrics} and what {@link MeshQuestions}
 * answers, in plain HTTP.
 */
public final class StatusServer implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();

    private StatusServer(HttpServer server) {
        this.server = server;
    }

    /**
     * Starts to listen.
     *
     * @param ready whether sidecars can be served
     * @param metrics in the text format of Prometheus
     * @param questions what is answered below {@code /v1/}
     * @throws IOException when the address cannot be listened on
     */
    public static StatusServer start(
            IpPort address,
            BooleanSupplier ready,
            Supplier<String> metrics,
            MeshQuestions questions,
            Log log)
            throws IOException {
        HttpServer http;
        try {
            http = HttpServer.create(address.toSocketAddress(), 0);
        } catch (IOException e) {
            throw new IOException(
                    "status: cannot listen on " + address + " (" + e.getMessage() + ")", e);
        }
        StatusServer server = new StatusServer(http);
        http.setExecutor(server.executor);
        http.createContext("/healthz/live", exchange -> answer(exchange, 200, "live\n"));
        http.createContext(
                "/healthz/ready",
                exchange -> {
                    boolean yes = ready.getAsBoolean();
                    answer(exchange, yes ? 200 : 503, yes ? "ready\n" : "not ready\n");
                });
        http.createContext("/metrics", exchange -> answer(exchange, 200, metrics.get()));
        http.createContext("/v1/sidecars", exchange -> ask(exchange, _ -> questions.sidecars()));
        http.createContext("/v1/why", exchange -> ask(exchange, questions::why));
        http.createContext("/", exchange -> answer(exchange, 404, "no such path\n"));
        http.start();
        log.info("status listens", "address", IpPort.of(http.getAddress()));
        return server;
    }

    private static void ask(HttpExchange exchange, Function<String, StatusAnswer> question)
            throws IOException {
        String query = exchange.getRequestURI().getRawQuery();
        StatusAnswer answer =
                exchange.getRequestMethod().equals("GET")
                        ? question.apply(query == null ? "" : query)
                        : new StatusAnswer(405, "{\"message\":\"only GET\"}");
        answer(exchange, answer.status(), answer.json(), "application/json");
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        answer(exchange, status, text, "text/plain; version=0.0.4; charset=utf-8");
    }

    private static void answer(HttpExchange exchange, int status, String text, String type)
            throws IOException {
        try (exchange) {
            byte[] body = text.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", type);
            boolean head = exchange.getRequestMethod().equals("HEAD");
            exchange.sendResponseHeaders(status, head ? -1 : body.length);
            if (!head) {
                try (OutputStream out = exchange.getResponseBody()) {
                    out.write(body);
                }
            }
        }
    }

    /** Where it listens, its port filled in. */
    public IpPort address() {
        return IpPort.of(server.getAddress());
    }

    @Override
    public void close() {
        server.stop(0);
        executor.shutdownNow();
    }
}

package dev.gibbon.operator.status;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.gibbon.core.log.Log;
import dev.gibbon.core.net.IpPort;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * {@code /healthz/live}, {@code /healthz/ready} and {@code /metrics} for all, and what {@link
 * MeshQuestions} answers for those whom {@link Asker} lets ask, in plain HTTP.
 */
public final class StatusServer implements AutoCloseable {
    /** Anybody may come with a token, and each costs the API server a review. */
    private static final int REVIEWS = 4;

    private static final int MAX_TOKEN = 8 * 1024;

    private final HttpServer server;
    private final Asker asker;
    private final Log log;
    private final Semaphore reviews = new Semaphore(REVIEWS);
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();

    private StatusServer(HttpServer server, Asker asker, Log log) {
        this.server = server;
        this.asker = asker;
        this.log = log;
    }

    /**
     * Starts to listen.
     *
     * @param obstacle why sidecars cannot be served, in a few words; empty text when they can
     * @param metrics in the text format of Prometheus
     * @param questions what is answered below {@code /v1/}
     * @param asker who is answered there
     * @throws IOException when the address cannot be listened on
     */
    public static StatusServer start(
            IpPort address,
            Supplier<String> obstacle,
            Supplier<String> metrics,
            MeshQuestions questions,
            Asker asker,
            Log log)
            throws IOException {
        HttpServer http;
        try {
            http = HttpServer.create(address.toSocketAddress(), 0);
        } catch (IOException e) {
            throw new IOException(
                    "status: cannot listen on " + address + " (" + e.getMessage() + ")", e);
        }
        StatusServer server = new StatusServer(http, asker, log);
        http.setExecutor(server.executor);
        http.createContext("/healthz/live", exchange -> answer(exchange, 200, "live\n"));
        http.createContext(
                "/healthz/ready",
                exchange -> {
                    String why = obstacle.get();
                    answer(
                            exchange,
                            why.isEmpty() ? 200 : 503,
                            why.isEmpty() ? "ready\n" : "not ready: " + why + "\n");
                });
        http.createContext("/metrics", exchange -> answer(exchange, 200, metrics.get()));
        http.createContext(
                "/v1/sidecars", exchange -> server.ask(exchange, _ -> questions.sidecars()));
        http.createContext("/v1/why", exchange -> server.ask(exchange, questions::why));
        http.createContext("/", exchange -> answer(exchange, 404, "no such path\n"));
        http.start();
        log.info("status listens", "address", IpPort.of(http.getAddress()));
        return server;
    }

    private void ask(HttpExchange exchange, Function<String, StatusAnswer> question)
            throws IOException {
        StatusAnswer answer = answer(exchange, question);
        answer(exchange, answer.status(), answer.json(), "application/json");
    }

    private StatusAnswer answer(HttpExchange exchange, Function<String, StatusAnswer> question) {
        if (!exchange.getRequestMethod().equals("GET")) {
            return refusal(405, "only GET");
        }
        List<String> tokens = exchange.getRequestHeaders().getOrDefault(Asker.HEADER, List.of());
        if (tokens.size() != 1 || tokens.getFirst().length() > MAX_TOKEN) {
            return refusal(
                    401,
                    Asker.HEADER
                            + ": not one token (expected: one of ServiceAccount "
                            + Asker.ACCOUNT
                            + ", made out to "
                            + Asker.AUDIENCE
                            + ")");
        }
        if (!reviews.tryAcquire()) {
            return refusal(503, "too many questions at a time");
        }
        try {
            if (!asker.mayAsk(tokens.getFirst())) {
                return refusal(
                        403,
                        Asker.HEADER
                                + ": not a valid token of ServiceAccount "
                                + Asker.ACCOUNT
                                + ", made out to "
                                + Asker.AUDIENCE);
            }
        } catch (IOException e) {
            log.warn("question not answered", "reason", String.valueOf(e.getMessage()));
            return refusal(503, "the API server does not say whose the token is");
        } finally {
            reviews.release();
        }
        String query = exchange.getRequestURI().getRawQuery();
        return question.apply(query == null ? "" : query);
    }

    private static StatusAnswer refusal(int status, String message) {
        return new StatusAnswer(status, "{\"message\":\"" + message + "\"}");
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

package dev.gibbon.operator.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.core.log.Log;
import dev.gibbon.core.net.IpPort;
import dev.gibbon.operator.feed.MeshPublication;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

final class StatusServerTest {
    private static final MeshPublication MESH = SmallMesh.publication();

    private final List<String> reviewed = new CopyOnWriteArrayList<>();
    private volatile String obstacle = "";

    @Test
    void questionsAreAnsweredBesideHealthAndMetrics() throws IOException, InterruptedException {
        try (StatusServer server =
                        StatusServer.start(
                                IpPort.parse("127.0.0.1:0").orElseThrow(),
                                () -> obstacle,
                                () -> "metrics\n",
                                new MeshQuestions(() -> MESH, List::of),
                                this::mayAsk,
                                Log.NONE);
                HttpClient client = HttpClient.newHttpClient()) {
            String base = "http://" + server.address();

            assertThat(get(client, base + "/healthz/ready").body()).isEqualTo("ready\n");
            obstacle = "waits for a friend";
            assertThat(get(client, base + "/healthz/ready").statusCode()).isEqualTo(503);
            assertThat(get(client, base + "/healthz/ready").body())
                    .isEqualTo("not ready: waits for a friend\n");
            assertThat(get(client, base + "/v1/sidecars", "right").body())
                    .startsWith("{\"revision\":7");
            HttpResponse<String> why =
                    get(
                            client,
                            base + "/v1/why?pod=shop%2Fa-1&to=b%3A80&http=GET+http%3A%2F%2Fb%2F",
                            "right");
            assertThat(why.statusCode()).isEqualTo(200);
            assertThat(why.body()).contains("\"request\":\"GET http://b/\"");
            assertThat(get(client, base + "/v1/why", "right").statusCode()).isEqualTo(400);
            assertThat(get(client, base + "/v2").statusCode()).isEqualTo(404);
            HttpResponse<String> posted =
                    client.send(
                            HttpRequest.newBuilder(URI.create(base + "/v1/sidecars"))
                                    .POST(HttpRequest.BodyPublishers.ofString("x"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(posted.statusCode()).isEqualTo(405);
        }
    }

    private boolean mayAsk(String token) throws IOException {
        reviewed.add(token);
        if (token.equals("unknown")) {
            throw new IOException("TokenReview: status 500");
        }
        return token.equals("right");
    }

    /** Whoever reaches the port from another pod has no such token, but may ask for metrics. */
    @Test
    void withoutARightTokenNothingIsToldAboutTheMesh() throws IOException, InterruptedException {
        try (StatusServer server =
                        StatusServer.start(
                                IpPort.parse("127.0.0.1:0").orElseThrow(),
                                () -> "",
                                () -> "metrics\n",
                                new MeshQuestions(() -> MESH, List::of),
                                this::mayAsk,
                                Log.NONE);
                HttpClient client = HttpClient.newHttpClient()) {
            String base = "http://" + server.address();
            for (String path : List.of("/v1/sidecars", "/v1/why?pod=shop%2Fa-1&to=b%3A80")) {
                String uri = base + path;
                assertThat(get(client, uri).statusCode()).isEqualTo(401);
                assertThat(get(client, uri, "right", "right").statusCode()).isEqualTo(401);
                assertThat(get(client, uri, "x".repeat(8193)).statusCode()).isEqualTo(401);
                assertThat(reviewed).isEmpty();
                HttpResponse<String> wrong = get(client, uri, "wrong");
                assertThat(wrong.statusCode()).isEqualTo(403);
                assertThat(wrong.body()).startsWith("{\"message\":\"Gibbon-Token: not a valid");
                assertThat(get(client, uri, "unknown").statusCode()).isEqualTo(503);
                assertThat(reviewed).containsExactly("wrong", "unknown");
                reviewed.clear();
            }
            assertThat(get(client, base + "/metrics").body()).isEqualTo("metrics\n");
        }
    }

    private static HttpResponse<String> get(HttpClient client, String uri, String... tokens)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(uri));
        for (String token : tokens) {
            request.header("Gibbon-Token", token);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}

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
import org.junit.jupiter.api.Test;

final class StatusServerTest {
    private static final MeshPublication MESH = SmallMesh.publication();

    @Test
    void questionsAreAnsweredBesideHealthAndMetrics() throws IOException, InterruptedException {
        try (StatusServer server =
                        StatusServer.start(
                                IpPort.parse("127.0.0.1:0").orElseThrow(),
                                () -> true,
                                () -> "metrics\n",
                                new MeshQuestions(() -> MESH, List::of),
                                Log.NONE);
                HttpClient client = HttpClient.newHttpClient()) {
            String base = "http://" + server.address();

            assertThat(get(client, base + "/healthz/ready").body()).isEqualTo("ready\n");
            assertThat(get(client, base + "/v1/sidecars").body()).startsWith("{\"revision\":7");
            HttpResponse<String> why =
                    get(
                            client,
                            base + "/v1/why?pod=shop%2Fa-1&to=b%3A80&http=GET+http%3A%2F%2Fb%2F");
            assertThat(why.statusCode()).isEqualTo(200);
            assertThat(why.body()).contains("\"request\":\"GET http://b/\"");
            assertThat(get(client, base + "/v1/why").statusCode()).isEqualTo(400);
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

    private static HttpResponse<String> get(HttpClient client, String uri)
            throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create(uri)).build(),
                HttpResponse.BodyHandlers.ofString());
    }
}

package dev.gibbon.cli.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Collectors;

/** A client of the Admin API. To be made and used inside the namespace. */
final class Admin implements AutoCloseable {
    private static final URI BASE = URI.create("http://127.0.0.1:8001");

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ObjectMapper json = new ObjectMapper();

    /** An answer, with its body as text. */
    record Answer(int status, String body) {}

    /**
     * Calls with a form as body.
     *
     * @param fields {@code name=value} each; none for no body
     */
    Answer call(String method, String path, String... fields)
            throws IOException, InterruptedException {
        String form =
                Arrays.stream(fields)
                        .map(field -> field.split("=", 2))
                        .map(pair -> encoded(pair[0]) + "=" + encoded(pair[1]))
                        .collect(Collectors.joining("&"));
        HttpRequest.Builder request =
                HttpRequest.newBuilder(BASE.resolve(path)).timeout(Duration.ofSeconds(20));
        if (form.isEmpty()) {
            request.method(method, HttpRequest.BodyPublishers.noBody());
        } else {
            request.header("content-type", "application/x-www-form-urlencoded")
                    .method(method, HttpRequest.BodyPublishers.ofString(form));
        }
        var response = client.send(request.build(), BodyHandlers.ofString());
        return new Answer(response.statusCode(), response.body());
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** Calls, and wants success. */
    JsonNode done(String method, String path, String... fields)
            throws IOException, InterruptedException {
        Answer answer = call(method, path, fields);
        assertThat(answer.status())
                .as("%s %s: %s", method, path, answer.body())
                .isBetween(200, 299);
        return json.readTree(answer.body());
    }

    JsonNode sidecars() throws IOException, InterruptedException {
        return done("GET", "/sidecars");
    }

    long revision() throws IOException, InterruptedException {
        return sidecars().path("revision").asLong();
    }

    /** Waits until all these nodes run the newest configuration, of this revision at least. */
    JsonNode settled(long atLeast, String... names) throws IOException, InterruptedException {
        JsonNode[] last = new JsonNode[1];
        Until.holds(
                "the sidecars run revision " + atLeast + " or newer",
                () -> {
                    last[0] = sidecars();
                    long revision = last[0].path("revision").asLong();
                    return revision >= atLeast
                            && Arrays.stream(names).allMatch(name -> runs(last[0], name, revision));
                });
        return last[0];
    }

    private static boolean runs(JsonNode status, String name, long revision) {
        for (JsonNode sidecar : status.path("sidecars")) {
            if (sidecar.path("name").asText().equals(name)) {
                return sidecar.path("connected").asBoolean()
                        && sidecar.path("revision").asLong() == revision;
            }
        }
        return false;
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}

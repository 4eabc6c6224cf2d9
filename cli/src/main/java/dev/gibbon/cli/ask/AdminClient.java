package dev.gibbon.cli.ask;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gibbon.cli.CommandFailure;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;

/** Calls one control plane's Admin API. */
final class AdminClient {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final URI base;
    private final ObjectMapper json = new ObjectMapper();

    /**
     * @param base e.g. {@code http://127.0.0.1:8001}
     */
    AdminClient(URI base) {
        this.base = base;
    }

    /** Gets a document. */
    JsonNode get(String path, Map<String, String> query) throws CommandFailure {
        String arguments =
                query.entrySet().stream()
                        .map(entry ->
                                entry.getKey()
                                        + "="
                                        + URLEncoder.encode(
                                                entry.getValue(), StandardCharsets.UTF_8))
                        .collect(Collectors.joining("&"));
        return call("GET", arguments.isEmpty() ? path : path + "?" + arguments);
    }

    /** Deletes something. */
    void delete(String path) throws CommandFailure {
        call("DELETE", path);
    }

    private JsonNode call(String method, String target) throws CommandFailure {
        try (HttpClient client = HttpClient.newBuilder().connectTimeout(LIMIT).build()) {
            HttpRequest request =
                    HttpRequest.newBuilder(base.resolve(target))
                            .timeout(LIMIT)
                            .method(method, HttpRequest.BodyPublishers.noBody())
                            .build();
            var response = client.send(request, BodyHandlers.ofString());
            JsonNode body =
                    response.body().isBlank()
                            ? json.createObjectNode()
                            : json.readTree(response.body());
            if (response.statusCode() / 100 != 2) {
                throw new CommandFailure(
                        body.path("message")
                                .asText("the control plane answered " + response.statusCode()));
            }
            return body;
        } catch (JsonProcessingException e) {
            throw new CommandFailure(
                    base + " does not answer as a Gibbon control plane does (is --admin right?)");
        } catch (IOException e) {
            throw new CommandFailure(
                    "no control plane answers at "
                            + base
                            + " (start one, or name its Admin API with --admin)");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure("interrupted while waiting for " + base);
        }
    }
}

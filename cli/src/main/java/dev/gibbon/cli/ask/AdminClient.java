package dev.gibbon.cli.ask;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gibbon.cli.CommandFailure;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import javax.net.ssl.SSLException;

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

    private String why(IOException failure) {
        for (Throwable at = failure; at != null; at = at.getCause()) {
            if (at instanceof SSLException) {
                return base
                        + ": no trusted TLS there ("
                        + at.getMessage()
                        + "); a control plane's own certificate is not trusted: ask an address of"
                        + " GIBBON_ADMIN_LISTEN without ssl, with http://";
            }
            if (at instanceof UnresolvedAddressException) {
                return base.getHost()
                        + ": no such host (expected: --admin with the URL of a control plane, e.g."
                        + " http://127.0.0.1:8001)";
            }
        }
        return failure instanceof ConnectException || failure instanceof HttpTimeoutException
                ? "no control plane answers at "
                        + base
                        + " (start one, or name its Admin API with --admin)"
                : base
                        + ": what answers there speaks no HTTP (is that the ssl port? ask an"
                        + " address of GIBBON_ADMIN_LISTEN without ssl)";
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
                String message =
                        body.path("message")
                                .asText("the control plane answered " + response.statusCode());
                throw response.statusCode() == 400
                        ? CommandFailure.ofUsage(message)
                        : new CommandFailure(message);
            }
            return body;
        } catch (JsonProcessingException e) {
            throw new CommandFailure(
                    base + " does not answer as a Gibbon control plane does (is --admin right?)");
        } catch (IOException e) {
            throw new CommandFailure(why(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure("interrupted while waiting for " + base);
        }
    }
}

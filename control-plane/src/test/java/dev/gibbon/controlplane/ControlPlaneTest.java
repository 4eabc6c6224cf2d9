package dev.gibbon.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gibbon.controlplane.admin.AdminListener;
import dev.gibbon.controlplane.admin.Node;
import dev.gibbon.controlplane.authority.SecretDirectory;
import dev.gibbon.controlplane.authority.WorkloadDocument;
import dev.gibbon.controlplane.feed.FeedServer;
import dev.gibbon.controlplane.store.InMemoryConfigStore;
import dev.gibbon.core.feed.FeedResource.WorkloadResource;
import dev.gibbon.core.identity.SpiffeId;
import dev.gibbon.core.identity.TrustDomain;
import dev.gibbon.core.log.Log;
import dev.gibbon.core.net.IpAddress;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlPlaneTest {
    @TempDir private Path folder;
    private ControlPlane controlPlane;
    private HttpClient client;

    @BeforeEach
    void startFirst() throws IOException {
        client = HttpClient.newHttpClient();
        start();
    }

    private void start() throws IOException {
        controlPlane =
                ControlPlane.start(
                        new ControlPlane.Parts(
                                new InMemoryConfigStore(Log.NONE),
                                new SecretDirectory(folder.resolve("authority")),
                                Duration.ofHours(1),
                                new FeedServer.Listeners(Optional.empty(), Optional.empty()),
                                List.of(new AdminListener(IpAddress.of("127.0.0.1"), 0, false)),
                                null,
                                new Node("1", new UUID(0, 1), "host", Map.of()),
                                _ -> {}),
                        InstantSource.system(),
                        Log.NONE);
    }

    @AfterEach
    void stop() {
        client.close();
        controlPlane.close();
    }

    @Test
    void whatIsWrittenIsPublishedAndExplained() throws IOException, InterruptedException {
        send("PUT", "/services/b", "url=tcp://127.0.0.5:19000");
        send("POST", "/services/b/routes", "name=b&protocols=tcp&destinations[1].ip=127.0.0.5");

        JsonNode answer = awaitExplanation("b");

        assertThat(answer.path("text").asText())
                .contains("Route b: destination 127.0.0.5")
                .contains("tcp://127.0.0.5:19000");
        assertThat(answer.path("explanation").isObject()).isTrue();
    }

    @Test
    void aRouteThatCanHaveNoEffectIsCounted() throws IOException, InterruptedException {
        send("PUT", "/services/b", "url=http://127.0.0.5");
        send("POST", "/services/b/routes", "protocols=tcp&destinations[1].ip=127.0.0.5");

        long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!get("/metrics").body().contains("gibbon_routes_skipped 1")) {
            assertThat(System.nanoTime()).as("the metric is not there in time").isLessThan(end);
            Thread.onSpinWait();
        }
    }

    @Test
    void aQuestionThatCannotBeReadIsRefusedWithWhatIsExpected()
            throws IOException, InterruptedException {
        for (String query :
                List.of(
                        "to=127.0.0.5:1",
                        "from=127.0.0.2",
                        "from=x&to=127.0.0.5:1",
                        "from=127.0.0.2&to=127.0.0.5",
                        "from=127.0.0.2&to=127.0.0.5:1&http=GET",
                        "from=127.0.0.2&to=127.0.0.5:1&http=GET+ftp://x/",
                        "from=127.0.0.2&to=127.0.0.5:1&sni=" + encode("*.x y"),
                        "from=127.0.0.2&to=127.0.0.5:1&sni=a&http=" + encode("GET http://a/"),
                        "from=127.0.0.2&to=127.0.0.5:1&http=" + encode("GET http://a b/"))) {
            HttpResponse<String> answer = get("/why?" + query);

            assertThat(answer.statusCode()).as(query).isEqualTo(400);
            assertThat(answer.body()).as(query).contains("expected:");
        }
    }

    @Test
    void sidecarsAreListedWithTheTrustDomain() throws IOException, InterruptedException {
        JsonNode status = json(get("/sidecars").body());

        assertThat(status.path("trust_domain").asText()).matches("mesh-[0-9a-f]{12}");
        assertThat(status.path("mesh_alpn").asText()).startsWith("gibbon/1/");
        assertThat(status.path("sidecars")).isEmpty();
    }

    @Test
    void revisionsGrowThroughARestartThoughOnlyTheMembershipHasChanged()
            throws IOException, InterruptedException {
        WorkloadDocument workloads =
                new WorkloadDocument(new SecretDirectory(folder.resolve("authority")));
        for (int i = 0; i < 3; i++) {
            workloads.put(
                    new WorkloadResource(
                            "b",
                            SpiffeId.host(new TrustDomain("mesh-4f1c09a2b7de"), "b"),
                            List.of(),
                            List.of()));
            workloads.certified("b", Instant.parse("2026-03-01T10:00:00Z"));
            long before = revision();
            send("DELETE", "/workloads?name=b", "");
            assertThat(revision()).isGreaterThan(before);
        }
        long last = revision();

        controlPlane.close();
        start();

        assertThat(revision()).isGreaterThan(last);
    }

    @Test
    void theEndOfACertificateIsShownThoughTheSidecarHasNotComeBackYet()
            throws IOException, InterruptedException {
        WorkloadDocument workloads =
                new WorkloadDocument(new SecretDirectory(folder.resolve("authority")));
        workloads.put(
                new WorkloadResource(
                        "b",
                        SpiffeId.host(new TrustDomain("mesh-4f1c09a2b7de"), "b"),
                        List.of(),
                        List.of()));
        workloads.certified("b", Instant.parse("2026-03-01T10:00:00Z"));

        assertThat(
                        json(get("/sidecars").body())
                                .path("sidecars")
                                .path(0)
                                .path("certificate_not_after")
                                .asText())
                .isEqualTo("2026-03-01T10:00:00Z");
    }

    @Test
    void whoHasMadeAChangeHearsOfItsRevisionAtOnce() throws IOException, InterruptedException {
        for (int i = 0; i < 50; i++) {
            long before = revision();

            send("PUT", "/services/s" + i, "url=http://127.0.0.1:9");

            assertThat(revision()).isGreaterThan(before);
        }
    }

    private long revision() throws IOException, InterruptedException {
        return json(get("/sidecars").body()).path("revision").asLong();
    }

    @Test
    void removingAWorkloadThatIsNotThereSaysSo() throws IOException, InterruptedException {
        assertThat(send("DELETE", "/workloads?name=nobody", "").statusCode()).isEqualTo(404);
        assertThat(send("DELETE", "/workloads", "").statusCode()).isEqualTo(400);
    }

    @Test
    void aControlPlaneThatHasPublishedIsReady() throws IOException, InterruptedException {
        assertThat(get("/healthz/ready").statusCode()).isEqualTo(200);
    }

    private JsonNode awaitExplanation(String route) throws IOException, InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (true) {
            JsonNode answer = json(get("/why?from=127.0.0.2&to=127.0.0.5:19000").body());
            if (answer.path("text").asText().contains("Route " + route)
                    || System.nanoTime() > end) {
                return answer;
            }
            Thread.onSpinWait();
        }
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send("GET", path, "");
    }

    private HttpResponse<String> send(String method, String path, String form)
            throws IOException, InterruptedException {
        URI uri = URI.create("http://" + controlPlane.adminAddresses().getFirst() + path);
        HttpRequest.Builder request =
                HttpRequest.newBuilder(uri)
                        .method(
                                method,
                                form.isEmpty()
                                        ? HttpRequest.BodyPublishers.noBody()
                                        : HttpRequest.BodyPublishers.ofString(form));
        if (!form.isEmpty()) {
            request.header("Content-Type", "application/x-www-form-urlencoded");
        }
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static JsonNode json(String text) throws IOException {
        return new ObjectMapper().readTree(text);
    }
}

package dev.gibbon.operator.status;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gibbon.controlplane.feed.SidecarStatus;
import dev.gibbon.core.feed.FeedCodec;
import dev.gibbon.core.feed.FeedMessage;
import dev.gibbon.operator.feed.MeshPublication;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Answers of one small mesh. {@code -Dgibbon.goldens=write} writes the golden files anew. */
final class MeshQuestionsTest {
    private static final Path GOLDENS = Path.of("src/test/resources/dev/gibbon/operator/status");
    private static final MeshPublication MESH = SmallMesh.publication();

    private static MeshQuestions questions(List<SidecarStatus> sidecars) {
        return new MeshQuestions(() -> MESH, () -> sidecars);
    }

    private static StatusAnswer ask(String... arguments) {
        StringBuilder query = new StringBuilder("pod=" + arguments[0] + "&to=" + arguments[1]);
        for (int i = 2; i < arguments.length; i++) {
            String[] pair = arguments[i].split("=", 2);
            query.append('&').append(pair[0]).append('=');
            query.append(URLEncoder.encode(pair[1], StandardCharsets.UTF_8));
        }
        return questions(List.of()).why(query.toString());
    }

    private static Map<String, String[]> goldens() {
        Map<String, String[]> questions = new TreeMap<>();
        questions.put("service-by-name", new String[] {"shop/a-1", "b:5432"});
        questions.put("http-service", new String[] {"shop/a-1", "b:80"});
        questions.put(
                "request-for-a-route",
                new String[] {"shop/a-1", "b:80", "http=GET http://b/next/1"});
        questions.put(
                "request-for-no-route", new String[] {"shop/a-1", "b:80", "http=GET http://b/x"});
        questions.put("own-tls-of-the-application", new String[] {"shop/a-1", "b:5432", "sni=B.x"});
        questions.put("strict-namespace", new String[] {"shop/a-1", "vault.bank:5432"});
        questions.put("excluded-port", new String[] {"shop/a-1", "pod/vault-1.bank:9100"});
        questions.put("outside-of-the-cluster", new String[] {"shop/a-1", "203.0.113.9:443"});
        questions.put("from-a-plain-pod", new String[] {"bank/plain", "vault:5432"});
        questions.put("no-endpoint", new String[] {"shop/a-1", "idle:5432"});
        questions.put("itself", new String[] {"shop/a-1", "10.0.0.1:8080"});
        return questions;
    }

    static Stream<String> names() {
        return goldens().keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("names")
    void theAnswerIsAsTheGoldenFileSays(String name) throws IOException {
        String[] asked = Objects.requireNonNull(goldens().get(name));
        StatusAnswer answer = ask(asked);

        assertThat(answer.status()).as(answer.json()).isEqualTo(200);
        JsonNode document = new ObjectMapper().readTree(answer.json());
        String text = document.path("text").asText();
        assertThat(document.path("pod").path("name").asText()).isEqualTo(asked[0]);
        Path golden = GOLDENS.resolve(name + ".txt");
        if ("write".equals(System.getProperty("gibbon.goldens"))) {
            Files.createDirectories(GOLDENS);
            Files.writeString(golden, text);
        }
        assertThat(text).isEqualTo(Files.readString(golden));
    }

    @Test
    void theJsonSaysTheSame() throws IOException {
        JsonNode answer =
                new ObjectMapper()
                        .readTree(ask("shop/a-1", "b:80", "http=GET http://b/next").json());

        assertThat(answer.path("pod").path("identity").asText())
                .isEqualTo("spiffe://mesh-1/ns/shop/sa/default");
        assertThat(answer.path("destination").path("service").asText()).isEqualTo("shop/b:80");
        assertThat(answer.path("destination").path("endpoints"))
                .extracting(one -> one.path("plain_because").asText("mesh"))
                .containsExactly("mesh", "it has no sidecar");
        assertThat(answer.path("explanation").path("rule").path("name").asText())
                .contains("to-next");
        assertThat(answer.path("explanation").path("upstream").path("protection").asText())
                .isEqualTo("mesh");
    }

    @ParameterizedTest
    @CsvSource({
        "shop/a-1, b.shop:80, 10.96.0.2:80",
        "shop/a-1, b.shop.svc:80, 10.96.0.2:80",
        "shop/a-1, B.shop.svc.cluster.local:80, 10.96.0.2:80",
        "bank/vault-1, b.shop:80, 10.96.0.2:80",
        "shop/a-1, pod/b-1:8080, 10.0.0.2:8080",
        "shop/a-1, pod/dotted.name:8080, 10.0.0.6:8080",
        "shop/a-1, '[2001:db8::1]:80', '[2001:db8::1]:80'"
    })
    void destinationsAreReadAsAResolverWould(String pod, String to, String dialled)
            throws IOException {
        StatusAnswer answer = ask(pod, URLEncoder.encode(to, StandardCharsets.UTF_8));

        assertThat(answer.status()).as(answer.json()).isEqualTo(200);
        assertThat(
                        new ObjectMapper()
                                .readTree(answer.json())
                                .path("destination")
                                .path("dialled")
                                .asText())
                .isEqualTo(dialled);
    }

    @ParameterizedTest
    @CsvSource({
        "'', 400, pod: none",
        "pod=a-1&to=b, 400, expected: NAMESPACE/NAME",
        "pod=shop/none&to=b:80, 404, no pod none in shop",
        "pod=shop/a-1, 400, to: none",
        "pod=shop/a-1&to=b, 400, 'TCP ports [80, 5432]'",
        "pod=shop/a-1&to=none:80, 404, no Service none in shop",
        "pod=shop/a-1&to=example.org.evil:80, 404, no Service",
        "pod=shop/a-1&to=headless:80, 404, no virtual address",
        "pod=shop/a-1&to=b:70000, 400, to: b:70000",
        "pod=shop/a-1&to=b:80&http=GET, 400, METHOD URL",
        "pod=shop/a-1&to=b:80&http=GET+ftp://x/, 400, METHOD URL",
        "pod=shop/a-1&to=%zz, 400, an escape that is none"
    })
    void whatCannotBeAnsweredIsSaid(String query, int status, String message) {
        StatusAnswer answer = questions(List.of()).why(query);

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.json()).contains(message);
    }

    @Test
    void answerAboutAServiceWithAClientCertificateDoesNotSayTheKey() throws IOException {
        StatusAnswer answer = ask("shop/a-1", "b:80", "http=GET http://b/next");

        assertThat(answer.json()).contains("b-next").doesNotContain(SmallMesh.VERY_SECRET);
        assertThat(questions(List.of()).sidecars().json()).doesNotContain(SmallMesh.VERY_SECRET);
        assertThat(feed("shop/a-1")).contains(SmallMesh.VERY_SECRET);
        assertThat(feed("bank/vault-1")).doesNotContain(SmallMesh.VERY_SECRET);
    }

    /** All that a sidecar is told. */
    private static String feed(String sidecar) {
        return MESH.of(sidecar).base().resources().values().stream()
                .map(resource ->
                        new String(
                                FeedCodec.encode(new FeedMessage.Upsert(resource)),
                                StandardCharsets.UTF_8))
                .collect(Collectors.joining());
    }

    @Test
    void longQueriesAreNotRead() {
        StatusAnswer answer = questions(List.of()).why("pod=" + "x".repeat(9_000));

        assertThat(answer.status()).isEqualTo(400);
    }

    @Test
    void beforeTheFirstRevisionThereIsNoAnswer() {
        MeshQuestions questions = new MeshQuestions(() -> null, List::of);

        assertThat(questions.why("pod=shop/a-1&to=b:80").status()).isEqualTo(503);
        assertThat(questions.sidecars().json()).isEqualTo("{\"revision\":0,\"sidecars\":[]}");
    }

    @Test
    void sidecarsAreToldWithRevisionAndEndOfCertificate() {
        SidecarStatus sidecar =
                new SidecarStatus(
                        "shop/a-1",
                        List.of(),
                        6L,
                        null,
                        Instant.parse("2026-03-01T12:00:00Z"),
                        null,
                        Instant.parse("2026-03-02T12:00:00Z"));

        assertThat(questions(List.of(sidecar)).sidecars().json())
                .isEqualTo(
                        "{\"revision\":7,\"sidecars\":[{\"name\":\"shop/a-1\",\"connected\":true,"
                                + "\"connected_since\":\"2026-03-01T12:00:00Z\",\"revision\":6,"
                                + "\"refusal\":null,"
                                + "\"certificate_not_after\":\"2026-03-02T12:00:00Z\"}]}");
    }
}

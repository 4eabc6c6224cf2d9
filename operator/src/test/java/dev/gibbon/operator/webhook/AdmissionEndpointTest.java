package dev.gibbon.operator.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gibbon.core.log.Log;
import dev.gibbon.operator.inject.Injection;
import dev.gibbon.operator.inject.Injector;
import dev.gibbon.operator.inject.PodNamespace;
import dev.gibbon.operator.inject.TestMesh;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AdmissionEndpointTest {
    private static final String POD =
            """
            {"kind":"Pod","apiVersion":"v1","metadata":{"generateName":"web-",
            "ownerReferences":[{"kind":"ReplicaSet","name":"web-5d9"}]%s},
            "spec":{"containers":[{"name":"app","image":"app:1"}]%s}}
            """;

    private final List<String> events = new ArrayList<>();
    private final InjectionCounts counts = new InjectionCounts();
    private final AtomicLong nanos = new AtomicLong();
    private final AdmissionEndpoint endpoint =
            new AdmissionEndpoint(
                    new Injector(TestMesh.SETTINGS),
                    AdmissionEndpointTest::namespace,
                    (pod, decision) ->
                            events.add(pod + " of " + pod.owner() + ": " + decision.reason().id()),
                    counts,
                    Log.NONE,
                    () -> nanos.getAndAdd(3_000_000));

    private static PodNamespace namespace(String name, Duration timeout) throws IOException {
        return switch (name) {
            case "shop" -> TestMesh.SHOP;
            case "plain" -> new PodNamespace("plain", Map.of());
            default -> throw new IOException("no answer within " + timeout);
        };
    }

    private static String review(String namespace, String pod, String more) {
        return """
        {"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{
        "uid":"705ab4f5","kind":{"group":"","version":"v1","kind":"Pod"},"operation":"CREATE",
        "namespace":"%s","object":%s%s}}
        """
                .formatted(namespace, pod, more);
    }

    private HttpAnswer post(String body) throws InterruptedException {
        return endpoint.answer("POST", "/inject", body.getBytes(StandardCharsets.UTF_8));
    }

    private JsonNode response(String body) throws InterruptedException {
        HttpAnswer answer = post(body);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.contentType()).isEqualTo("application/json");
        JsonNode review = TestMesh.json(answer.body());
        assertThat(review.path("apiVersion").asText()).isEqualTo("admission.k8s.io/v1");
        assertThat(review.path("kind").asText()).isEqualTo("AdmissionReview");
        assertThat(review.path("response").path("uid").asText()).isEqualTo("705ab4f5");
        return review.path("response");
    }

    @Test
    void aPodOfALabelledNamespaceIsPatched() throws Exception {
        String pod = POD.formatted("", "");

        JsonNode response = response(review("shop", pod, ""));

        Injection expected = TestMesh.inject(TestMesh.json(pod));
        String patch =
                new String(
                        Base64.getDecoder().decode(response.path("patch").asText()),
                        StandardCharsets.UTF_8);
        assertThat(response.path("allowed").asBoolean()).isTrue();
        assertThat(response.path("patchType").asText()).isEqualTo("JSONPatch");
        assertThat(TestMesh.apply(TestMesh.json(patch), TestMesh.json(pod)))
                .isEqualTo(expected.after());
        assertThat(response.path("auditAnnotations").path("decision").asText())
                .isEqualTo("inject namespace-enabled");
        assertThat(events).isEmpty();
    }

    @Test
    void anInjectedPodIsAllowedWithoutAPatch() throws Exception {
        JsonNode injected = TestMesh.inject(TestMesh.json(POD.formatted("", ""))).after();

        JsonNode response = response(review("shop", injected.toString(), ""));

        assertThat(response.path("allowed").asBoolean()).isTrue();
        assertThat(response.has("patch")).isFalse();
        assertThat(response.has("patchType")).isFalse();
    }

    @Test
    void numbersKeepTheirDigits() throws Exception {
        String pod =
                POD.formatted("", ",\"new\":[1.10000000000000000001,123456789012345678901234]");

        JsonNode response = response(review("shop", pod, ""));

        assertThat(
                        new String(
                                Base64.getDecoder().decode(response.path("patch").asText()),
                                StandardCharsets.UTF_8))
                .doesNotContain("/spec/new");
    }

    @Test
    void aPodThatNobodyAskedForPassesInSilence() throws Exception {
        JsonNode response = response(review("plain", POD.formatted("", ""), ""));

        assertThat(response)
                .isEqualTo(
                        TestMesh.json(
                                "{\"uid\":\"705ab4f5\",\"allowed\":true,\"auditAnnotations\":"
                                        + "{\"decision\":\"skip not-asked\"}}"));
        assertThat(events).isEmpty();
    }

    @Test
    void aPodThatCannotBeCapturedPassesWithAWarningAndAnEvent() throws Exception {
        JsonNode response =
                response(review("shop", POD.formatted("", ",\"hostNetwork\":true"), ""));

        assertThat(response.path("allowed").asBoolean()).isTrue();
        assertThat(response.path("warnings").path(0).asText())
                .isEqualTo(
                        "gibbon: the pod gets no sidecar: it uses the node's network, where capture"
                                + " would take the node's connections");
        assertThat(events).containsExactly("shop/web- of ReplicaSet/web-5d9: host-network");
    }

    @Test
    void aRefusedPodIsToldWhatWasExpected() throws Exception {
        String pod = POD.formatted(",\"annotations\":{\"gibbon.dev/log-level\":\"loud\"}", "");

        JsonNode response = response(review("shop", pod, ""));

        assertThat(response.path("allowed").asBoolean()).isFalse();
        assertThat(response.path("status"))
                .isEqualTo(
                        TestMesh.json(
                                "{\"code\":422,\"message\":\"gibbon: gibbon.dev/log-level:"
                                        + " \\\"loud\\\" (expected: debug, info, warn or error)\"}"));
        assertThat(events).containsExactly("shop/web- of ReplicaSet/web-5d9: invalid-annotation");
    }

    @Test
    void aDryRunIsAnsweredAlikeButMakesNoEvent() throws Exception {
        String pod = POD.formatted("", ",\"hostNetwork\":true");

        JsonNode response = response(review("shop", pod, ",\"dryRun\":true"));

        assertThat(response.path("warnings")).hasSize(1);
        assertThat(events).isEmpty();
    }

    @Test
    void aNamespaceThatCannotBeLookedUpIsRefusedForNow() throws Exception {
        JsonNode response = response(review("elsewhere", POD.formatted("", ""), ""));

        assertThat(response.path("allowed").asBoolean()).isFalse();
        assertThat(response.path("status").path("code").asInt()).isEqualTo(503);
        assertThat(counts.toText()).contains("reason=\"namespace-unknown\"} 1\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"version\":\"v1\",\"kind\":\"Pod\" | \"version\":\"v1\",\"kind\":\"Service\"",
                "\"version\":\"v1\",\"kind\":\"Pod\" | \"version\":\"v2\",\"kind\":\"Pod\"",
                "\"group\":\"\" | \"group\":\"apps\"",
                "\"operation\" | \"subResource\":\"ephemeralcontainers\",\"operation\"",
            })
    void whatIsNoPodIsRefused(String from, String to) throws Exception {
        String body = review("shop", POD.formatted("", ""), "");
        assertThat(body).contains(from);

        JsonNode response = response(body.replace(from, to));

        assertThat(response.path("allowed").asBoolean()).isFalse();
        assertThat(response.path("status").path("code").asInt()).isEqualTo(400);
    }

    @Test
    void anUpdateOfAPodIsLeftAlone() throws Exception {
        JsonNode response =
                response(review("shop", POD.formatted("", ""), "").replace("CREATE", "UPDATE"));

        assertThat(response.path("allowed").asBoolean()).isTrue();
        assertThat(response.has("patch")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "[]",
                "null",
                "{}",
                "{\"kind\":\"AdmissionReview\",\"apiVersion\":\"admission.k8s.io/v1beta1\","
                        + "\"request\":{\"uid\":\"1\"}}",
                "{\"kind\":\"AdmissionReview\",\"apiVersion\":\"admission.k8s.io/v1\"}",
                "{\"kind\":\"AdmissionReview\",\"kind\":\"AdmissionReview\"}",
                "{\"kind\":\"AdmissionReview\"} {}",
            })
    void whatIsNoReviewIsABadRequest(String body) throws Exception {
        assertThat(post(body).status()).isEqualTo(400);
        assertThat(counts.toText()).contains("gibbon_injection_bad_requests_total 1\n");
    }

    @Test
    void deepNestingIsABadRequestAndNoOverflow() throws Exception {
        assertThat(post("[".repeat(1_000_000)).status()).isEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource({"GET, /inject, 405", "POST, /, 404", "POST, /inject/x, 404"})
    void onlyPostsToInjectAreAnswered(String method, String path, int status) throws Exception {
        assertThat(endpoint.answer(method, path, new byte[0]).status()).isEqualTo(status);
    }

    @Test
    void decisionsAndTheirTimeAreCounted() throws Exception {
        response(review("shop", POD.formatted("", ""), ""));
        response(review("shop", POD.formatted("", ""), ""));
        response(review("plain", POD.formatted("", ""), ""));

        assertThat(counts.toText())
                .contains(
                        "gibbon_injection_decisions_total{outcome=\"inject\",reason=\"namespace-enabled\"}"
                                + " 2\n",
                        "gibbon_injection_decisions_total{outcome=\"skip\",reason=\"not-asked\"} 1\n",
                        "gibbon_injection_decisions_total{outcome=\"refuse\",reason=\"name-taken\"} 0\n",
                        "gibbon_injection_duration_seconds_bucket{le=\"0.002\"} 0\n",
                        "gibbon_injection_duration_seconds_bucket{le=\"0.005\"} 3\n",
                        "gibbon_injection_duration_seconds_bucket{le=\"+Inf\"} 3\n",
                        "gibbon_injection_duration_seconds_sum 0.009\n",
                        "gibbon_injection_duration_seconds_count 3\n");
    }
}

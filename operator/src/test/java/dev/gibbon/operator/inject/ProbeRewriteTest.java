package dev.gibbon.operator.inject;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ProbeRewriteTest {

    /** A pod whose container has these fields, in YAML's flow style. */
    private static JsonNode pod(String fields) {
        return TestMesh.yaml("{spec: {containers: [{name: app, image: x, " + fields + "}]}}");
    }

    private static JsonNode app(Injection injection) {
        return injection.after().path("spec").path("containers").path(0);
    }

    private static Optional<String> environment(Injection injection) {
        return injection
                .after()
                .path("spec")
                .path("initContainers")
                .path(1)
                .path("env")
                .valueStream()
                .filter(entry -> entry.path("name").asText().equals("GIBBON_PROBES"))
                .map(entry -> entry.path("value").asText())
                .findFirst();
    }

    /**
     * {@code expansion.Expand} of Kubernetes (third_party/forked/golang/expansion), for an empty
     * environment.
     */
    private static String expanded(String text) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '$' || i + 1 == text.length()) {
                out.append(c);
            } else if (text.charAt(i + 1) == '$') {
                out.append('$');
                i++;
            } else if (text.charAt(i + 1) == '(' && text.indexOf(')', i) > 0) {
                out.append("EXPANDED");
                i = text.indexOf(')', i);
            } else {
                out.append(c);
            }
        }
        return out.toString();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                // handler | what the sidecar is told
                "httpGet: {port: 8080} | {http: {port: 8080, path: /, scheme: HTTP, host: null, headers: []}}",
                "httpGet: {port: 8443, path: '/h?a=1', scheme: HTTPS} | {http: {port: 8443, path:"
                        + " '/h?a=1', scheme: HTTPS, host: null, headers: []}}",
                "httpGet: {port: web, httpHeaders: [{name: X-A, value: '1'}]} | {http: {port: 8081, path:"
                        + " /, scheme: HTTP, host: null, headers: [{name: X-A, value: '1'}]}}",
                "httpGet: {port: '8080', host: ''} | {http: {port: 8080, path: /, scheme: HTTP, host:"
                        + " null, headers: []}}",
                "tcpSocket: {port: 5432} | {tcp: {port: 5432}}",
                "tcpSocket: {port: web} | {tcp: {port: 8081}}",
                "grpc: {port: 9000} | {grpc: {port: 9000, service: ''}}",
                "grpc: {port: 9000, service: shop} | {grpc: {port: 9000, service: shop}}",
                "httpGet: {port: 1, path: '/$(HOME)/$$/$'} | {http: {port: 1, path: '/$(HOME)/$$/$',"
                        + " scheme: HTTP, host: null, headers: []}}",
                "httpGet: {port: 1, path: '/ü\"\\'} | {http: {port: 1, path: '/ü\"\\', scheme:"
                        + " HTTP, host: null, headers: []}}",
            })
    void theSidecarIsToldWhatTheKubeletWouldHaveDone(String handler, String expected) {
        String fields =
                "ports: [{name: web, containerPort: 8081}], readinessProbe: {periodSeconds: 7, "
                        + handler
                        + "}";

        Injection injection = TestMesh.inject(pod(fields));

        ObjectNode told = (ObjectNode) TestMesh.yaml(expected);
        told.put("timeoutSeconds", 1);
        String value = environment(injection).orElseThrow();
        assertThat(value).matches("[ -~]*").doesNotContain("$");
        assertThat(TestMesh.json(expanded(value)).path("app").path("readyz")).isEqualTo(told);
        assertThat(app(injection).path("readinessProbe"))
                .isEqualTo(
                        TestMesh.yaml(
                                "{periodSeconds: 7, timeoutSeconds: 2, httpGet: {path:"
                                        + " /app-health/app/readyz, port: 15021, scheme: HTTP}}"));
    }

    @Test
    void theKubeletAsksTheSidecarAndWaitsOneSecondLonger() {
        JsonNode before =
                pod(
                        "livenessProbe: {tcpSocket: {port: 1}, timeoutSeconds: 5, periodSeconds: 3},"
                                + " startupProbe: {grpc: {port: 2}, failureThreshold: 30}");

        Injection injection = TestMesh.inject(before);

        assertThat(app(injection))
                .isEqualTo(
                        TestMesh.yaml(
                                """
                                name: app
                                image: x
                                livenessProbe:
                                  httpGet: {path: /app-health/app/livez, port: 15021, scheme: HTTP}
                                  timeoutSeconds: 6
                                  periodSeconds: 3
                                startupProbe:
                                  httpGet: {path: /app-health/app/startupz, port: 15021, scheme: HTTP}
                                  timeoutSeconds: 2
                                  failureThreshold: 30
                                """));
        assertThat(environment(injection))
                .contains(
                        "{\"app\":{\"livez\":{\"tcp\":{\"port\":1},\"timeoutSeconds\":5},\"startupz\":"
                                + "{\"grpc\":{\"port\":2,\"service\":\"\"},\"timeoutSeconds\":1}}}");
    }

    @Test
    void hooksHaveTheTimeThatThePodHas() {
        JsonNode before =
                TestMesh.yaml(
                        """
                        spec:
                          terminationGracePeriodSeconds: 90
                          containers:
                          - name: app
                            lifecycle:
                              postStart: {tcpSocket: {port: 1}}
                              preStop: {httpGet: {port: 2, path: /bye}}
                        """);

        Injection injection = TestMesh.inject(before);

        assertThat(app(injection).path("lifecycle"))
                .isEqualTo(
                        TestMesh.yaml(
                                """
                                postStart:
                                  httpGet: {path: /app-health/app/poststart, port: 15021, scheme: HTTP}
                                preStop:
                                  httpGet: {path: /app-health/app/prestop, port: 15021, scheme: HTTP}
                                """));
        assertThat(environment(injection).orElseThrow())
                .contains("\"poststart\":{\"tcp\":{\"port\":1},\"timeoutSeconds\":3600}")
                .contains("\"path\":\"/bye\"")
                .endsWith("\"timeoutSeconds\":90}}}");
    }

    @Test
    void nativeSidecarsOfTheUserAreAskedThroughOursToo() {
        JsonNode before =
                TestMesh.yaml(
                        """
                        spec:
                          initContainers:
                          - {name: helper, restartPolicy: Always, startupProbe: {tcpSocket: {port: 7}}}
                          containers: [{name: app}]
                        """);

        Injection injection = TestMesh.inject(before);

        assertThat(environment(injection))
                .contains(
                        "{\"helper\":{\"startupz\":{\"tcp\":{\"port\":7},\"timeoutSeconds\":1}}}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "livenessProbe: {exec: {command: ['true']}}",
                "livenessProbe: null",
                "lifecycle: {preStop: {sleep: {seconds: 5}}}",
                "livenessProbe: {httpGet: {port: 80, host: 192.0.2.1}}",
                "livenessProbe: {tcpSocket: {port: 80, host: db.test}}",
            })
    void whatDoesNotReachThePodOverItsNetworkStaysWithoutAWord(String fields) {
        JsonNode before = pod(fields);

        Injection injection = TestMesh.inject(before);

        assertThat(app(injection)).isEqualTo(before.path("spec").path("containers").path(0));
        assertThat(environment(injection)).isEmpty();
        assertThat(injection.warnings()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "livenessProbe: {httpGet: {port: nowhere}}",
                "livenessProbe: {httpGet: {port: 0}}",
                "livenessProbe: {httpGet: {port: 65536}}",
                "livenessProbe: {tcpSocket: {port: 1.5}}",
                "livenessProbe: {tcpSocket: {port: 80-81}}",
                "livenessProbe: {tcpSocket: {}}",
                "livenessProbe: {httpGet: {port: 80, path: \"/\\r\\nX: y\"}}",
                "livenessProbe: {httpGet: {port: 80, scheme: FTP}}",
                "livenessProbe: {httpGet: {port: 80, httpHeaders: [{name: A, value: \"1\\nB: 2\"}]}}",
                "livenessProbe: {grpc: {port: 80, service: \"\\0\"}}",
                "livenessProbe: {httpGet: {port: 80}, exec: {command: [x]}}",
                "livenessProbe: {httpGet: {port: 15021, path: /app-health/app/livez}}",
            })
    void whatCannotBeUsedStaysWithAWarning(String fields) {
        JsonNode before = pod(fields);

        Injection injection = TestMesh.inject(before);

        assertThat(app(injection)).isEqualTo(before.path("spec").path("containers").path(0));
        assertThat(environment(injection)).isEmpty();
        assertThat(injection.warnings()).hasSize(1);
        assertThat(injection.warnings().getFirst())
                .matches("container \"app\": livenessProbe [ -~]+; it is left as it is");
    }

    @Test
    void aContainerWithAHostileNameIsLeftAndItsNameIsNotRepeated() {
        JsonNode before =
                TestMesh.yaml(
                        "{spec: {containers: [{name: \"a\\n$(B)/../x\", livenessProbe: {tcpSocket:"
                                + " {port: 1}}}]}}");

        Injection injection = TestMesh.inject(before);

        assertThat(environment(injection)).isEmpty();
        assertThat(injection.warnings())
                .containsExactly(
                        "container \"a\\u{a}$(B)/../x\": livenessProbe is not valid; it is left as it"
                                + " is");
    }

    @Test
    void aProbeThatSomebodyChangesLaterIsReadAnew() {
        Injection first = TestMesh.inject(pod("livenessProbe: {tcpSocket: {port: 1}}"));
        ObjectNode changed = first.after().deepCopy();
        ((ObjectNode) changed.path("spec").path("containers").path(0))
                .set("livenessProbe", TestMesh.yaml("{grpc: {port: 3}}"));

        Injection second = TestMesh.inject(changed);

        assertThat(environment(second))
                .contains(
                        "{\"app\":{\"livez\":{\"grpc\":{\"port\":3,\"service\":\"\"},"
                                + "\"timeoutSeconds\":1}}}");
    }

    @Test
    void aForgedTableOfProbesIsReadAsStrictlyAsAPod() {
        Injection first = TestMesh.inject(pod("livenessProbe: {tcpSocket: {port: 1}}"));
        String forged =
                first.after()
                        .toString()
                        .replace("{\\\"tcp\\\":{\\\"port\\\":1}", "{\\\"tcp\\\":{\\\"port\\\":0}");
        assertThat(forged).isNotEqualTo(first.after().toString());

        Injection second = TestMesh.inject(TestMesh.yaml(forged));

        assertThat(environment(second)).isEmpty();
        assertThat(second.warnings())
                .containsExactly(
                        "container \"app\": livenessProbe leads to the sidecar, which does not know the"
                                + " original; it is left as it is");
    }

    @Test
    void probesThatDoNotFitIntoOneVariableAreRefused() {
        StringBuilder headers = new StringBuilder();
        for (int i = 0; i < 20; i++) {
            headers.append("{name: H, value: '").append("x".repeat(4000)).append("'},");
        }

        Injection injection =
                TestMesh.inject(
                        pod("livenessProbe: {httpGet: {port: 1, httpHeaders: [" + headers + "]}}"));

        assertThat(injection.decision().reason()).isEqualTo(Reason.PROBES_TOO_LONG);
        assertThat(injection.patch()).isEmpty();
    }
}

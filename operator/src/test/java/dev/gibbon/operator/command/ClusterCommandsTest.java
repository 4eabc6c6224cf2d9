package dev.gibbon.operator.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code gibbon check} and {@code gibbon why pod/...}, as typed. */
final class ClusterCommandsTest {
    private static final String PROXY =
            "/api/v1/namespaces/gibbon-system/services/gibbon-operator:http-status/proxy/";

    private static final String TOKEN =
            "/api/v1/namespaces/gibbon-system/serviceaccounts/gibbon-questions/token";

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private FakeApiServer server;

    @BeforeEach
    void start() throws IOException {
        server = new FakeApiServer();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private int run(String... arguments) {
        return KubernetesCommands.commandLine(
                        List.of(
                                new CheckCommand(
                                        selection -> server.client(),
                                        InstantSource.system(),
                                        "0.1.0"),
                                new PodWhyCommand(selection -> server.client())),
                        new PrintWriter(out, true),
                        new PrintWriter(err, true))
                .execute(arguments);
    }

    @Test
    void checkEndsWithOneWhenSomethingHasFailed() throws IOException {
        server.answer("/version", "{\"gitVersion\":\"v1.28.0\"}");

        int exitCode = run("check", "-o", "json");

        JsonNode report = new ObjectMapper().readTree(out.toString());
        assertThat(report.path("checks").path(0).path("outcome").asText()).isEqualTo("failed");
        assertThat(report.path("summary").path("skipped").asInt()).isGreaterThan(10);
        assertThat(exitCode).isEqualTo(1);
    }

    @Test
    void checkReadsOnlyTheNamespaceThatIsNamed() {
        server.answer("/version", "{\"gitVersion\":\"v1.37.0\"}");

        run("check", "-n", "shop");

        assertThat(server.asked())
                .contains("/api/v1/namespaces/shop/pods")
                .doesNotContain("/api/v1/pods");
        assertThat(out.toString()).contains("\u2713 Kubernetes is 1.31 or newer");
    }

    @Test
    void checkEndsWithTwoWhenThereIsNoCluster() {
        server.close();

        assertThat(run("check")).isEqualTo(2);
        assertThat(err.toString())
                .contains("cannot be reached: ")
                .contains("KUBECONFIG or --kubeconfig");
        assertThat(out.toString()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "check -o yaml",
                "check -n ../x",
                "check --mesh-namespace A",
                "why pod/web",
                "why web b:80",
                "why pod/a/b b:80",
                "why pod/web b:80 --inject"
            })
    void wrongUsageEndsWithTwo(String line) {
        assertThat(run(line.split(" ", -1))).isEqualTo(2);
        assertThat(server.asked()).isEmpty();
    }

    @Test
    void whyPrintsWhatTheOperatorSays() {
        server.answer(TOKEN, "{\"status\":{\"token\":\"t\"}}");
        server.answer(PROXY + "v1/why", "{\"pod\":{\"name\":\"shop/web\"},\"text\":\"hello\\n\"}");

        int exitCode =
                run("why", "pod/web", "b:80", "--http", "GET http://b/x?y=1&z", "--sni", "b");

        assertThat(exitCode).isZero();
        assertThat(out.toString()).isEqualTo("hello\n");
        assertThat(server.asked())
                .containsExactly(
                        TOKEN,
                        PROXY
                                + "v1/why?pod=shop%2Fweb&to=b%3A80&sni=b"
                                + "&http=GET+http%3A%2F%2Fb%2Fx%3Fy%3D1%26z");
        assertThat(server.tokens()).containsExactly("t");
    }

    @Test
    void whyAsJsonIsWithoutTheText() {
        server.answer(TOKEN, "{\"status\":{\"token\":\"t\"}}");
        server.answer(PROXY + "v1/why", "{\"pod\":{\"name\":\"bank/web\"},\"text\":\"hello\\n\"}");

        assertThat(run("why", "pod/web.bank", "b:80", "-o", "json")).isZero();
        assertThat(out.toString()).contains("\"bank/web\"").doesNotContain("hello");
    }

    @Test
    void whyFailsWithAReasonWhereThereIsNoToken() {
        assertThat(run("why", "pod/web", "b:80")).isEqualTo(1);
        assertThat(err.toString())
                .contains("ServiceAccount gibbon-system/gibbon-questions does not exist");
        assertThat(server.asked()).containsExactly(TOKEN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"check", "why pod/web b:80", "why pod/web --inject"})
    void clusterThatIsNotThereIsSaidInOneLine(String line) {
        server.close();

        assertThat(run(line.split(" ", -1))).isEqualTo(2);
        assertThat(err.toString().lines())
                .singleElement()
                .asString()
                .startsWith("gibbon: the cluster at http://127.0.0.1:")
                .contains("cannot be reached: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"check", "why pod/web b:80", "why pod/web --inject"})
    void userThatTheClusterDoesNotKnowIsToldSo(String line) {
        server.refuse("/version", 401)
                .refuse(TOKEN, 401)
                .refuse("/api/v1/namespaces/shop/pods/web", 401);

        assertThat(run(line.split(" ", -1))).isEqualTo(2);
        assertThat(err.toString().lines())
                .singleElement()
                .asString()
                .contains("does not know this user");
    }

    @ParameterizedTest
    @ValueSource(strings = {"why pod/web b:80", "why pod/web --inject"})
    void userWithoutTheRightIsToldWhichOneIsMissing(String line) {
        server.refuse(TOKEN, 403).refuse("/api/v1/namespaces/shop/pods/web", 403);

        assertThat(run(line.split(" ", -1))).isEqualTo(1);
        assertThat(err.toString()).contains("this user may not ");
    }

    @Test
    void whyFailsWithAReasonWhenTheOperatorDoesNotAnswer() {
        server.answer(TOKEN, "{\"status\":{\"token\":\"t\"}}");
        assertThat(run("why", "pod/web", "b:80")).isEqualTo(1);
        assertThat(err.toString()).contains("the operator answered 404");
    }

    @Test
    void whyExplainsInjectionOfThePodItself() {
        server.answer(
                "/api/v1/namespaces/shop/pods/web",
                """
                {"kind":"Pod","apiVersion":"v1","metadata":{"name":"web","namespace":"shop"},
                 "spec":{"hostNetwork":true,"containers":[{"name":"app"}]},
                 "status":{"phase":"Running"}}
                """);
        server.answer(
                "/api/v1/namespaces/shop",
                """
                {"kind":"Namespace","apiVersion":"v1",
                 "metadata":{"name":"shop","labels":{"gibbon.dev/inject":"enabled"}}}
                """);

        assertThat(run("why", "pod/web", "--inject")).isZero();
        assertThat(out.toString())
                .isEqualTo(
                        """
                        pod         shop/web
                        sidecar     no
                        created now left without a sidecar (host-network): it uses the node's \
                        network, where capture would take the node's connections
                        """);
    }
}

package dev.gibbon.operator.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gibbon.operator.inject.PodMeshing;
import dev.gibbon.operator.inject.TestMesh;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class InjectCommandTest {
    private static final String TEMPLATE =
            "{metadata: {labels: {app: web}}, spec: {containers: [{name: app, image: 'app:1'}]}}";

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String in, String... arguments) {
        InjectCommand command =
                new InjectCommand(
                        new ByteArrayInputStream(in.getBytes(StandardCharsets.UTF_8)), "0.1.0");
        return KubernetesCommands.commandLine(
                        List.of(command), new PrintWriter(out), new PrintWriter(err))
                .execute(arguments);
    }

    private List<JsonNode> printed() throws CommandFailure {
        return ManifestReader.read(out.toString());
    }

    @ParameterizedTest
    @CsvSource({
        "apps/v1, Deployment,  /spec/template",
        "apps/v1, StatefulSet, /spec/template",
        "apps/v1, DaemonSet,   /spec/template",
        "apps/v1, ReplicaSet,  /spec/template",
        "batch/v1, Job,        /spec/template",
        "v1, ReplicationController, /spec/template",
    })
    void templatesAreInjected(String version, String kind, String path) throws Exception {
        String document =
                "{apiVersion: %s, kind: %s, metadata: {name: web}, spec: {x: 1, template: %s}}"
                        .formatted(version, kind, TEMPLATE);

        assertThat(run(document, "inject", "-f", "-")).isZero();

        JsonNode printed = printed().getFirst();
        assertThat(PodMeshing.isMeshed(printed.at(path))).isTrue();
        assertThat(printed.at("/spec/x").asInt()).isEqualTo(1);
        assertThat(err.toString())
                .startsWith(kind.toLowerCase(Locale.ROOT) + "/web: injected (by-hand: ");
    }

    @Test
    void cronJobsPodsAndListsAreInjectedAndTheRestPasses(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("all.yaml");
        Files.writeString(
                file,
                """
                # a comment
                apiVersion: batch/v1
                kind: CronJob
                metadata: {name: nightly}
                spec: {jobTemplate: {spec: {template: %s}}}
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: web}
                spec: {ports: [{port: 80}]}
                ---
                apiVersion: v1
                kind: List
                items:
                - {apiVersion: v1, kind: Pod, metadata: {name: one}, spec: {containers: [{name: a}]}}
                - {apiVersion: v1, kind: ConfigMap, metadata: {name: two}, data: {"on": "yes"}}
                """
                        .formatted(TEMPLATE));

        assertThat(run("", "inject", "--filename", file.toString())).isZero();

        List<JsonNode> printed = printed();
        assertThat(printed).hasSize(3);
        assertThat(PodMeshing.isMeshed(printed.get(0).at("/spec/jobTemplate/spec/template")))
                .isTrue();
        assertThat(printed.get(1))
                .isEqualTo(
                        TestMesh.yaml(
                                "{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {ports:"
                                        + " [{port: 80}]}}"));
        assertThat(PodMeshing.isMeshed(printed.get(2).at("/items/0"))).isTrue();
        assertThat(printed.get(2).at("/items/1/data/on").asText()).isEqualTo("yes");
        assertThat(err.toString().lines())
                .containsExactly(
                        "cronjob/nightly: injected (by-hand: gibbon inject was asked to)",
                        "service/web: passed on as it is",
                        "pod/one: injected (by-hand: gibbon inject was asked to)",
                        "configmap/two: passed on as it is");
    }

    @Test
    void whatWasInjectedPassesASecondTimeUnchanged() {
        String pod =
                "{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: a}]}}";
        run(pod, "inject", "-f", "-");
        String once = out.toString();
        out.getBuffer().setLength(0);

        run(once, "inject", "-f", "-");

        assertThat(out.toString()).isEqualTo(once);
    }

    @Test
    void jsonIsPrintedOnRequest() throws IOException {
        String pod =
                "{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: a}]}}";

        assertThat(run(pod, "inject", "-f", "-", "--output", "json", "--image", "mine:2")).isZero();

        JsonNode printed = TestMesh.json(out.toString());
        assertThat(printed.at("/spec/initContainers/0/image").asText()).isEqualTo("mine:2");
    }

    @Test
    void podsThatOptOutOrCannotAreLeft() {
        String pods =
                """
                apiVersion: v1
                kind: Pod
                metadata: {name: out, labels: {gibbon.dev/inject: disabled}}
                spec: {containers: [{name: a}]}
                ---
                apiVersion: v1
                kind: Pod
                metadata: {name: node}
                spec: {hostNetwork: true, containers: [{name: a}]}
                ---
                apiVersion: v1
                kind: Pod
                metadata: {name: dns, namespace: kube-system}
                spec: {containers: [{name: a}]}
                """;

        assertThat(run(pods, "inject", "-f", "-")).isZero();

        assertThat(out.toString()).doesNotContain("gibbon-sidecar");
        assertThat(err.toString().lines().map(line -> line.replaceAll(":[^:]*\\)$", ")")))
                .containsExactly(
                        "pod/out: left as it is (pod-disabled)",
                        "pod/node: left as it is (host-network)",
                        "pod/dns: left as it is (system-namespace)");
    }

    @Test
    void oneRefusedObjectMeansThatNothingIsPrinted() {
        String pods =
                """
                apiVersion: v1
                kind: Pod
                metadata: {name: good}
                spec: {containers: [{name: a}]}
                ---
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: "bad\\nx"}
                spec: {template: {metadata: {annotations: {gibbon.dev/log-level: loud}}, spec: {containers: [{name: a}]}}}
                """;

        assertThat(run(pods, "inject", "-f", "-")).isEqualTo(1);

        assertThat(out.toString()).isEmpty();
        assertThat(err.toString())
                .isEqualTo(
                        """
                        pod/good: injected (by-hand: gibbon inject was asked to)
                        deployment/bad?x: refused (invalid-annotation): gibbon.dev/log-level: "loud" (expected: debug, info, warn or error)
                        gibbon: 1 refused, nothing printed (expected: see above)
                        """);
    }

    @Test
    void fileOfSomethingElseIsSaid(@TempDir Path folder) throws IOException {
        Path file =
                Files.write(
                        folder.resolve("binary"), new byte[] {0x7f, 'E', 'L', 'F', (byte) 0xff});

        assertThat(run("", "inject", "-f", file.toString())).isEqualTo(1);

        assertThat(err.toString()).contains(file + ": not UTF-8 (expected: YAML or JSON)");
    }

    @Test
    void imageIsTheOneThatTheChartNames() throws Exception {
        String pod =
                "{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: a}]}}";

        run(pod, "inject", "-f", "-");

        assertThat(printed().getFirst().at("/spec/initContainers/0/image").asText())
                .isEqualTo("gibbon.dev/gibbon-sidecar:0.1.0");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "2 | inject                             | Missing required option: '--filename=FILE'",
                "2 | inject -f - -o xml                 | --output: xml (expected: yaml or json)",
                "2 | inject -f - --mesh-namespace A/b   | --mesh-namespace: A/b (expected: a name of a"
                        + " namespace)",
                "2 | inject -f - -n A/b                 | --namespace: A/b (expected: a name of a"
                        + " namespace)",
                "1 | inject -f /nonexistent             | /nonexistent: no such file",
                "1 | inject -f /                        | /: a directory (expected: a file)",
                "1 | inject -f -                        | -: no document (expected: at least one)",
                "2 | unknown                            | Unmatched argument at index 0: 'unknown'",
            })
    void mistakesAreSaidInOneLine(int exitCode, String arguments, String message) {
        assertThat(run("", arguments.split(" "))).isEqualTo(exitCode);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString()).contains(message);
    }
}

package dev.gibbon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What the chart renders, compared with golden files; {@code -Dgibbon.goldens=write} writes them
 * anew. Needs helm, and of the cluster nothing but that it says where helm is.
 */
@OnCluster
@Timeout(60)
class ChartTest {
    private static final Path GOLDENS = Path.of("src/test/resources/dev/gibbon/e2e/chart");

    private final Program helm;

    ChartTest(Cluster cluster) {
        this.helm = cluster.helm();
    }

    @Test
    void isWithoutFault() {
        CommandResult result =
                helm.run("lint", "--strict", "charts/gibbon", "--namespace", Mesh.NAMESPACE);

        assertThat(result.exitCode()).as(result.output() + result.errors()).isZero();
        assertThat(result.output()).contains("0 chart(s) failed");
    }

    @ParameterizedTest
    @CsvSource({
        "default,''",
        "cert-manager,'certManager.issuerRef.name=company-ca,certManager.issuerRef.kind=ClusterIssuer'",
        "all-settings,'mesh.trustDomain=example.org,operator.logFormat=json,sidecar.drain=30s,sidecar.maxConnections=1000000'",
        "strict,'mesh.mode=strict,operator.replicas=1,sidecar.resources.limits.cpu=1'",
    })
    void rendersWhatTheGoldenFileSays(String name, String values) throws IOException {
        String text = template(values, "crds.install=false").orThrow();

        Path golden = GOLDENS.resolve(name + ".yaml");
        if ("write".equals(System.getProperty("gibbon.goldens"))) {
            Files.writeString(golden, text);
        }
        assertThat(text).isEqualTo(Files.readString(golden));
    }

    @ParameterizedTest
    @CsvSource({"false,", "true,keep"})
    void definitionsOutliveTheReleaseOnlyWhereThatIsWanted(boolean keep, String policy)
            throws IOException {
        for (String name : List.of("meshroutes", "meshservices")) {
            Path committed = Path.of("../crds/yaml", name + ".gibbon.dev.yaml");
            CustomResourceDefinition expected =
                    Serialization.unmarshal(
                            Files.readString(committed), CustomResourceDefinition.class);

            CustomResourceDefinition rendered = definition(name, "crds.keep=" + keep);

            assertThat(rendered.getSpec()).isEqualTo(expected.getSpec());
            assertThat(rendered.getMetadata().getAnnotations().get("helm.sh/resource-policy"))
                    .isEqualTo(policy);
            assertThat(rendered.getMetadata().getLabels())
                    .containsEntry("app.kubernetes.io/managed-by", "Helm");
        }
    }

    private CustomResourceDefinition definition(String name, String values) {
        String text = template(values, "", "--show-only", "templates/crds.yaml").orThrow();
        for (String document : text.split("(?m)^---$", -1)) {
            if (document.contains("\n  name: " + name + ".gibbon.dev\n")) {
                return Serialization.unmarshal(document, CustomResourceDefinition.class);
            }
        }
        throw new AssertionError(name + ": not rendered");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "mesh.mode=lenient | mesh.mode | permissive",
                "mesh.certificateLifetime=1d | certificateLifetime | pattern",
                "operator.replicas=0 | replicas | 1",
                "operator.logLevel=loud | logLevel | debug",
                "injection.timeoutSeconds=60 | timeoutSeconds | 30",
                "sidecars.logLevel=info | sidecars | not allowed",
                "certManager.issuerRef.kind=Isuer | issuerRef.kind | ClusterIssuer",
                "certManager.issuerRef.name=Company | issuerRef.name | pattern",
                "certManager.duration=1y | duration | pattern",
                "mesh.certificateLifetime=1s | mesh.certificateLifetime | expected: 1m to 24h",
                "mesh.certificateLifetime=25h | mesh.certificateLifetime | expected: 1m to 24h",
                "mesh.trustDomain=Example.org | trustDomain | pattern",
                "mesh.clusterDomain=true | clusterDomain | string",
                "certManager.issuerRef.name=a,certManager.duration=1m | certManager.duration | expected: 1h to 87600h",
                "certManager.issuerRef.name=a,certManager.renewBefore=1h | certManager.renewBefore | expected: at least mesh.certificateLifetime, 24h",
                "certManager.issuerRef.name=a,certManager.renewBefore=2160h | certManager.renewBefore | less than certManager.duration, 2160h",
                "certManager=null | certManager | missing property",
                "operator.tolerations[0]=any | tolerations | object",
                "operator.resources.limits.memory=12XB | operator.resources.limits.memory | pattern",
                "sidecar=null | sidecar | missing property",
                "sidecar.drain=30 | sidecar.drain | string",
                "sidecar.drain=3601s | sidecar.drain | pattern",
                "sidecar.maxConnections=1000001 | sidecar.maxConnections | maximum",
                "sidecar.resources.requests.cpu=0m | sidecar.resources.requests.cpu | expected: at least 1m",
                "sidecar.resources.requests.memory=0Mi | sidecar.resources.requests.memory | expected: more than 0",
                "sidecar.maxConnections=0 | sidecar.maxConnections | minimum",
                "sidecar.resources.requests.cpu=0 | requests.cpu | exclusiveMinimum",
                "sidecar.resources.limits.memory=-1 | limits.memory | exclusiveMinimum",
                "sidecar.resources.limits.memory=1 | sidecar.resources.limits.memory | expected: at least 64Mi",
                "sidecar.resources.limits.memory=90Mi | sidecar.resources.limits.memory | not less than the request, 96Mi",
                "sidecar.resources.limits.cpu=0.02 | sidecar.resources.limits.cpu | not less than the request, 50m",
                "crds.keep=perhaps | keep | boolean",
                "image.repository=https://images.example | repository | pattern",
            })
    void valuesThatAreWrongAreRefusedByName(String values, String field, String rule) {
        CommandResult result = template(values, "");

        assertThat(result.exitCode()).isNotZero();
        assertThat(result.errors().replace('/', '.')).contains(field).contains(rule);
    }

    @Test
    void numbersOfAFileAndNamesOfDigitsStayWhatTheyAre(@TempDir Path folder) throws IOException {
        Path values = folder.resolve("values.yaml");
        Files.writeString(
                values,
                """
                sidecar:
                  resources:
                    requests: {cpu: 0.5, memory: 100000000}
                    limits: {cpu: 2, memory: 200000000.0}
                """);

        String text =
                helm.run(
                                "template",
                                "456",
                                "charts/gibbon",
                                "--namespace",
                                "123",
                                "--values",
                                values.toString())
                        .orThrow();

        assertThat(text)
                .contains("_CPU_REQUEST, value: \"0.5\"", "_CPU_LIMIT, value: \"2\"")
                .contains("_MEMORY_REQUEST, value: \"100000000\"")
                .contains("_MEMORY_LIMIT, value: \"200000000\"")
                .contains("namespace: \"123\"")
                .contains("app.kubernetes.io/instance: \"456\"")
                .doesNotContain("namespace: 123", "instance: 456");
    }

    private CommandResult template(String values, String more, String... options) {
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "template",
                                "gibbon",
                                "charts/gibbon",
                                "--namespace",
                                Mesh.NAMESPACE));
        for (String set : List.of(values, more)) {
            if (!set.isEmpty()) {
                arguments.addAll(List.of("--set", set));
            }
        }
        arguments.addAll(List.of(options));
        return helm.run(arguments.toArray(String[]::new));
    }
}

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
                "crds.keep=perhaps | keep | boolean",
                "image.repository=https://images.example | repository | pattern",
            })
    void valuesThatAreWrongAreRefusedByName(String values, String field, String rule) {
        CommandResult result = template(values, "");

        assertThat(result.exitCode()).isNotZero();
        assertThat(result.errors().replace('/', '.')).contains(field).contains(rule);
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

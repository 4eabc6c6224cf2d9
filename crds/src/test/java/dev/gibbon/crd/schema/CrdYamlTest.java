package dev.gibbon.crd.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CrdYamlTest {
    /** {@code ./dev crds} sets it. */
    private static final boolean WRITE = Boolean.getBoolean("gibbon.writeCrds");

    private static final Path DIRECTORY = Path.of("yaml");

    /** Helm reads nothing outside of a chart. */
    private static final Path OF_CHART = Path.of("../charts/gibbon/files/crds");

    @Test
    void committedYamlIsWhatTheTypesSay() throws IOException {
        check(DIRECTORY);
    }

    @Test
    void theChartHasTheSameDefinitions() throws IOException {
        check(OF_CHART);
    }

    private static void check(Path directory) throws IOException {
        Map<String, String> files = CrdGenerator.files();
        if (WRITE) {
            for (Map.Entry<String, String> file : files.entrySet()) {
                Files.writeString(directory.resolve(file.getKey()), file.getValue());
            }
        }
        Set<String> onDisk;
        try (Stream<Path> entries = Files.list(directory)) {
            onDisk =
                    entries.map(entry -> String.valueOf(entry.getFileName()))
                            .collect(Collectors.toSet());
        }

        assertThat(onDisk).isEqualTo(new TreeSet<>(files.keySet()));
        for (Map.Entry<String, String> file : files.entrySet()) {
            assertThat(Files.readString(directory.resolve(file.getKey())))
                    .as("%s/%s is stale; write it anew with ./dev crds", directory, file.getKey())
                    .isEqualTo(file.getValue());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"meshroutes.gibbon.dev", "meshservices.gibbon.dev"})
    void everyFieldIsDescribedAndBounded(String name) throws IOException {
        CustomResourceDefinitionVersion version =
                committed(name).getSpec().getVersions().getFirst();
        List<String> wrong = new ArrayList<>();

        inspect("", version.getSchema().getOpenAPIV3Schema(), true, wrong);

        assertThat(wrong).isEmpty();
    }

    private static void inspect(
            String path, JSONSchemaProps schema, boolean described, List<String> wrong) {
        if (described && schema.getDescription() == null) {
            wrong.add(path + ": no description");
        }
        switch (schema.getType()) {
            case "object" -> {
                if (schema.getXKubernetesPreserveUnknownFields() != null) {
                    wrong.add(path + ": takes unknown fields");
                }
                schema.getProperties()
                        .forEach((name, field) -> inspect(path + "." + name, field, true, wrong));
                if (schema.getAdditionalProperties() != null) {
                    if (schema.getMaxProperties() == null) {
                        wrong.add(path + ": no bound");
                    }
                    inspect(
                            path + "[*]",
                            schema.getAdditionalProperties().getSchema(),
                            false,
                            wrong);
                }
            }
            case "array" -> {
                if (schema.getMaxItems() == null || schema.getXKubernetesListType() == null) {
                    wrong.add(path + ": no bound or no list type");
                }
                inspect(path + "[]", SchemaRules.items(schema), false, wrong);
            }
            case "string" -> {
                boolean bounded = schema.getMaxLength() != null || schema.getEnum() != null;
                if (!bounded && path.startsWith(".spec")) {
                    wrong.add(path + ": no bound");
                }
            }
            case "integer" -> {
                boolean bounded = schema.getMinimum() != null && schema.getMaximum() != null;
                if (!bounded && path.startsWith(".spec")) {
                    wrong.add(path + ": no bound");
                }
            }
            case "boolean" -> {}
            default -> wrong.add(path + ": " + schema.getType());
        }
    }

    @Test
    void namesColumnsAndStatusAreThose() throws IOException {
        CustomResourceDefinition service = committed("meshservices.gibbon.dev");
        CustomResourceDefinition route = committed("meshroutes.gibbon.dev");

        assertThat(service.getSpec().getNames().getShortNames()).containsExactly("msvc");
        assertThat(route.getSpec().getNames().getShortNames()).containsExactly("mroute");
        for (CustomResourceDefinition definition : List.of(service, route)) {
            assertThat(definition.getSpec().getScope()).isEqualTo("Namespaced");
            assertThat(definition.getSpec().getNames().getCategories()).containsExactly("gibbon");
            var version = definition.getSpec().getVersions().getFirst();
            assertThat(version.getSubresources().getStatus()).isNotNull();
        }
        assertThat(columns(service))
                .containsExactly(
                        "Protocol",
                        "Host",
                        "Service",
                        "Accepted",
                        "Refs",
                        "Programmed",
                        "Sidecars",
                        "Age");
        assertThat(columns(route))
                .containsExactly(
                        "Protocols",
                        "Parent",
                        "Hosts",
                        "Paths",
                        "MeshService",
                        "Accepted",
                        "Refs",
                        "Programmed",
                        "Sidecars",
                        "Age");
    }

    private static List<String> columns(CustomResourceDefinition definition) {
        return definition.getSpec().getVersions().getFirst().getAdditionalPrinterColumns().stream()
                .map(column -> column.getName())
                .toList();
    }

    private static CustomResourceDefinition committed(String name) throws IOException {
        String yaml = Files.readString(DIRECTORY.resolve(name + ".yaml"));
        return Serialization.unmarshal(yaml, CustomResourceDefinition.class);
    }
}

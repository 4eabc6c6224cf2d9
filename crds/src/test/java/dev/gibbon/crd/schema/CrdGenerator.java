package dev.gibbon.crd.schema;

import dev.gibbon.crd.MeshRoute;
import dev.gibbon.crd.MeshService;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.crdv2.generator.CRDPostProcessor;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Makes the YAML of the custom resources: names, columns, types, descriptions and defaults from the
 * types, all else from {@link SchemaRules}.
 */
final class CrdGenerator {
    private static final String HEADER =
            "# Generated from the types in crds/src/main/java. Do not edit: ./dev crds writes it anew.\n";

    private static final Pattern BOUND =
            Pattern.compile("(m(?:in|ax)imum: )(-?[0-9.]+(?:E[0-9]+)?)");

    private CrdGenerator() {}

    /** The definitions by their names, e.g. {@code meshroutes.gibbon.dev}. */
    static Map<String, CustomResourceDefinition> definitions() {
        Map<String, CustomResourceDefinition> definitions = new TreeMap<>();
        new CRDGenerator()
                .customResourceClasses(MeshService.class, MeshRoute.class)
                .forCRDVersions("v1")
                .withPostProcessor(new Finishing(definitions))
                .withOutput(new Discarded())
                .generate();
        return definitions;
    }

    /** The files by their names. */
    static Map<String, String> files() {
        Map<String, String> files = new TreeMap<>();
        definitions().forEach((name, definition) -> files.put(name + ".yaml", yaml(definition)));
        return files;
    }

    /** Bounds are whole numbers, whatever the model takes them for. */
    private static String yaml(CustomResourceDefinition definition) {
        String yaml = Serialization.asYaml(definition).replaceFirst("^---\n", "");
        return HEADER
                + BOUND.matcher(yaml)
                        .replaceAll(bound ->
                                bound.group(1)
                                        + new BigDecimal(bound.group(2)).toBigIntegerExact());
    }

    private record Finishing(Map<String, CustomResourceDefinition> definitions)
            implements CRDPostProcessor {
        @Override
        public HasMetadata process(HasMetadata crd, String version) {
            if (crd instanceof CustomResourceDefinition definition) {
                finish(definition);
                definitions.put(definition.getMetadata().getName(), definition);
            }
            return crd;
        }
    }

    private static void finish(CustomResourceDefinition definition) {
        String kind = definition.getSpec().getNames().getKind();
        Class<? extends HasMetadata> type =
                kind.equals("MeshService") ? MeshService.class : MeshRoute.class;
        CustomResourceDefinitionVersion version = definition.getSpec().getVersions().getFirst();
        version.setAdditionalPrinterColumns(
                inOrder(version.getAdditionalPrinterColumns(), columnNames(type)));
        SchemaRules.apply(kind, version.getSchema().getOpenAPIV3Schema());
    }

    private static List<String> columnNames(Class<?> type) {
        return Arrays.stream(type.getAnnotationsByType(AdditionalPrinterColumn.class))
                .map(AdditionalPrinterColumn::name)
                .toList();
    }

    private static List<CustomResourceColumnDefinition> inOrder(
            List<CustomResourceColumnDefinition> columns, List<String> names) {
        List<CustomResourceColumnDefinition> sorted = new ArrayList<>(columns);
        sorted.sort(Comparator.comparingInt(column -> names.indexOf(column.getName())));
        return sorted;
    }

    /** The generator wants to write; what it would write is taken before. */
    private static final class Discarded implements CRDGenerator.CRDOutput<ByteArrayOutputStream> {
        @Override
        public ByteArrayOutputStream outputFor(String name) {
            return new ByteArrayOutputStream();
        }

        @Override
        public void close() {}
    }
}

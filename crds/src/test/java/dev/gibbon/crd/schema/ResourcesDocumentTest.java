package dev.gibbon.crd.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gibbon.core.net.IpAddress;
import dev.gibbon.crd.MeshRoute;
import dev.gibbon.crd.MeshService;
import dev.gibbon.crd.translate.RouteTranslation;
import dev.gibbon.crd.translate.ServiceTranslation;
import dev.gibbon.crd.translate.Translated;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The examples of the document are resources, and together they show every field. */
final class ResourcesDocumentTest {
    private static final Path DOCUMENT = Path.of("../docs/kubernetes-resources.md");
    private static final Pattern EXAMPLE = Pattern.compile("(?ms)^```yaml\n(.*?)^```$");

    /** The blocks of YAML. */
    static List<HasMetadata> examples() throws IOException {
        return EXAMPLE.matcher(Files.readString(DOCUMENT))
                .results()
                .map(match -> match.group(1))
                .<HasMetadata>map(yaml ->
                        yaml.contains("kind: MeshService")
                                ? Serialization.unmarshal(yaml, MeshService.class)
                                : Serialization.unmarshal(yaml, MeshRoute.class))
                .toList();
    }

    @Test
    void everyExampleKeepsTheRules() throws IOException {
        List<HasMetadata> examples = examples();

        assertThat(examples).hasSizeGreaterThanOrEqualTo(5);
        for (HasMetadata example : examples) {
            Translated<?> translated =
                    example instanceof MeshService service
                            ? ServiceTranslation.of(service, null)
                            : RouteTranslation.of(
                                    (MeshRoute) example, List.of(IpAddress.of("10.96.0.7")));
            assertThat(translated).isInstanceOf(Translated.Valid.class);
        }
    }

    @ParameterizedTest
    @CsvSource({"MeshService,meshservices.gibbon.dev", "MeshRoute,meshroutes.gibbon.dev"})
    void everyFieldIsExplainedAndInAnExample(String kind, String definition) throws IOException {
        var version =
                Objects.requireNonNull(CrdGenerator.definitions().get(definition))
                        .getSpec()
                        .getVersions()
                        .getFirst();
        Set<String> fields = new TreeSet<>();
        collect("", SchemaRules.at(version.getSchema().getOpenAPIV3Schema(), "spec"), fields);
        Set<String> shown = new TreeSet<>();
        for (HasMetadata example : examples()) {
            if (example.getKind().equals(kind)) {
                var json = new ObjectMapper().readTree(Serialization.asJson(example)).get("spec");
                fields.stream()
                        .filter(field ->
                                json.at("/" + field.replace('.', '/')).isValueNode()
                                        || json.at("/" + field.replace('.', '/')).isContainerNode())
                        .forEach(shown::add);
            }
        }
        String text = Files.readString(DOCUMENT);
        String explained = text.substring(text.indexOf("## " + kind));

        assertThat(shown).containsExactlyInAnyOrderElementsOf(fields);
        assertThat(fields).allMatch(field -> explained.contains("`" + field + "`"));
    }

    private static void collect(String path, JSONSchemaProps schema, Set<String> leaves) {
        if (schema.getProperties() == null || schema.getProperties().isEmpty()) {
            leaves.add(path);
            return;
        }
        schema.getProperties()
                .forEach((name, field) ->
                        collect(path.isEmpty() ? name : path + "." + name, field, leaves));
    }
}

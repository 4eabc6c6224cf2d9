package dev.gibbon.crd.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.gibbon.core.net.IpAddress;
import dev.gibbon.crd.MeshRoute;
import dev.gibbon.crd.MeshService;
import dev.gibbon.crd.translate.RouteTranslation;
import dev.gibbon.crd.translate.ServiceTranslation;
import dev.gibbon.crd.translate.Translated;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What {@code kubectl apply} is given in examples. */
final class ExamplesTest {
    private static final Path EXAMPLES = Path.of("../examples");
    private static final Pattern LINK = Pattern.compile("(?m)^\\| \\[([a-z-]+)\\]\\(([a-z-]+)\\)");
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    /** The files of all folders. */
    static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(EXAMPLES)) {
            return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
        }
    }

    /** The MeshServices and MeshRoutes of all folders. */
    static List<HasMetadata> resources() throws IOException {
        List<HasMetadata> resources = new ArrayList<>();
        for (Path file : files()) {
            for (JsonNode document : documents(file)) {
                switch (document.path("kind").asText()) {
                    case "MeshService" -> resources.add(typed(document, MeshService.class));
                    case "MeshRoute" -> resources.add(typed(document, MeshRoute.class));
                    default -> {
                        // Kubernetes' own.
                    }
                }
            }
        }
        return resources;
    }

    private static List<JsonNode> documents(Path file) throws IOException {
        try (var values = YAML.readerFor(JsonNode.class).<JsonNode>readValues(file.toFile())) {
            return values.readAll();
        }
    }

    private static <T> T typed(JsonNode document, Class<T> type) {
        return Serialization.unmarshal(document.toString(), type);
    }

    @ParameterizedTest
    @MethodSource("files")
    void everyDocumentIsAnObjectWithANameAndForOurKindsWithoutUnknownFields(Path file)
            throws IOException {
        List<JsonNode> documents = documents(file);

        assertThat(documents).isNotEmpty();
        for (JsonNode document : documents) {
            assertThat(document.path("apiVersion").asText()).isNotEmpty();
            assertThat(document.at("/metadata/name").asText()).isNotEmpty();
            String kind = document.path("kind").asText();
            if (kind.equals("MeshService") || kind.equals("MeshRoute")) {
                assertThat(document.path("apiVersion").asText()).isEqualTo("gibbon.dev/v1alpha1");
                Object read =
                        kind.equals("MeshService")
                                ? typed(document, MeshService.class)
                                : typed(document, MeshRoute.class);
                // Reading forgives a field that does not exist; writing does not bring it back.
                assertThat(new ObjectMapper().readTree(Serialization.asJson(read)).path("spec"))
                        .isEqualTo(document.path("spec"));
            }
        }
    }

    @Test
    void everyMeshServiceAndMeshRouteKeepsTheRules() throws IOException {
        List<HasMetadata> resources = resources();

        assertThat(resources).hasSizeGreaterThanOrEqualTo(6);
        for (HasMetadata resource : resources) {
            Translated<?> translated =
                    resource instanceof MeshService service
                            ? ServiceTranslation.of(service, null)
                            : RouteTranslation.of(
                                    (MeshRoute) resource, List.of(IpAddress.of("10.96.0.7")));
            assertThat(translated)
                    .as(resource.getMetadata().getName())
                    .isInstanceOf(Translated.Valid.class);
        }
    }

    @Test
    void everyFolderIsListedAndWhatIsListedIsThere() throws IOException {
        Set<String> listed =
                LINK.matcher(Files.readString(EXAMPLES.resolve("README.md")))
                        .results()
                        .map(MatchResult::group)
                        .map(row -> row.replaceAll(".*\\(|\\)", ""))
                        .collect(Collectors.toCollection(TreeSet::new));

        assertThat(listed)
                .isEqualTo(folders())
                .contains(
                        "two-services",
                        "route-by-header",
                        "egress-verified",
                        "egress-client-certificate",
                        "opt-out",
                        "strict-namespace");
    }

    private static Set<String> folders() throws IOException {
        try (Stream<Path> children = Files.list(EXAMPLES)) {
            return children.filter(Files::isDirectory)
                    .map(folder -> folder.getFileName().toString())
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }
}

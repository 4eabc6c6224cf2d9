package dev.gibbon.operator.inject;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What becomes of a dozen pods, compared with golden files beside them. {@code
 * -Dgibbon.goldens=write} writes them anew.
 */
final class InjectionGoldenTest {
    private static final Path FOLDER = Path.of("src/test/resources/dev/gibbon/operator/inject");
    private static final ObjectMapper YAML =
            new ObjectMapper(
                    YAMLFactory.builder()
                            .disable(YAMLGenerator.Feature.SPLIT_LINES)
                            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
                            .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
                            .build());

    static Stream<String> pods() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files
                    .map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".pod.yaml"))
                    .map(name -> name.replace(".pod.yaml", ""))
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    @ParameterizedTest
    @MethodSource("pods")
    void isInjectedAsTheGoldenFileSays(String name) throws IOException {
        JsonNode pod = TestMesh.yaml(Files.readString(FOLDER.resolve(name + ".pod.yaml")));

        Injection injection = TestMesh.inject(pod);

        ObjectNode result = JsonNodeFactory.instance.objectNode();
        result.put("outcome", injection.decision().reason().outcome() + "");
        result.put("reason", injection.decision().reason().id());
        if (injection.decision() instanceof InjectionDecision.Refuse refuse) {
            result.put("message", refuse.message());
        }
        injection.warnings().forEach(result.putArray("warnings")::add);
        result.set("patch", injection.patch());
        String text = YAML.writeValueAsString(result);
        Path golden = FOLDER.resolve(name + ".golden.yaml");
        if ("write".equals(System.getProperty("gibbon.goldens"))) {
            Files.writeString(golden, text);
        }
        assertThat(text).isEqualTo(Files.readString(golden));
        assertThat(TestMesh.apply(injection.patch(), pod)).isEqualTo(injection.after());
    }

    @Test
    void noGoldenFileIsLeftOver() throws IOException {
        List<String> pods = pods().toList();
        try (Stream<Path> files = Files.list(FOLDER)) {
            assertThat(files.map(file -> file.getFileName().toString().replaceFirst("\\..*", "")))
                    .isSubsetOf(pods);
        }
        assertThat(pods).hasSizeGreaterThanOrEqualTo(12);
    }
}

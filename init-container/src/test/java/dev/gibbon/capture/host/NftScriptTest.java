package dev.gibbon.capture.host;

import static dev.gibbon.capture.host.Specs.at;
import static dev.gibbon.capture.host.Specs.ip;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code -Dgibbon.golden=write} writes the golden files anew. */
class NftScriptTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden/host");

    private static final Map<String, String> SCRIPTS =
            Map.of(
                    "tutorial.nft", script(Specs.tutorial()),
                    "tutorial-exempt.nft", script(Specs.tutorial("127.0.0.4")),
                    "tutorial-v6.nft",
                            script(Specs.pairs("fd00::2", "fd00::3", "fd00::5", "fd00::4")),
                    "inbound-only.nft",
                            script(
                                    new CaptureSpec(
                                            List.of(),
                                            List.of(
                                                    new CaptureSpec.Inbound(
                                                            ip("127.0.0.5"),
                                                            80,
                                                            at("127.0.0.4", 8000)),
                                                    new CaptureSpec.Inbound(
                                                            ip("::1"), 80, at("fd00::4", 8000))),
                                            Set.of(ip("::1")))),
                    "remove.nft", NftScript.remove());

    private static String script(CaptureSpec spec) {
        return NftScript.apply(CapturePlan.of(spec));
    }

    static Set<String> names() {
        return SCRIPTS.keySet();
    }

    @ParameterizedTest
    @MethodSource("names")
    void scriptIsTheGoldenOne(String name) throws IOException {
        Path file = GOLDEN.resolve(name);
        if ("write".equals(System.getProperty("gibbon.golden"))) {
            Files.writeString(file, SCRIPTS.get(name));
        }

        assertThat(SCRIPTS.get(name)).isEqualTo(Files.readString(file));
    }

    @Test
    void everyGoldenFileIsUsed() throws IOException {
        try (var files = Files.list(GOLDEN)) {
            assertThat(files.map(file -> file.getFileName().toString()).collect(Collectors.toSet()))
                    .isEqualTo(SCRIPTS.keySet());
        }
    }
}

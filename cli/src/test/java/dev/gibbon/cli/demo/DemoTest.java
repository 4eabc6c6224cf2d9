package dev.gibbon.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gibbon.cli.Gibbon;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole tutorial on real processes, rules and packets. */
@Tag("netns")
@Tag("slow")
class DemoTest {
    @TempDir private Path folder;

    @Test
    void everyClaimOfTheDemoHolds() throws IOException, InterruptedException {
        Path out = folder.resolve("out");
        Process demo =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Gibbon.class.getName(),
                                "demo",
                                "--json")
                        .redirectOutput(out.toFile())
                        .redirectError(folder.resolve("err").toFile())
                        .start();

        int exit = demo.waitFor();

        JsonNode report = new ObjectMapper().readTree(out.toFile());
        List<String> failed = new ArrayList<>();
        for (JsonNode claim : report.path("claims")) {
            if (!claim.path("held").asBoolean()) {
                failed.add(claim.toString());
            }
        }
        assertThat(failed).isEmpty();
        assertThat(report.path("claims")).hasSizeGreaterThanOrEqualTo(14);
        assertThat(report.path("passes")).hasSize(2);
        assertThat(exit).isZero();
    }
}

package dev.gibbon.operator.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.core.decision.CloseReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is printed, compared with golden files. {@code -Dgibbon.goldens=write} writes them anew. */
final class ReportsTest {
    private static final Path FOLDER = Path.of("src/test/resources/dev/gibbon/operator/check");
    private static final Path DOCUMENT = Path.of("../docs/kubernetes-check.md");

    /** All levels, one finding and many. */
    private static CheckReport report() {
        return Checks.run(
                TestCluster.healthy()
                        .without(Topic.AUTHORITY, "no permission (status 403)")
                        .with(
                                Topic.NODES,
                                List.of(TestCluster.node("node-1", "linux", "4.18.0-553.el8")))
                        .with(
                                Topic.DENIED,
                                IntStream.rangeClosed(1, 12)
                                        .mapToObj(i -> "list resource-" + i)
                                        .toList())
                        .with(Topic.SERVICES, List.of(TestCluster.service("htpp"))));
    }

    @Test
    void theTextIsAsTheGoldenFileSays() throws IOException {
        String text = TextReport.render(report(), false);

        golden(FOLDER.resolve("report.txt"), text);
        assertThat(text.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(120));
        assertThat(report().exitCode()).isEqualTo(1);
    }

    @Test
    void coloursChangeNothingElse() {
        assertThat(TextReport.render(report(), true).replaceAll("\u001b\\[[0-9]+m", ""))
                .isEqualTo(TextReport.render(report(), false));
    }

    @Test
    void theJsonIsAsTheGoldenFileSays() throws IOException {
        golden(FOLDER.resolve("report.json"), JsonReport.render(report()));
    }

    @Test
    void theDocumentListsEveryCheckAsItIs() throws IOException {
        String written = Files.readString(DOCUMENT);
        int start = written.indexOf("## cluster\n");
        assertThat(start).as("the chapter of the first group").isPositive();

        golden(DOCUMENT, written.substring(0, start) + CheckReference.render());
    }

    @Test
    void whatTroubleshootingNamesIsThere() throws IOException {
        String text = Files.readString(Path.of("../docs/troubleshooting-kubernetes.md"));
        List<String> checks = found("kubernetes-check\\.md#([a-z-]+)", text);
        List<String> reasons = found("`([a-z]+_[a-z_]+)`", text);

        assertThat(checks).hasSizeGreaterThan(20);
        assertThat(Checks.all()).extracting(Check::id).containsAll(checks);
        assertThat(reasons).hasSizeGreaterThan(5);
        assertThat(Arrays.stream(CloseReason.values()).map(CloseReason::label))
                .containsAll(reasons);
    }

    private static List<String> found(String pattern, String text) {
        return Pattern.compile(pattern).matcher(text).results().map(one -> one.group(1)).toList();
    }

    private static void golden(Path file, String actual) throws IOException {
        if ("write".equals(System.getProperty("gibbon.goldens"))) {
            Files.writeString(file, actual);
        }
        assertThat(actual).isEqualTo(Files.readString(file));
    }
}

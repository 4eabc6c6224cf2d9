package dev.gibbon.operator.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gibbon.operator.inject.TestMesh;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ManifestReaderTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "a: 0644            | {\"a\":420}",
                "a: '0644'          | {\"a\":\"0644\"}",
                "a: 0x1f            | {\"a\":31}",
                "a: yes             | {\"a\":true}",
                "a: \"yes\"         | {\"a\":\"yes\"}",
                "a: 2026-01-01      | {\"a\":\"2026-01-01\"}",
                "a: 1000:30         | {\"a\":\"1000:30\"}",
                "a: 1:30            | {\"a\":\"1:30\"}",
                "a: ~               | {\"a\":null}",
                "a:                 | {\"a\":null}",
                "1: x               | {\"1\":\"x\"}",
                "a: 1.5             | {\"a\":1.5}",
                "a: 0o400           | {\"a\":256}",
                "a: -0o17           | {\"a\":-15}",
                "a: 0B11            | {\"a\":3}",
                "a: 08              | {\"a\":8}",
                "a: 1_000           | {\"a\":1000}",
                "a: +5              | {\"a\":5}",
                "a: 1e2             | {\"a\":100}",
                "a: 1.0             | {\"a\":1}",
                "a: 1.5e-3          | {\"a\":0.0015}",
                "a: .5              | {\"a\":0.5}",
                "a: 1e300           | {\"a\":1.0E300}",
                "a: 1e              | {\"a\":\"1e\"}",
                "a: 0o8             | {\"a\":\"0o8\"}",
                "a: 1.2.3           | {\"a\":\"1.2.3\"}",
                "a: 12e45678        | {\"a\":\"12e45678\"}",
                "a: -12e45678       | {\"a\":\"-12e45678\"}",
                "a: 0x_             | {\"a\":\"0x_\"}",
                "a: 0b_             | {\"a\":\"0b_\"}",
                "a: 0o_             | {\"a\":\"0o_\"}",
                "a: ._              | {\"a\":\"._\"}",
                "a: 0x_1f           | {\"a\":31}",
                "a: 500m            | {\"a\":\"500m\"}",
                "a: 123456789012345678901234 | {\"a\":123456789012345678901234}",
                "{a: &x [1], b: *x} | {\"a\":[1],\"b\":[1]}",
                "{\"json\": [true]} | {\"json\":[true]}",
            })
    void wordsAreWhatTheyAreToKubectl(String yaml, String json) throws CommandFailure {
        assertThat(ManifestReader.read(yaml)).hasToString("[" + json + "]");
    }

    @Test
    void mergeKeysAreMerged() throws CommandFailure {
        assertThat(ManifestReader.read("base: &b {x: 1, y: 2}\nmore: {<<: *b, y: 3}"))
                .hasToString("[{\"base\":{\"x\":1,\"y\":2},\"more\":{\"x\":1,\"y\":3}}]");
    }

    @Test
    void emptyDocumentsAreLeftOut() throws CommandFailure {
        assertThat(ManifestReader.read("---\n# nothing\n---\na: 1\n---\n---\nb: 2\n"))
                .hasToString("[{\"a\":1}, {\"b\":2}]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"a: [", "a: 1\na: 2", "a: &x [*x]", "a: !!java.net.URL [x]", "a: \u0000"})
    void whatCannotBeReadIsSaid(String text) {
        assertThatThrownBy(() -> ManifestReader.read(text))
                .isInstanceOf(CommandFailure.class)
                .hasMessageStartingWith("input: ")
                .hasMessageEndingWith(" (expected: YAML or JSON)");
    }

    /** Read back by kubectl's rules, of which some YAML readers know more and some fewer. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "yes",
                "no",
                "on",
                "y",
                "null",
                "~",
                "",
                " ",
                "0644",
                "0o17",
                "1e3",
                "1:30",
                "2026-01-01",
                "a: b",
                "# x",
                "- x",
                "line\nline\n",
                "\ttab",
                "\u00fc\ud83d\ude00",
                "$(X)",
                "{}",
                "*x",
                "&x",
                "!x",
                "%x",
                "@x",
                "`x",
                "'",
                "\"",
                "\\",
                "---",
                "...",
                "<<"
            })
    void whatIsPrintedIsReadBackTheSame(String text) throws CommandFailure {
        JsonNode document = TestMesh.json("{}");
        ((ObjectNode) document).put(text + "k", text);
        ((ObjectNode) document).put(text, "v");

        for (ManifestFormat format : ManifestFormat.values()) {
            String printed = format.print(document) + format.print(document);
            if (format == ManifestFormat.YAML) {
                assertThat(ManifestReader.read(printed)).isEqualTo(List.of(document, document));
            }
            assertThat(printed).endsWith("\n");
        }
    }
}

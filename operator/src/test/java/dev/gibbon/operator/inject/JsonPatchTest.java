package dev.gibbon.operator.inject;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class JsonPatchTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{a: 1}             | {a: 1}                     | []",
                "{}                 | {a: 1}                     | [{op: add, path: /a, value: 1}]",
                "{a: 1}             | {}                         | [{op: remove, path: /a}]",
                "{a: 1}             | {a: null}                  | [{op: replace, path: /a, value: null}]",
                "{m: {'x/y~z': 1}}  | {m: {'x/y~z': 2}}          | [{op: replace, path: /m/x~1y~0z, value: 2}]",
                "[{name: b}]        | [{name: a}, {name: b}]     | [{op: add, path: /0, value: {name: a}}]",
                "[{name: b, c: 1}]  | [{name: a}, {name: b, c: 2}] | [{op: add, path: /0, value: {name: a}},"
                        + " {op: replace, path: /1/c, value: 2}]",
                "[1, 2, 3]          | [1]                        | [{op: remove, path: /2}, {op: remove, path: /1}]",
                "[1]                | [1, 2, 3]                  | [{op: add, path: /1, value: 2}, {op: add, path: /2, value: 3}]",
                "[{name: a}, {name: b}] | [{name: b}, {name: a}] | [{op: replace, path: /0/name, value: b},"
                        + " {op: replace, path: /1/name, value: a}]",
            })
    void saysWhatHasChanged(String before, String after, String patch) {
        assertThat(JsonPatch.between(TestMesh.yaml(before), TestMesh.yaml(after)))
                .isEqualTo(TestMesh.yaml(patch));
    }

    @Test
    void makesOneDocumentOfAnyOther() {
        RandomPods pods = new RandomPods(new SplittableRandom(20_261));
        for (int i = 0; i < 3_000; i++) {
            JsonNode before = pods.unknown(4);
            JsonNode after = pods.unknown(4);
            JsonNode patch = JsonPatch.between(before, after);

            // A document as a whole cannot be replaced by this library.
            if (before.isContainerNode() && before.getNodeType() == after.getNodeType()) {
                assertThat(TestMesh.apply(patch, before)).as("round %d", i).isEqualTo(after);
            }
        }
    }
}

package dev.gibbon.core.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ViolationTreeTest {

    @Test
    void oneViolationIsNamedInTheSentence() {
        ViolationTree tree =
                new ViolationTree(List.of(new Violation("host", "required field missing")));

        assertThat(tree.message()).isEqualTo("schema violation (host: required field missing)");
        assertThat(tree.fields()).isEqualTo(Map.of("host", "required field missing"));
    }

    @Test
    void rulesOverSeveralFieldsComeFirstThenFieldsInAlphabeticalOrder() {
        ViolationTree tree =
                new ViolationTree(
                        List.of(
                                new Violation("port", "too large"),
                                Violation.ofEntity("first rule"),
                                new Violation("host", "missing"),
                                Violation.ofEntity("second rule")));

        assertThat(tree.message())
                .isEqualTo(
                        "4 schema violations (first rule; second rule; host: missing; port: too"
                                + " large)");
        assertThat(tree.fields())
                .isEqualTo(
                        Map.of(
                                "@entity",
                                List.of("first rule", "second rule"),
                                "host",
                                "missing",
                                "port",
                                "too large"));
    }

    @Test
    void elementsAreCountedFromOneAndMirroredAsAList() {
        ViolationTree tree =
                new ViolationTree(
                        List.of(
                                new Violation("protocols.3", "expected one of: http"),
                                new Violation("protocols.1", "expected a string")));

        assertThat(tree.message())
                .isEqualTo(
                        "2 schema violations (protocols.1: expected a string; protocols.3: expected"
                                + " one of: http)");
        assertThat(tree.fields())
                .isEqualTo(
                        Map.of(
                                "protocols",
                                Arrays.asList("expected a string", null, "expected one of: http")));
    }

    @Test
    void recordsAreMirroredAsRecords() {
        ViolationTree tree =
                new ViolationTree(
                        List.of(
                                new Violation("sources.2.ip", "bad ip"),
                                new Violation("sources.2.port", "bad port"),
                                new Violation("sources.1.@entity", "one of ip, port"),
                                new Violation("service.id", "bad id")));

        assertThat(tree.message())
                .isEqualTo(
                        "4 schema violations (service.id: bad id; sources.1.@entity: one of ip,"
                                + " port; sources.2.ip: bad ip; sources.2.port: bad port)");
        assertThat(tree.fields())
                .isEqualTo(
                        Map.of(
                                "service",
                                Map.of("id", "bad id"),
                                "sources",
                                List.of(
                                        Map.of("@entity", List.of("one of ip, port")),
                                        Map.of("ip", "bad ip", "port", "bad port"))));
    }
}

package dev.gibbon.operator.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.gibbon.operator.certmanager.IssuerReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class PermissionTest {
    private static final Path CHART = Path.of("../charts/gibbon/templates/rbac.yaml");

    @Test
    void whatIsAskedForIsWhatTheChartGrants() throws IOException {
        assertThat(Permission.all()).doesNotHaveDuplicates();
        assertThat(Set.copyOf(Permission.all())).isEqualTo(granted());
    }

    @Test
    void whatIsAskedForWithAnIssuerIsWhatTheChartGrantsThen() throws IOException {
        Set<Permission> asked = new HashSet<>(Permission.all());
        for (String kind : List.of("Issuer", "ClusterIssuer")) {
            asked.addAll(Permission.ofIssuance(new IssuerReference("x", kind, "cert-manager.io")));
        }

        assertThat(asked).isEqualTo(granted("(?m)^ *\\{\\{- (if|end) .*$"));
    }

    @Test
    void issuerOfAnotherGroupIsNotLookedAt() {
        assertThat(Permission.ofIssuance(new IssuerReference("x", "StepIssuer", "step.example")))
                .extracting(Permission::resource)
                .containsOnly("certificates", "secrets");
    }

    /** Without what depends on values. */
    private static Set<Permission> granted() throws IOException {
        return granted("(?s)\\{\\{- if .*?\\{\\{- end \\}\\}");
    }

    private static Set<Permission> granted(String without) throws IOException {
        String text =
                Files.readString(CHART)
                        .replaceAll(without, "")
                        .replaceAll("(?m)^.*include.*$", "    x: y")
                        .replaceAll("\\{\\{[^}]*\\}\\}", "x");
        Set<Permission> granted = new HashSet<>();
        ObjectMapper yaml = new ObjectMapper(new YAMLFactory());
        try (MappingIterator<JsonNode> documents =
                yaml.readerFor(JsonNode.class).readValues(text)) {
            for (JsonNode document : documents.readAll()) {
                for (JsonNode rule : document.path("rules")) {
                    add(granted, rule, document.path("kind").asText().equals("Role"));
                }
            }
        }
        return granted;
    }

    private static void add(Set<Permission> granted, JsonNode rule, boolean namespaced) {
        List<String> names =
                rule.has("resourceNames") ? texts(rule.path("resourceNames")) : List.of("");
        for (String group : texts(rule.path("apiGroups"))) {
            for (String resource : texts(rule.path("resources"))) {
                for (String name : names) {
                    for (String verb : texts(rule.path("verbs"))) {
                        granted.add(new Permission(verb, group, resource, name, namespaced));
                    }
                }
            }
        }
    }

    private static List<String> texts(JsonNode list) {
        return list.valueStream().map(JsonNode::asText).toList();
    }
}

package dev.gibbon.operator.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gibbon.operator.inject.InjectionRules;
import dev.gibbon.operator.inject.PodNamespace;
import dev.gibbon.operator.inject.TestMesh;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class InjectionAnswerTest {
    private static final InjectionRules RULES = new InjectionRules(TestMesh.SETTINGS);

    @Test
    void aPodThatIsOlderThanTheLabelIsToBeRestarted() {
        InjectionAnswer answer = InjectionAnswer.of(RULES, TestMesh.SHOP, TestMesh.pod("", ""));

        assertThat(answer.text())
                .isEqualTo(
                        """
                        pod         shop/web
                        sidecar     no
                        created now injected (namespace-enabled): its namespace is labelled \
                        gibbon.dev/inject=enabled
                        so it       runs without a sidecar, but its namespace is labelled \
                        gibbon.dev/inject=enabled; restart it
                        """);
        assertThat(answer.json()).contains("\"reason\" : \"namespace-enabled\"");
    }

    @Test
    void anInjectedPodSaysByWhat() {
        JsonNode injected = TestMesh.inject(TestMesh.pod("", "")).after();

        InjectionAnswer answer = InjectionAnswer.of(RULES, TestMesh.SHOP, injected);

        assertThat(answer.meshed()).isTrue();
        assertThat(answer.text())
                .contains("sidecar     yes, injected: {\"version\":\"0.1.0\"")
                .contains("created now injected (namespace-enabled)")
                .doesNotContain("so it");
    }

    @Test
    void aPodThatWasNotAskedForIsLeftAlone() {
        InjectionAnswer answer =
                InjectionAnswer.of(
                        RULES, new PodNamespace("other", Map.of()), TestMesh.pod("", ""));

        assertThat(answer.text()).contains("left without a sidecar (not-asked): neither");
        assertThat(answer.json()).contains("\"outcome\" : \"skip\"");
    }

    @Test
    void aPodThatWouldBeRefusedSaysWhat() {
        JsonNode pod = TestMesh.pod("labels: {gibbon.dev/inject: 'on'}", "");

        assertThat(InjectionAnswer.of(RULES, TestMesh.SHOP, pod).text())
                .contains("refused (invalid-inject): gibbon.dev/inject: \"on\"")
                .contains("cannot get one");
    }
}

package dev.gibbon.operator.inject;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class InjectionRulesTest {
    private final InjectionRules rules = new InjectionRules(TestMesh.SETTINGS);

    private static PodNamespace namespace(String name, String label) {
        return new PodNamespace(
                name, label.equals("-") ? Map.of() : Map.of("gibbon.dev/inject", label));
    }

    /** {@code -} is: absent. */
    @ParameterizedTest
    @CsvSource({
        // namespace's label, pod's label, pod's annotation, by hand, reason
        "enabled,  -,        -,        false, namespace-enabled",
        "disabled, -,        -,        false, namespace-disabled",
        "-,        -,        -,        false, not-asked",
        "true,     -,        -,        false, not-asked",
        "ENABLED,  -,        -,        false, not-asked",
        "-,        enabled,  -,        false, pod-enabled",
        "disabled, enabled,  -,        false, pod-enabled",
        "enabled,  enabled,  -,        false, pod-enabled",
        "enabled,  disabled, -,        false, pod-disabled",
        "enabled,  -,        disabled, false, pod-disabled",
        "-,        -,        enabled,  false, pod-enabled",
        "enabled,  enabled,  disabled, false, pod-enabled",
        "enabled,  disabled, enabled,  false, pod-disabled",
        "enabled,  yes,      -,        false, invalid-inject",
        "enabled,  -,        true,     false, invalid-inject",
        "enabled,  '',       enabled,  false, invalid-inject",
        "-,        -,        -,        true,  by-hand",
        "disabled, -,        -,        true,  by-hand",
        "enabled,  -,        -,        true,  namespace-enabled",
        "-,        disabled, -,        true,  pod-disabled",
    })
    void thePodsLabelWinsOverItsAnnotationOverItsNamespaceOverTheCaller(
            String ofNamespace, String label, String annotation, boolean byHand, String reason) {
        String metadata =
                (label.equals("-") ? "" : "labels: {gibbon.dev/inject: '" + label + "'}\n")
                        + (annotation.equals("-")
                                ? ""
                                : "annotations: {gibbon.dev/inject: '" + annotation + "'}");
        JsonNode pod = TestMesh.pod(metadata, "");

        InjectionDecision decision = rules.decide(namespace("shop", ofNamespace), pod, byHand);

        assertThat(decision.reason().id()).isEqualTo(reason);
    }

    @ParameterizedTest
    @CsvSource({
        "kube-system,     system-namespace",
        "kube-node-lease, system-namespace",
        "kube-public,     system-namespace",
        "gibbon-system,   mesh-namespace",
        "kube-systems,    pod-enabled",
        "default,         pod-enabled",
    })
    void someNamespacesAreNeverInjectedWhateverTheirPodsSay(String name, String reason) {
        JsonNode pod = TestMesh.pod("labels: {gibbon.dev/inject: enabled}", "");

        InjectionDecision decision = rules.decide(namespace(name, "enabled"), pod, true);

        assertThat(decision.reason().id()).isEqualTo(reason);
    }

    /** Further fields of the spec; or, before the bar, of the metadata. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '!',
            value = {
                "| hostNetwork: true                                                ! host-network",
                "| hostNetwork: false                                               ! namespace-enabled",
                "annotations: {kubernetes.io/config.mirror: x} | hostNetwork: true  ! mirror-pod",
                "| os: {name: windows}                                              ! windows",
                "| nodeSelector: {kubernetes.io/os: windows}                        ! windows",
                "| os: {name: linux}                                                ! namespace-enabled",
                "| securityContext: {runAsGroup: 1337}                              ! mesh-group",
                "| securityContext: {runAsUser: 1337}                               ! mesh-group",
                "| securityContext: {fsGroup: 1337, supplementalGroups: [1337]}     ! namespace-enabled",
                "| initContainers: [{name: i, securityContext: {runAsGroup: 1337}}] ! mesh-group",
                "| initContainers: [{name: i, securityContext: {runAsUser: 1337}}]  ! mesh-group",
                "| initContainers: [{name: i, securityContext: {runAsUser: 1338}}]  ! namespace-enabled",
                "| initContainers: [{name: gibbon-sidecar, image: x}]               ! name-taken",
                "| volumes: [{name: gibbon-identity}]                               ! name-taken",
                "| volumes: [{name: gibbon-tmp}]                                    ! name-taken",
                "| initContainers: [{name: gibbon-capture, image: x}]               ! name-taken",
                "annotations: {gibbon.dev/injected: '{}'} | initContainers: [{name: gibbon-sidecar}] !"
                        + " namespace-enabled",
                "| initContainers: [{name: i, ports: [{containerPort: 15021}]}]     ! port-taken",
                "| initContainers: [{name: i, ports: [{containerPort: 15001}]}]     ! port-taken",
                "| initContainers: [{name: i, ports: [{containerPort: 15006, protocol: TCP}]}] !"
                        + " port-taken",
                "| initContainers: [{name: i, ports: [{containerPort: 15021, protocol: UDP}]}] !"
                        + " namespace-enabled",
                "annotations: {gibbon.dev/log-level: loud} |                        !"
                        + " invalid-annotation",
                "annotations: {gibbon.dev/log-level: loud} | hostNetwork: true      ! host-network",
            })
    void whatCannotBeCapturedIsLeftAndWhatCannotBeServedIsRefused(String fields, String reason) {
        String[] parts = fields.split("\\|", -1);

        InjectionDecision decision =
                rules.decide(
                        TestMesh.SHOP, TestMesh.pod(parts[0].strip(), parts[1].strip()), false);

        assertThat(decision.reason().id()).isEqualTo(reason);
    }

    @Test
    void aContainerThatIsNoInitContainerNeverHasTheSidecarsName() {
        JsonNode pod =
                TestMesh.yaml(
                        """
                        metadata: {annotations: {gibbon.dev/injected: '{}'}}
                        spec: {containers: [{name: gibbon-sidecar, image: x}]}
                        """);

        assertThat(rules.decide(TestMesh.SHOP, pod, false))
                .isEqualTo(
                        new InjectionDecision.Refuse(
                                Reason.NAME_TAKEN,
                                "container gibbon-sidecar: the name is the mesh's (expected: another"
                                        + " name, or gibbon.dev/inject=disabled)"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "text",
                "{}",
                "{spec: {}}",
                "{spec: {containers: []}}",
                "{spec: {containers: {}}}",
                "{spec: {containers: [1]}}",
                "{spec: {containers: [{image: x}]}}",
                "{spec: {containers: [{name: a}], initContainers: {}}}",
                "{spec: {containers: [{name: a}], volumes: [{}]}}",
                "{metadata: {annotations: [a]}, spec: {containers: [{name: a}]}}",
                "{metadata: {labels: {a: 1}}, spec: {containers: [{name: a}]}}",
            })
    void whatIsNoPodIsRefused(String text) {
        assertThat(rules.decide(TestMesh.SHOP, TestMesh.yaml(text), false).reason())
                .isEqualTo(Reason.MALFORMED_POD);
    }

    @Test
    void nullIsAsGoodAsAbsent() {
        JsonNode pod =
                TestMesh.yaml(
                        """
                        metadata: {labels: null, annotations: null}
                        spec: {containers: [{name: a}], initContainers: null, volumes: null}
                        """);

        Injection injection = TestMesh.inject(pod);

        assertThat(injection.decision().reason()).isEqualTo(Reason.NAMESPACE_ENABLED);
        assertThat(TestMesh.apply(injection.patch(), pod)).isEqualTo(injection.after());
    }

    @Test
    void aHostileWordIsShownWithoutItsControlCharacters() {
        JsonNode pod = TestMesh.pod("labels: {gibbon.dev/inject: \"on\\n$(X)\\u202e\"}", "");

        assertThat(rules.decide(TestMesh.SHOP, pod, false))
                .isEqualTo(
                        new InjectionDecision.Refuse(
                                Reason.INVALID_INJECT,
                                "gibbon.dev/inject: \"on\\u{a}$(X)\\u{202e}\" (expected: enabled or"
                                        + " disabled)"));
    }

    @Test
    void reasonsHaveIdsOfTheirOwnAndTheDocumentExplainsEach() throws IOException {
        String document = Files.readString(Path.of("../docs/kubernetes-injection.md"));
        TreeSet<String> ids =
                Arrays.stream(Reason.values())
                        .map(Reason::id)
                        .collect(Collectors.toCollection(TreeSet::new));

        assertThat(ids).hasSize(Reason.values().length);
        assertThat(ids).allSatisfy(id -> assertThat(document).contains("`" + id + "`"));
    }
}

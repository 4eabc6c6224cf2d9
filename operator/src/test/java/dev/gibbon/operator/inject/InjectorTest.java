package dev.gibbon.operator.inject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class InjectorTest {

    private static JsonNode sidecar(Injection injection) {
        return injection.after().path("spec").path("initContainers").path(1);
    }

    @Test
    void aPodThatIsLeftOrRefusedIsTheSameObject() {
        JsonNode skipped = TestMesh.pod("", "hostNetwork: true");
        JsonNode refused = TestMesh.pod("annotations: {gibbon.dev/log-level: loud}", "");

        assertThat(TestMesh.inject(skipped).after()).isSameAs(skipped);
        assertThat(TestMesh.inject(refused).after()).isSameAs(refused);
    }

    @Test
    void theApplicationsTokenForTheApiServerIsKeptOutOfOurContainers() {
        JsonNode after = TestMesh.inject(TestMesh.pod("", "")).after();

        // The API server leaves a container alone that has something at this path.
        assertThat(after.path("spec").path("initContainers").valueStream())
                .hasSize(2)
                .allSatisfy(container ->
                        assertThat(
                                        container
                                                .path("volumeMounts")
                                                .valueStream()
                                                .map(mount -> mount.path("mountPath").asText()))
                                .contains("/var/run/secrets/kubernetes.io/serviceaccount"));
    }

    @Test
    void aForgedSidecarIsMadeOursAgain() {
        JsonNode pod =
                TestMesh.yaml(
                        """
                        metadata: {annotations: {gibbon.dev/injected: forged}}
                        spec:
                          containers: [{name: app}]
                          initContainers:
                          - {name: other}
                          - name: gibbon-sidecar
                            image: evil
                            command: [sh]
                            env: [{name: GIBBON_CONTROL_PLANE, value: evil.test:1}, {name: GIBBON_X, value: y}]
                            securityContext: {privileged: true, capabilities: {add: [SYS_ADMIN]}}
                          volumes: [{name: gibbon-identity, hostPath: {path: /}}]
                        """);

        Injection injection = TestMesh.inject(pod);
        Injection fresh =
                TestMesh.inject(
                        TestMesh.yaml(
                                "{spec: {containers: [{name: app}], initContainers: [{name: other}]}}"));

        assertThat(injection.after()).isEqualTo(fresh.after());
    }

    @Test
    void anotherVersionsInjectionIsBroughtUpToDate() {
        InjectionSettings old =
                new InjectionSettings(
                        "gibbon-system",
                        "0.0.9",
                        "gibbon-sidecar:0.0.9",
                        "IfNotPresent",
                        "gibbon-operator.gibbon-system.svc:8005",
                        LogLevel.DEBUG,
                        SidecarResources.DEFAULT,
                        Duration.ofSeconds(5),
                        100);
        JsonNode pod =
                TestMesh.yaml(
                        "{spec: {containers: [{name: app, livenessProbe: {tcpSocket: {port: 1}}}]}}");
        JsonNode byHand =
                new Injector(old).inject(new PodNamespace("shop", Map.of()), pod, true).after();

        assertThat(TestMesh.inject(byHand).after()).isEqualTo(TestMesh.inject(pod).after());
    }

    @Test
    void settingsOfTheMeshReachTheSidecar() {
        InjectionSettings settings =
                new InjectionSettings(
                        "mesh",
                        "1",
                        "registry.test/sidecar@sha256:00",
                        "Always",
                        "gibbon-operator.mesh.svc:8005",
                        LogLevel.WARN,
                        new SidecarResources("1", "2", "128Mi", "1Gi"),
                        Duration.ofMillis(1500),
                        100);

        JsonNode sidecar =
                sidecar(new Injector(settings).inject(TestMesh.SHOP, TestMesh.pod("", ""), false));

        assertThat(sidecar.path("image").asText()).isEqualTo("registry.test/sidecar@sha256:00");
        assertThat(sidecar.path("imagePullPolicy").asText()).isEqualTo("Always");
        assertThat(sidecar.path("resources"))
                .isEqualTo(
                        TestMesh.yaml(
                                "{limits: {cpu: '2', memory: 1Gi}, requests: {cpu: '1', memory: 128Mi}}"));
        assertThat(sidecar.path("env").valueStream().filter(e -> e.has("value")).toList())
                .isEqualTo(
                        TestMesh.yaml(
                                        """
                                        - {name: GIBBON_CONTROL_PLANE, value: 'gibbon-operator.mesh.svc:8005'}
                                        - {name: GIBBON_LOG_LEVEL, value: warn}
                                        - {name: GIBBON_DRAIN, value: 1500ms}
                                        - {name: GIBBON_MAX_CONNECTIONS, value: '100'}
                                        """)
                                .valueStream()
                                .toList());
    }

    @ParameterizedTest
    @CsvSource({"baseline, 1", "restricted, 1", "privileged, 0"})
    void aNamespaceThatWillRefuseTheCapabilitiesIsWarnedOf(String level, int warnings) {
        PodNamespace namespace =
                new PodNamespace(
                        "shop",
                        Map.of(
                                "gibbon.dev/inject",
                                "enabled",
                                "pod-security.kubernetes.io/enforce",
                                level));

        Injection injection =
                new Injector(TestMesh.SETTINGS).inject(namespace, TestMesh.pod("", ""), false);

        assertThat(injection.warnings()).hasSize(warnings);
    }

    @Test
    void aMisspeltAnnotationIsWarnedOf() {
        JsonNode pod = TestMesh.pod("annotations: {\"gibbon.dev/log-lvl\\n\": info}", "");

        assertThat(TestMesh.inject(pod).warnings())
                .containsExactly(
                        "annotation \"gibbon.dev/log-lvl\\u{a}\" is not known, and does nothing");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Gibbon  | x | meshNamespace: \"Gibbon\" (expected: a name of a namespace)",
                "mesh    | ' x' | image: \" x\" (expected: a reference of an image)",
            })
    void settingsThatCannotBeAreRefused(String namespace, String image, String message) {
        assertThatThrownBy(() ->
                        new InjectionSettings(
                                namespace,
                                "1",
                                image,
                                "Always",
                                "x:1",
                                LogLevel.INFO,
                                SidecarResources.DEFAULT,
                                null,
                                null))
                .hasMessage(message);
    }

    @Test
    void podsWithoutTheirSidecarAreFoundUntilTheyEnd() {
        PodMeshing meshing = new PodMeshing(new InjectionRules(TestMesh.SETTINGS));
        JsonNode plain = TestMesh.pod("", "");
        JsonNode optedOut = TestMesh.pod("labels: {gibbon.dev/inject: disabled}", "");
        JsonNode onTheNode = TestMesh.pod("", "hostNetwork: true");
        JsonNode misspelt = TestMesh.pod("annotations: {gibbon.dev/log-level: loud}", "");
        JsonNode ending = TestMesh.pod("deletionTimestamp: now", "");
        ObjectNode ended = plain.deepCopy();
        ended.putObject("status").put("phase", "Succeeded");

        assertThat(meshing.missing(TestMesh.SHOP, plain))
                .contains(
                        new PodMeshing.Missing(
                                Reason.NAMESPACE_ENABLED,
                                "runs without a sidecar, but its namespace is labelled"
                                        + " gibbon.dev/inject=enabled; restart it"));
        assertThat(meshing.missing(TestMesh.SHOP, misspelt))
                .contains(
                        new PodMeshing.Missing(
                                Reason.INVALID_ANNOTATION,
                                "runs without a sidecar, and cannot get one: gibbon.dev/log-level:"
                                        + " \"loud\" (expected: debug, info, warn or error)"));
        assertThat(List.of(optedOut, onTheNode, ending, ended, TestMesh.inject(plain).after()))
                .allSatisfy(pod -> assertThat(meshing.missing(TestMesh.SHOP, pod)).isEmpty());
        assertThat(meshing.missing(new PodNamespace("shop", Map.of()), plain)).isEmpty();
    }

    @Test
    void anInitContainerThatIsNoNativeSidecarDoesNotMakeAPodMeshed() {
        JsonNode pod =
                TestMesh.yaml(
                        "{spec: {containers: [{name: a}], initContainers: [{name: gibbon-sidecar}]}}");

        assertThat(PodMeshing.isMeshed(pod)).isFalse();
    }
}

package dev.gibbon.operator.unmeshed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.operator.discovery.NamespaceFact;
import dev.gibbon.operator.inject.PodMeshing.Missing;
import dev.gibbon.operator.inject.Reason;
import dev.gibbon.operator.inject.TestMesh;
import dev.gibbon.operator.unmeshed.UnmeshedPods.Found;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnmeshedPodsTest {
    private static final KubernetesSerialization JSON = new KubernetesSerialization();
    private static final String SIDECAR =
            "initContainers: [{name: gibbon-sidecar, restartPolicy: Always}]";

    private final UnmeshedReader reader = new UnmeshedReader(TestMesh.SETTINGS, JSON);

    /** The namespace's label; metadata, spec and phase of the pod; the reason that is told. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "enabled  |                                               |   | Running   | namespace-enabled",
                "enabled  |                                               |   | Pending   | namespace-enabled",
                "enabled  |                                               |   | Succeeded |",
                "enabled  |                                               |   | Failed    |",
                "enabled  | deletionTimestamp: 2026-01-01T00:00:00Z       |   | Running   |",
                "enabled  |                                               | "
                        + SIDECAR
                        + " | Running |",
                "enabled  |                                               | hostNetwork: true | Running |",
                "enabled  | 'labels: {gibbon.dev/inject: disabled}'       |   | Running   |",
                "enabled  | 'labels: {gibbon.dev/inject: maybe}'          |   | Running   | invalid-inject",
                "enabled  | 'annotations: {gibbon.dev/log-level: loud}'   |   | Running   | invalid-annotation",
                "enabled  | 'annotations: {kubernetes.io/config.mirror: x}' | | Running   |",
                "disabled |                                               |   | Running   |",
                "disabled | 'labels: {gibbon.dev/inject: enabled}'        |   | Running   | pod-enabled",
                "         |                                               |   | Running   |",
                "         | 'annotations: {gibbon.dev/inject: enabled}'   |   | Running   | pod-enabled",
            })
    void podThatLacksItsSidecarIsFound(
            @Nullable String label,
            @Nullable String metadata,
            @Nullable String spec,
            String phase,
            @Nullable String reason) {
        Optional<UnmeshedPod> pod = reader.read(pod("shop", metadata, spec, phase));

        assertThat(UnmeshedPods.find(pod.stream().toList(), List.of(namespace("shop", label))))
                .extracting(found -> found.missing().reason().id())
                .isEqualTo(reason == null ? List.of() : List.of(reason));
    }

    @Test
    void namespacesOfTheSystemHaveNoneAndThoseThatEndAreLeftAlone() {
        UnmeshedPod inEnding = reader.read(pod("shop", null, null, "Running")).orElseThrow();

        assertThat(reader.read(pod("kube-system", null, null, "Running"))).isEmpty();
        assertThat(reader.read(pod("gibbon-system", null, null, "Running"))).isEmpty();
        assertThat(
                        UnmeshedPods.find(
                                List.of(inEnding),
                                List.of(
                                        new NamespaceFact(
                                                "shop",
                                                Map.of("gibbon.dev/inject", "enabled"),
                                                true,
                                                null))))
                .isEmpty();
        assertThat(UnmeshedPods.find(List.of(inEnding), List.of())).isEmpty();
    }

    @Test
    void metricsCountByReason() {
        String text =
                UnmeshedPods.metrics(
                        List.of(
                                found("a", Reason.NAMESPACE_ENABLED),
                                found("b", Reason.NAMESPACE_ENABLED),
                                found("c", Reason.PORT_TAKEN)));

        assertThat(text.lines())
                .contains(
                        "gibbon_pods_unmeshed{reason=\"namespace-enabled\"} 2",
                        "gibbon_pods_unmeshed{reason=\"pod-enabled\"} 0",
                        "gibbon_pods_unmeshed{reason=\"port-taken\"} 1")
                .noneMatch(line -> line.contains("host-network"));
    }

    @Test
    void eachPodAndReasonIsToldOnceUntilItGoesAway() {
        List<String> told = new ArrayList<>();
        UnmeshedReporter reporter =
                new UnmeshedReporter(
                        one -> told.add(one.pod().name() + " " + one.missing().reason().id()));
        Found a = found("a", Reason.NAMESPACE_ENABLED);
        Found otherwise = found("a", Reason.PORT_TAKEN);

        assertThat(reporter.report(List.of(a))).isTrue();
        assertThat(reporter.report(List.of(a))).isTrue();
        assertThat(reporter.report(List.of(otherwise))).isTrue();
        assertThat(reporter.report(List.of())).isTrue();
        assertThat(reporter.report(List.of(a))).isTrue();

        assertThat(told)
                .containsExactly("a namespace-enabled", "a port-taken", "a namespace-enabled");
    }

    @Test
    void whatCouldNotBeToldIsToldLater() {
        List<String> told = new ArrayList<>();
        boolean[] works = {false};
        UnmeshedReporter reporter =
                new UnmeshedReporter(one -> works[0] && told.add(one.pod().name()));
        List<Found> found = List.of(found("a", Reason.POD_ENABLED));

        assertThat(reporter.report(found)).isFalse();
        works[0] = true;
        assertThat(reporter.report(found)).isTrue();

        assertThat(told).containsExactly("a");
    }

    @Test
    void manyAreToldAFewAtATime() {
        List<String> told = new ArrayList<>();
        UnmeshedReporter reporter = new UnmeshedReporter(one -> told.add(one.pod().name()));
        List<Found> found =
                IntStream.range(0, 50)
                        .mapToObj(i -> found("p" + i, Reason.NAMESPACE_ENABLED))
                        .toList();

        assertThat(reporter.report(found)).isFalse();
        assertThat(told).hasSize(20);
        assertThat(reporter.report(found)).isFalse();
        assertThat(reporter.report(found)).isTrue();
        assertThat(told).hasSize(50).doesNotHaveDuplicates();
    }

    private static Found found(String name, Reason reason) {
        Missing missing = new Missing(reason, "lacks its sidecar");
        return new Found(
                new UnmeshedPod(
                        "shop", name, "uid-" + name, Optional.of(missing), Optional.empty()),
                missing);
    }

    private static NamespaceFact namespace(String name, @Nullable String label) {
        return new NamespaceFact(
                name, label == null ? Map.of() : Map.of("gibbon.dev/inject", label), false, null);
    }

    private static Pod pod(
            String namespace, @Nullable String metadata, @Nullable String spec, String phase) {
        Pod pod =
                JSON.unmarshal(
                        TestMesh.pod(metadata == null ? "" : metadata, spec == null ? "" : spec)
                                .toString(),
                        Pod.class);
        pod.getMetadata().setNamespace(namespace);
        pod.getMetadata().setUid("uid-1");
        pod.setStatus(new PodStatus());
        pod.getStatus().setPhase(phase);
        return pod;
    }
}

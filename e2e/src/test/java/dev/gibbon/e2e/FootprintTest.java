package dev.gibbon.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fabric8.kubernetes.api.model.ListMeta;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a mesh costs: time when pods are created and start, and memory. */
@OnCluster
@Timeout(1800)
class FootprintTest {
    private final Cluster cluster;
    private final Mesh mesh;
    private final TestNamespace namespace;

    FootprintTest(Cluster cluster, Mesh mesh, TestNamespace namespace) {
        this.cluster = cluster;
        this.mesh = mesh;
        this.namespace = namespace;
        mesh.enable(namespace);
    }

    @Test
    void injectionTakesNoticeableTimeOnlyWhereItIsWanted(Figures figures) {
        List<Duration> injected = new ArrayList<>();
        List<Duration> others = new ArrayList<>();
        int warmUp = 5;
        for (int i = 0; i < warmUp + 100; i++) {
            Duration with = createDry("enabled", true);
            Duration without = createDry("disabled", false);
            if (i >= warmUp) {
                injected.add(with);
                others.add(without);
            }
        }
        Map<String, Object> measured = new LinkedHashMap<>();
        measured.putAll(new Quantiles(injected).figures("create a pod, with injection"));
        measured.putAll(new Quantiles(others).figures("create a pod, without"));
        figures.add("injection", measured);
    }

    private Duration createDry(String inject, boolean meshed) {
        Pod pod = pod("dry", inject);
        long start = System.nanoTime();
        Pod created =
                cluster.client()
                        .pods()
                        .inNamespace(namespace.name())
                        .resource(pod)
                        .dryRun()
                        .create();
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        assertThat(Mesh.isMeshed(created)).isEqualTo(meshed);
        return took;
    }

    @Test
    void aPodIsReadyWithASidecarToo(TestScale scale, Figures figures) {
        List<Duration> meshed = new ArrayList<>();
        List<Duration> plain = new ArrayList<>();
        List<ProcessMemory> memory = new ArrayList<>();
        for (int i = 0; i < scale.choose(3, 20); i++) {
            plain.add(untilReady("plain-" + i, "disabled"));
            meshed.add(untilReady("meshed-" + i, "enabled"));
        }
        Map<String, Object> measured = new LinkedHashMap<>();
        measured.putAll(new Quantiles(meshed).figures("pod ready, with sidecar"));
        measured.putAll(new Quantiles(plain).figures("pod ready, without"));
        figures.add("pod ready", measured);
        assertThat(meshed).allMatch(took -> took.compareTo(Duration.ofMinutes(1)) < 0);

        assumeTrue(cluster.own().isPresent(), "the pods' processes are on another machine");
        for (int i = 0; i < meshed.size(); i++) {
            String uid =
                    cluster.client()
                            .pods()
                            .inNamespace(namespace.name())
                            .withName("meshed-" + i)
                            .get()
                            .getMetadata()
                            .getUid();
            memory.add(ProcessMemory.of(uid, "/opt/gibbon/sidecar.args").orElseThrow());
        }
        figures.add("memory of an idle sidecar, median", medians(memory));
    }

    private Duration untilReady(String name, String inject) {
        Pod pod = pod(name, inject);
        long start = System.nanoTime();
        cluster.client().pods().inNamespace(namespace.name()).resource(pod).create();
        namespace.awaitReady(name);
        return Duration.ofNanos(System.nanoTime() - start);
    }

    @Test
    void theOperatorHoldsManyServices(TestScale scale, Figures figures) {
        assumeTrue(cluster.own().isPresent(), "the operator's process is on another machine");
        int[] sizes = scale.full() ? new int[] {10, 1_000, 5_000} : new int[] {10, 200};
        Map<String, Object> measured = new LinkedHashMap<>();
        int present = 0;
        for (int size : sizes) {
            while (present < size) {
                createService("service-" + present++);
            }
            awaitSlices(size);
            if (scale.full()) {
                // What it needs for these, not what it has needed on the way.
                mesh.operator().rolling().restart();
                mesh.awaitOperator();
            }
            awaitKnown("service-" + (size - 1));
            List<ProcessMemory> replicas = new ArrayList<>();
            for (Pod pod : mesh.operatorPods().list().getItems()) {
                if (pod.getMetadata().getDeletionTimestamp() == null) {
                    replicas.add(
                            ProcessMemory.of(
                                            pod.getMetadata().getUid(), "/opt/gibbon/operator.args")
                                    .orElseThrow());
                }
            }
            medians(replicas)
                    .forEach((name, value) -> measured.put(size + " Services, " + name, value));
        }
        figures.add("memory of the operator, the larger replica", measured);
    }

    /** They are made by a controller, which takes its time; the operator holds them as well. */
    private void awaitSlices(int services) {
        Eventually.expect(
                services + " EndpointSlices",
                Duration.ofMinutes(10),
                () -> {
                    ListMeta first =
                            cluster.client()
                                    .discovery()
                                    .v1()
                                    .endpointSlices()
                                    .inNamespace(namespace.name())
                                    .list(new ListOptionsBuilder().withLimit(1L).build())
                                    .getMetadata();
                    Long further = first.getRemainingItemCount();
                    return further == null ? 0 : further + 1;
                },
                count -> count == services);
    }

    /** That all before it are known too follows from the order of a watch. */
    private void awaitKnown(String service) {
        namespace.apply(
                """
                apiVersion: gibbon.dev/v1alpha1
                kind: MeshService
                metadata: {name: %1$s}
                spec:
                  protocol: http
                  service: {name: %1$s, port: 8080}
                """
                        .formatted(service));
        cluster.client()
                .genericKubernetesResources("gibbon.dev/v1alpha1", "MeshService")
                .inNamespace(namespace.name())
                .withName(service)
                .waitUntilCondition(
                        object ->
                                object != null && MeshObjects.hasCondition(object, "ResolvedRefs"),
                        1,
                        TimeUnit.MINUTES);
    }

    private void createService(String name) {
        cluster.client()
                .services()
                .inNamespace(namespace.name())
                .resource(
                        new ServiceBuilder()
                                .withNewMetadata()
                                .withName(name)
                                .endMetadata()
                                .withNewSpec()
                                .addToSelector("app", name)
                                .addNewPort()
                                .withName("http")
                                .withPort(8080)
                                .endPort()
                                .endSpec()
                                .build())
                .create();
    }

    private static Map<String, Object> medians(List<ProcessMemory> processes) {
        Map<String, Object> medians = new LinkedHashMap<>();
        medians.put("RSS in KiB", median(processes.stream().map(ProcessMemory::rss).toList()));
        medians.put("PSS in KiB", median(processes.stream().map(ProcessMemory::pss).toList()));
        medians.put(
                "anonymous in KiB",
                median(processes.stream().map(ProcessMemory::anonymous).toList()));
        medians.put("processes", processes.size());
        return medians;
    }

    /** Of two, the larger. */
    private static long median(List<Long> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    private Pod pod(String name, String inject) {
        return new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .addToLabels("gibbon.dev/inject", inject)
                .endMetadata()
                .withNewSpec()
                .withTerminationGracePeriodSeconds(5L)
                .addNewContainer()
                .withName("application")
                .withImage(TestImages.applications())
                .endContainer()
                .endSpec()
                .build();
    }
}

package dev.gibbon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A sidecar is there before its application is, and goes after it. The server takes mutual TLS
 * only, so whoever was answered was meshed. It is called by its address: the cluster's DNS, which
 * has nothing to do with it, does not take it well when many pods start on few processors.
 */
@OnCluster
@Timeout(1200)
class StartUpTest {
    private static final Set<String> OVER = Set.of("Succeeded", "Failed");

    private final Cluster cluster;
    private final TestNamespace namespace;

    StartUpTest(Cluster cluster, Mesh mesh, TestNamespace namespace) {
        this.cluster = cluster;
        this.namespace = namespace;
        mesh.enableStrict(namespace);
        HttpServer.start(cluster, namespace, 1);
    }

    @Test
    void anApplicationThatDialsAtItsFirstInstructionIsServed(TestScale scale, Figures figures) {
        int batch = scale.choose(10, 25);
        int batches = scale.choose(2, 4);
        Instant start = Instant.now();
        for (int number = 0; number < batches; number++) {
            String label = "first-" + number;
            for (int i = 0; i < batch; i++) {
                namespace.apply(
                        """
                        apiVersion: v1
                        kind: Pod
                        metadata: {name: %1$s-%2$d, labels: {batch: %1$s}}
                        spec:
                          restartPolicy: Never
                          containers:
                          - name: application
                            image: %3$s
                            command: [curl, -sS, --fail, --max-time, "20", "http://$(SERVER_SERVICE_HOST):8080/%1$s-%2$d"]
                        """
                                .formatted(label, i, TestImages.applications()));
            }
            List<Pod> pods = awaitOver(label, batch);
            assertThat(pods.stream().filter(StartUpTest::hasFailed).map(this::explain)).isEmpty();
        }
        Map<String, Object> measured = new LinkedHashMap<>();
        measured.put("pods that dialled at once and were served", batch * batches);
        measured.put("in batches of", batch);
        measured.put("seconds in all", Duration.between(start, Instant.now()).toSeconds());
        figures.add("start-up", measured);
    }

    @Test
    void jobsComplete(TestScale scale, Figures figures) {
        int count = scale.choose(3, 20);
        for (int i = 0; i < count; i++) {
            namespace.apply(
                    """
                    apiVersion: batch/v1
                    kind: Job
                    metadata: {name: job-%1$d}
                    spec:
                      backoffLimit: 0
                      template:
                        metadata: {labels: {batch: jobs}}
                        spec:
                          restartPolicy: Never
                          containers:
                          - name: application
                            image: %2$s
                            command: [curl, -sS, --fail, --max-time, "20", "http://$(SERVER_SERVICE_HOST):8080/job-%1$d"]
                    """
                            .formatted(i, TestImages.applications()));
        }
        List<Pod> pods = awaitOver("jobs", count);
        for (int i = 0; i < count; i++) {
            namespace.await(
                    cluster.client()
                            .batch()
                            .v1()
                            .jobs()
                            .inNamespace(namespace.name())
                            .withName("job-" + i),
                    job -> job.getStatus().getCompletionTime() != null,
                    Duration.ofSeconds(30));
        }
        assertThat(pods)
                .allSatisfy(
                        pod -> assertThat(sidecarExitCode(pod)).as(() -> explain(pod)).isZero());
        figures.add("jobs", Map.of("completed", count));
    }

    private List<Pod> awaitOver(String batch, int count) {
        var over =
                cluster.client()
                        .pods()
                        .inNamespace(namespace.name())
                        .withLabel("batch", batch)
                        .informOnCondition(pods ->
                                pods.size() == count
                                        && pods.stream()
                                                .allMatch(pod ->
                                                        OVER.contains(pod.getStatus().getPhase())));
        try {
            return over.get(5, TimeUnit.MINUTES);
        } catch (ExecutionException | TimeoutException e) {
            List<String> late = new ArrayList<>();
            cluster
                    .client()
                    .pods()
                    .inNamespace(namespace.name())
                    .withLabel("batch", batch)
                    .list()
                    .getItems()
                    .stream()
                    .filter(pod -> !OVER.contains(pod.getStatus().getPhase()))
                    .forEach(pod -> late.add(explain(pod)));
            throw new AssertionError("not over: " + late, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } finally {
            over.cancel(true);
        }
    }

    private static boolean hasFailed(Pod pod) {
        return !"Succeeded".equals(pod.getStatus().getPhase());
    }

    private static int sidecarExitCode(Pod pod) {
        for (ContainerStatus status : pod.getStatus().getInitContainerStatuses()) {
            if (Mesh.SIDECAR.equals(status.getName())
                    && status.getState().getTerminated() != null) {
                return status.getState().getTerminated().getExitCode();
            }
        }
        throw new AssertionError("no sidecar that has ended: " + pod.getStatus());
    }

    private String explain(Pod pod) {
        String name = pod.getMetadata().getName();
        return namespace.describe(name)
                + "\napplication: "
                + log(name, "application")
                + "\nsidecar: "
                + log(name, Mesh.SIDECAR);
    }

    private String log(String pod, String container) {
        try {
            return namespace.logs(pod, container);
        } catch (RuntimeException e) {
            return "no log: " + e.getMessage();
        }
    }
}

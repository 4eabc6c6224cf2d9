package dev.gibbon.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A node with all its containers is killed and starts again; pods get other addresses. */
@OnCluster
@Timeout(600)
class NodeRebootTest {
    private static final Duration BACK = Duration.ofMinutes(3);

    private final Cluster cluster;
    private final Mesh mesh;
    private final TestNamespace namespace;

    NodeRebootTest(Cluster cluster, Mesh mesh, TestNamespace namespace) {
        this.cluster = cluster;
        this.mesh = mesh;
        this.namespace = namespace;
        mesh.enableStrict(namespace);
    }

    @Test
    void everythingComesBackMeshedAndIsServed(Figures figures) {
        assumeTrue(cluster.own().isPresent(), "the node is somebody else's");
        HttpServer.start(cluster, namespace, 1);
        createClient("before");
        String address = namespace.awaitReady("before").getStatus().getPodIP();
        assertThat(ask("before")).contains("\"client\": \"" + address + ":");

        cluster.own().orElseThrow().run("reboot", "1").orThrow();
        Instant up = Instant.now();
        // Its status is that from before the reboot until kubelet has looked.
        Pod before =
                namespace.awaitPod(
                        "before",
                        "restarted and ready",
                        pod -> restarts(pod) > 0 && isReady(pod),
                        BACK);
        assertThat(ask("before")).contains("\"client\": \"" + before.getStatus().getPodIP() + ":");
        figures.add(
                "node reboot",
                Map.of(
                        "seconds from a ready node to an answer",
                        Duration.between(up, Instant.now()).toSeconds()));

        mesh.awaitOperator();
        createClient("after");
        String added = namespace.awaitReady("after").getStatus().getPodIP();
        assertThat(ask("after")).contains("\"client\": \"" + added + ":");
        List<Pod> pods = cluster.client().pods().inNamespace(namespace.name()).list().getItems();
        assertThat(pods).hasSize(3).allMatch(Mesh::isMeshed);
    }

    private void createClient(String name) {
        namespace.apply(
                """
                apiVersion: v1
                kind: Pod
                metadata: {name: %s}
                spec:
                  containers:
                  - name: client
                    image: %s
                """
                        .formatted(name, TestImages.applications()));
    }

    /** The server may come back after the client. */
    private String ask(String pod) {
        return namespace
                .exec(
                        pod,
                        "client",
                        "curl",
                        "-sS",
                        "--fail",
                        "--retry",
                        "50",
                        "--retry-all-errors",
                        "--retry-delay",
                        "1",
                        "--max-time",
                        "5",
                        "http://server:8080/")
                .orThrow();
    }

    private static int restarts(Pod pod) {
        return pod.getStatus().getContainerStatuses().getFirst().getRestartCount();
    }

    private static boolean isReady(Pod pod) {
        return pod.getStatus().getConditions().stream()
                .anyMatch(condition ->
                        "Ready".equals(condition.getType())
                                && "True".equals(condition.getStatus()));
    }
}

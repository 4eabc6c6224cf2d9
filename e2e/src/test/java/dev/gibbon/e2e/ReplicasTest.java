package dev.gibbon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.e2e.load.Load;
import dev.gibbon.e2e.load.LoadReport;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Sidecars are served by either replica of the operator, and what is said of them is of both. */
@OnCluster
@Timeout(600)
class ReplicasTest {
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final int CLIENTS = 6;
    private static final Pattern CONNECTED =
            Pattern.compile("^gibbon_sidecars_connected (\\d+)", Pattern.MULTILINE);

    private final Cluster cluster;
    private final Mesh mesh;
    private final TestNamespace namespace;

    ReplicasTest(Cluster cluster, Mesh mesh, TestNamespace namespace) {
        this.cluster = cluster;
        this.mesh = mesh;
        this.namespace = namespace;
        mesh.enable(namespace);
    }

    @Test
    void programmedCountsSidecarsOfAllReplicasAndOneReplicaMayGoUnderLoad() {
        HttpServer.start(cluster, namespace, 2);
        for (int i = 0; i < CLIENTS; i++) {
            startClient("client-" + i);
        }
        for (int i = 0; i < CLIENTS; i++) {
            namespace.awaitReady("client-" + i);
        }
        Load load =
                Load.start(
                        cluster,
                        namespace,
                        "load",
                        "http://server." + namespace.name() + ":8080/",
                        2,
                        2,
                        50);
        int sidecars = CLIENTS + 2 + 1;

        route("one");
        awaitProgrammed(sidecars);
        // By chance all may be at one replica; the sum over both says that none is missed.
        List<Integer> before = connected();
        assertThat(before).hasSize(2);
        assertThat(before.stream().mapToInt(Integer::intValue).sum())
                .isGreaterThanOrEqualTo(sidecars);

        Pod gone = busiest();
        cluster.client().resource(gone).delete();
        route("two");
        awaitProgrammed(sidecars);
        mesh.awaitOperator();
        route("three");
        awaitProgrammed(sidecars);

        LoadReport report = load.stop();
        assertThat(report.failed()).as(report.text()).isZero();
    }

    private void startClient(String name) {
        namespace.apply(
                """
                apiVersion: v1
                kind: Pod
                metadata: {name: %s}
                spec:
                  containers:
                  - name: client
                    image: %s
                    resources: {requests: {cpu: 10m, memory: 16Mi}}
                """
                        .formatted(name, TestImages.applications()));
    }

    /** Without a parent: it is for the clients of its own namespace, and for nobody else. */
    private void route(String header) {
        namespace.apply(
                """
                apiVersion: gibbon.dev/v1alpha1
                kind: MeshService
                metadata: {name: server}
                spec:
                  protocol: http
                  service: {name: server, port: 8080}
                ---
                apiVersion: gibbon.dev/v1alpha1
                kind: MeshRoute
                metadata: {name: all}
                spec:
                  protocols: [http]
                  hosts: [counted.example]
                  headers: {x-to: [%s]}
                  serviceRef: {name: server}
                """
                        .formatted(header));
    }

    private void awaitProgrammed(int sidecars) {
        namespace.await(
                MeshObjects.route(cluster.client(), namespace, "all"),
                route ->
                        MeshObjects.hasCondition(route, "Programmed")
                                && (sidecars + " of " + sidecars + " sidecars have it")
                                        .equals(programmed(route)),
                LIMIT);
    }

    private static @Nullable Object programmed(GenericKubernetesResource route) {
        for (int i = 0; ; i++) {
            @Nullable Object condition = route.get("status", "conditions", i);
            if (!(condition instanceof Map<?, ?> fields)) {
                return null;
            }
            if ("Programmed".equals(fields.get("type"))) {
                return fields.get("message");
            }
        }
    }

    private List<Integer> connected() {
        return mesh.operatorPods().list().getItems().stream().map(this::connectedTo).toList();
    }

    private Pod busiest() {
        return mesh.operatorPods().list().getItems().stream()
                .max((one, other) -> Integer.compare(connectedTo(one), connectedTo(other)))
                .orElseThrow();
    }

    private int connectedTo(Pod replica) {
        String metrics =
                Objects.requireNonNull(
                        cluster.client()
                                .raw(
                                        "/api/v1/namespaces/"
                                                + Mesh.NAMESPACE
                                                + "/pods/"
                                                + replica.getMetadata().getName()
                                                + ":9090/proxy/metrics"));
        Matcher matcher = CONNECTED.matcher(metrics);
        assertThat(matcher.find()).as(metrics).isTrue();
        return Integer.parseInt(matcher.group(1));
    }
}

package dev.gibbon.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gibbon.e2e.load.Load;
import dev.gibbon.e2e.load.LoadReport;
import dev.gibbon.e2e.load.SidecarLogs;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What sidecars know they go on with; what is decided without them waits, and is not lost. */
@OnCluster
@Timeout(1200)
class OutageTest {
    private static final Duration CONVERGED = Duration.ofSeconds(60);

    private final Cluster cluster;
    private final Mesh mesh;
    private final TestNamespace namespace;

    OutageTest(Cluster cluster, Mesh mesh, TestNamespace namespace) {
        this.cluster = cluster;
        this.mesh = mesh;
        this.namespace = namespace;
        mesh.enableStrict(namespace);
    }

    @BeforeEach
    void startServers() {
        HttpServer.start(cluster, namespace, 2);
        namespace.apply(
                """
                apiVersion: v1
                kind: Service
                metadata: {name: other}
                spec:
                  selector: {app: other}
                  ports: [{name: http, port: 8080, appProtocol: http}]
                ---
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: other}
                spec:
                  selector: {matchLabels: {app: other}}
                  template:
                    metadata: {labels: {app: other}}
                    spec:
                      containers:
                      - name: server
                        image: %1$s
                        command: [serve, http, "8080", --name, Other]
                        readinessProbe: {tcpSocket: {port: 8080}, periodSeconds: 1}
                ---
                apiVersion: v1
                kind: Pod
                metadata: {name: client}
                spec:
                  containers:
                  - name: client
                    image: %1$s
                ---
                apiVersion: gibbon.dev/v1alpha1
                kind: MeshService
                metadata: {name: other}
                spec:
                  protocol: http
                  service: {name: other, port: 8080}
                """
                        .formatted(TestImages.applications()));
        Rollout.await(
                cluster.client()
                        .apps()
                        .deployments()
                        .inNamespace(namespace.name())
                        .withName("other"),
                CONVERGED);
        namespace.awaitReady("client");
        // What a strict sidecar has never asked for it cannot reach later either.
        answer("nothing");
    }

    @Test
    void withoutTheOperatorNoRequestFailsAndNoPodStartsUnmeshed(TestScale scale, Figures figures) {
        Duration outage = Duration.ofSeconds(scale.choose(60, 300));
        try (SidecarLogs logs = SidecarLogs.follow(cluster, namespace)) {
            Load load = startLoad("operator-load");
            mesh.operator().scale(0);
            mesh.awaitNoOperator();
            Duration gone = Duration.ofMillis((long) (load.now().seconds() * 1000));

            route("in-outage");
            assertThatThrownBy(() -> createPod("in-outage"))
                    .isInstanceOf(KubernetesClientException.class)
                    .hasMessageContaining("injection.gibbon.dev");
            load.awaitAge(gone.plus(outage));
            assertThat(answer("in-outage")).doesNotContain("\"from\": \"Other\"");

            mesh.operator().scale(2);
            mesh.awaitOperator();
            Instant back = Instant.now();
            MeshObjects.awaitProgrammed(cluster.client(), namespace, "in-outage", CONVERGED);
            Duration converged = Duration.between(back, Instant.now());
            assertThat(answer("in-outage")).contains("\"from\": \"Other\"");
            createPod("after-outage");
            assertThat(namespace.awaitReady("after-outage")).matches(Mesh::isMeshed);

            LoadReport report = load.stop();
            Map<String, Object> measured = new LinkedHashMap<>();
            measured.put("operator away, seconds", outage.toSeconds());
            measured.put("from operator ready to Programmed, ms", converged.toMillis());
            measured.putAll(report.figures("load"));
            figures.add("operator outage", measured);
            assertThat(report.failed())
                    .as(report.text() + "\n" + String.join("\n", logs.troubles()))
                    .isZero();
        }
    }

    @Test
    void noRequestFailsWhileTheApiServerIsRestarted(Figures figures) throws IOException {
        assumeTrue(cluster.own().isPresent(), "the API server is somebody else's");
        OwnCluster own = cluster.own().orElseThrow();
        Load load = startLoad("api-server-load");
        Path pid = own.directory().resolve("pids/kube-apiserver");
        ProcessHandle apiServer =
                ProcessHandle.of(Long.parseLong(Files.readString(pid).strip())).orElseThrow();
        apiServer.destroyForcibly();
        apiServer.onExit().join();
        own.run("up").orThrow();
        Instant back = Instant.now();

        route("after-restart");
        MeshObjects.awaitProgrammed(cluster.client(), namespace, "after-restart", CONVERGED);
        Duration converged = Duration.between(back, Instant.now());
        assertThat(answer("after-restart")).contains("\"from\": \"Other\"");
        createPod("after-restart");
        assertThat(namespace.awaitReady("after-restart")).matches(Mesh::isMeshed);
        LoadReport report = load.stop();
        Map<String, Object> measured = new LinkedHashMap<>();
        measured.put("from API server ready to Programmed, ms", converged.toMillis());
        measured.putAll(report.figures("load"));
        figures.add("API server restart", measured);
        assertThat(report.failed()).as(report.text()).isZero();
    }

    /** By address, because names are resolved by what is stopped here or next to it. */
    private Load startLoad(String name) {
        String address =
                cluster.client()
                        .services()
                        .inNamespace(namespace.name())
                        .withName("server")
                        .get()
                        .getSpec()
                        .getClusterIP();
        return Load.start(cluster, namespace, name, "http://" + address + ":8080/", 3, 3, 50);
    }

    /** A request with this value in a header goes to the other server. */
    private void route(String value) {
        namespace.apply(
                """
                apiVersion: gibbon.dev/v1alpha1
                kind: MeshRoute
                metadata: {name: %1$s}
                spec:
                  parent: {name: server, port: 8080}
                  protocols: [http]
                  headers: {x-to: [%1$s]}
                  serviceRef: {name: other}
                """
                        .formatted(value));
    }

    private String answer(String header) {
        return namespace
                .exec(
                        "client",
                        "client",
                        "curl",
                        "-sS",
                        "--fail",
                        "--max-time",
                        "10",
                        "-H",
                        "x-to: " + header,
                        "http://server:8080/")
                .orThrow();
    }

    private void createPod(String name) {
        namespace.apply(
                """
                apiVersion: v1
                kind: Pod
                metadata: {name: %s}
                spec:
                  containers:
                  - name: application
                    image: %s
                """
                        .formatted(name, TestImages.applications()));
    }
}

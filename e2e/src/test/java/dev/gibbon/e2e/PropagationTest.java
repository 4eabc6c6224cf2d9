package dev.gibbon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.dsl.LogWatch;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * How long it takes from the moment at which a MeshRoute is applied until a client sees what it
 * says. The client is a pod that asks all the time; its clock is the test's, which is so on one
 * machine.
 */
@OnCluster
@Timeout(600)
class PropagationTest {
    private final Cluster cluster;
    private final TestNamespace namespace;

    PropagationTest(Cluster cluster, Mesh mesh, TestNamespace namespace) {
        this.cluster = cluster;
        this.namespace = namespace;
        mesh.enable(namespace);
    }

    @Test
    void aRouteIsFollowedSoonAfterItIsApplied(TestScale scale, Figures figures) throws IOException {
        for (String name : List.of("one", "two")) {
            startServer(name);
        }
        namespace.awaitReady("one");
        namespace.awaitReady("two");
        namespace.apply(
                """
                apiVersion: v1
                kind: Pod
                metadata: {name: client}
                spec:
                  containers:
                  - name: client
                    image: %s
                    command: [changes, "http://one:8080/"]
                """
                        .formatted(TestImages.applications()));
        namespace.awaitReady("client");

        List<Duration> durations = new ArrayList<>();
        try (LogWatch log =
                        cluster.client()
                                .pods()
                                .inNamespace(namespace.name())
                                .withName("client")
                                .inContainer("client")
                                .watchLog();
                BufferedReader lines =
                        new BufferedReader(
                                new InputStreamReader(log.getOutput(), StandardCharsets.UTF_8))) {
            assertThat(lines.readLine()).endsWith(" one");
            for (int i = 0; i < scale.choose(5, 50); i++) {
                String next = i % 2 == 0 ? "two" : "one";
                Instant applied = Instant.now();
                route(next);
                String line = lines.readLine();
                assertThat(line).endsWith(" " + next);
                long micros = (long) (Double.parseDouble(line.split(" ", 2)[0]) * 1_000_000);
                durations.add(Duration.between(applied, Instant.EPOCH.plusNanos(micros * 1000)));
            }
        }
        assertThat(durations).allMatch(Duration::isPositive);
        figures.add("propagation", new Quantiles(durations).figures("apply to behaviour"));
    }

    private void startServer(String name) {
        namespace.apply(
                """
                apiVersion: v1
                kind: Service
                metadata: {name: %1$s}
                spec:
                  selector: {app: %1$s}
                  ports: [{name: http, port: 8080, appProtocol: http}]
                ---
                apiVersion: v1
                kind: Pod
                metadata: {name: %1$s, labels: {app: %1$s}}
                spec:
                  containers:
                  - name: server
                    image: %2$s
                    command: [serve, http, "8080", --name, %1$s]
                    readinessProbe: {tcpSocket: {port: 8080}, periodSeconds: 1}
                ---
                apiVersion: gibbon.dev/v1alpha1
                kind: MeshService
                metadata: {name: %1$s}
                spec:
                  protocol: http
                  service: {name: %1$s, port: 8080}
                """
                        .formatted(name, TestImages.applications()));
    }

    private void route(String service) {
        namespace.apply(
                """
                apiVersion: gibbon.dev/v1alpha1
                kind: MeshRoute
                metadata: {name: switch}
                spec:
                  parent: {name: one, port: 8080}
                  protocols: [http]
                  paths: [/]
                  serviceRef: {name: %s}
                """
                        .formatted(service));
    }
}

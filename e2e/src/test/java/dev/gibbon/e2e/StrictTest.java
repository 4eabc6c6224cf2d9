package dev.gibbon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whom a namespace lets in, and that this is changed while everything runs. */
@OnCluster
@Timeout(240)
class StrictTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    private final Cluster cluster;
    private final TestNamespace namespace;

    StrictTest(Cluster cluster, TestNamespace namespace, Mesh mesh) {
        this.cluster = cluster;
        this.namespace = namespace;
        mesh.enable(namespace);
    }

    @Test
    void aStrictNamespaceServesPodsOfTheMeshAloneAndAPermissiveOneAlsoOthers() {
        namespace.apply(
                """
                apiVersion: v1
                kind: Service
                metadata: {name: server}
                spec:
                  selector: {app: server}
                  ports:
                  - {name: http, port: 80, targetPort: 8080}
                  - {name: tcp, port: 9000}
                ---
                apiVersion: v1
                kind: Pod
                metadata: {name: server, labels: {app: server}}
                spec:
                  terminationGracePeriodSeconds: 1
                  containers:
                  - name: http
                    image: %1$s
                    command: [serve, http, "8080", --name, Server]
                    readinessProbe: {httpGet: {path: /, port: 8080}, periodSeconds: 1}
                  - {name: tcp, image: %1$s, command: [serve, tcp, "9000", --name, Server]}
                ---
                apiVersion: v1
                kind: Pod
                metadata: {name: meshed}
                spec:
                  terminationGracePeriodSeconds: 1
                  containers: [{name: application, image: %1$s}]
                ---
                apiVersion: v1
                kind: Pod
                metadata: {name: plain, labels: {gibbon.dev/inject: disabled}}
                spec:
                  terminationGracePeriodSeconds: 1
                  containers: [{name: application, image: %1$s}]
                """
                        .formatted(TestImages.applications()));
        String uid = namespace.awaitReady("server").getMetadata().getUid();
        namespace.awaitReady("meshed");
        namespace.awaitReady("plain");
        Eventually.expect("served", SOON, () -> http("meshed"), StrictTest::isServed);
        Eventually.expect("served", SOON, () -> http("plain"), StrictTest::isServed);

        annotate("strict");
        Eventually.expect(
                "refused", SOON, () -> http("plain"), answer -> answer.startsWith("curl: (56)"));
        for (int i = 0; i < 5; i++) {
            assertThat(http("plain")).as("once strict, always").startsWith("curl: (56)");
            assertThat(tcp("plain")).doesNotContain("Hello");
            assertThat(http("meshed")).matches(StrictTest::isServed);
            assertThat(tcp("meshed")).contains("Hello from Server");
        }
        // The kubelet, which is no member, asks all the same.
        namespace.awaitReady("server");

        annotate("permissive");
        Eventually.expect("served", SOON, () -> http("plain"), StrictTest::isServed);
        assertThat(tcp("plain")).contains("Hello from Server");
        assertThat(http("meshed")).matches(StrictTest::isServed);

        Pod server = namespace.awaitReady("server");
        assertThat(server.getMetadata().getUid()).isEqualTo(uid);
        assertThat(
                        Stream.concat(
                                        server.getStatus().getContainerStatuses().stream(),
                                        server.getStatus().getInitContainerStatuses().stream())
                                .mapToInt(ContainerStatus::getRestartCount)
                                .sum())
                .isZero();
    }

    private static boolean isServed(String answer) {
        return answer.contains("\"from\": \"Server\"");
    }

    private String http(String pod) {
        return shell(pod, "curl -sS -m 10 http://server");
    }

    private String tcp(String pod) {
        return shell(pod, "ncat server 9000 < /dev/null");
    }

    private String shell(String pod, String script) {
        CommandResult result = namespace.exec(pod, "application", "sh", "-c", script);
        return result.output() + result.errors();
    }

    private void annotate(String mode) {
        cluster.client()
                .namespaces()
                .withName(namespace.name())
                .edit(object ->
                        new NamespaceBuilder(object)
                                .editMetadata()
                                .addToAnnotations("gibbon.dev/mesh", mode)
                                .endMetadata()
                                .build());
    }
}

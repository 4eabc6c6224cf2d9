package dev.gibbon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.authentication.TokenReview;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewBuilder;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * That the cluster has what a mesh builds on; when one of these fails, nothing else can be right.
 */
@OnCluster
@Timeout(180)
class ClusterTest {
    private final Cluster cluster;
    private final TestNamespace namespace;

    ClusterTest(Cluster cluster, TestNamespace namespace) {
        this.cluster = cluster;
        this.namespace = namespace;
    }

    @Test
    void aPodReachesAnotherThroughItsServiceByName(TestScale scale) {
        namespace.apply(
                """
                apiVersion: v1
                kind: Pod
                metadata: {name: server, labels: {app: greeter}}
                spec:
                  containers:
                  - name: server
                    image: %1$s
                    command: [serve, http, "8080", --name, Greeter]
                    readinessProbe: {tcpSocket: {port: 8080}, periodSeconds: 1}
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: greeter}
                spec:
                  selector: {app: greeter}
                  ports: [{port: 80, targetPort: 8080}]
                ---
                apiVersion: v1
                kind: Pod
                metadata: {name: client}
                spec:
                  containers:
                  - name: client
                    image: %1$s
                """
                        .formatted(TestImages.applications()));
        namespace.awaitReady("server");
        String address = namespace.awaitReady("client").getStatus().getPodIP();

        for (String host :
                List.of("greeter", "greeter." + namespace.name() + ".svc.cluster.local")) {
            // Endpoints may reach the node a moment after the pod is ready.
            String answer =
                    namespace
                            .exec(
                                    "client",
                                    "client",
                                    "curl",
                                    "-sS",
                                    "--retry",
                                    "20",
                                    "--retry-connrefused",
                                    "--retry-delay",
                                    "1",
                                    "http://" + host + "/path")
                            .orThrow();
            assertThat(answer)
                    .contains(
                            "\"from\": \"Greeter\"",
                            "\"path\": \"/path\"",
                            "\"client\": \"" + address);
        }
        int requests = scale.choose(20, 1000);
        String loop =
                "for i in $(seq "
                        + requests
                        + "); do curl -sS -o /dev/null http://greeter/ || exit 1; done";
        assertThat(namespace.exec("client", "client", "sh", "-c", loop).exitCode()).isZero();
    }

    @Test
    void aNativeSidecarRunsBeforeTheOthersAndDoesNotHoldUpAJob() {
        namespace.apply(
                """
                apiVersion: batch/v1
                kind: Job
                metadata: {name: job}
                spec:
                  backoffLimit: 0
                  template:
                    metadata: {labels: {app: job}}
                    spec:
                      restartPolicy: Never
                      initContainers:
                      - name: sidecar
                        image: %1$s
                        restartPolicy: Always
                        command: [serve, http, "9000", --name, Sidecar]
                        startupProbe: {tcpSocket: {port: 9000}, periodSeconds: 1}
                      - name: after
                        image: %1$s
                        command: [curl, -sS, "http://127.0.0.1:9000/init"]
                      containers:
                      - name: main
                        image: %1$s
                        command: [curl, -sS, "http://127.0.0.1:9000/main"]
                """
                        .formatted(TestImages.applications()));
        var jobs = cluster.client().batch().v1().jobs().inNamespace(namespace.name());
        namespace.await(
                jobs.withName("job"),
                job -> Integer.valueOf(1).equals(job.getStatus().getSucceeded()),
                Duration.ofSeconds(60));

        String pod =
                cluster.client()
                        .pods()
                        .inNamespace(namespace.name())
                        .withLabel("app", "job")
                        .list()
                        .getItems()
                        .getFirst()
                        .getMetadata()
                        .getName();
        assertThat(namespace.logs(pod, "after")).contains("\"from\": \"Sidecar\"", "/init");
        assertThat(namespace.logs(pod, "main")).contains("\"from\": \"Sidecar\"", "/main");
    }

    @Test
    void aTokenSaysWhichPodItIsBoundToButOnlyToItsAudience() {
        namespace.apply(
                """
                apiVersion: v1
                kind: Pod
                metadata: {name: holder}
                spec:
                  containers:
                  - name: holder
                    image: %s
                    volumeMounts: [{name: identity, mountPath: /var/run/gibbon, readOnly: true}]
                  volumes:
                  - name: identity
                    projected:
                      sources:
                      - serviceAccountToken: {audience: gibbon.dev, expirationSeconds: 3600, path: token}
                """
                        .formatted(TestImages.applications()));
        String uid = namespace.awaitReady("holder").getMetadata().getUid();
        String token = namespace.exec("holder", "holder", "cat", "/var/run/gibbon/token").orThrow();

        TokenReview review = review(token, "gibbon.dev");
        assertThat(review.getStatus().getAuthenticated()).isTrue();
        assertThat(review.getStatus().getUser().getUsername())
                .isEqualTo("system:serviceaccount:" + namespace.name() + ":default");
        assertThat(review.getStatus().getUser().getExtra())
                .containsEntry("authentication.kubernetes.io/pod-name", List.of("holder"))
                .containsEntry("authentication.kubernetes.io/pod-uid", List.of(uid));
        assertThat(review(token, "somebody-else").getStatus().getAuthenticated())
                .isNotEqualTo(true);
    }

    private TokenReview review(String token, String audience) {
        return cluster.client()
                .tokenReviews()
                .create(
                        new TokenReviewBuilder()
                                .withNewSpec()
                                .withToken(token)
                                .withAudiences(audience)
                                .endSpec()
                                .build());
    }
}

package dev.gibbon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.e2e.load.Load;
import dev.gibbon.e2e.load.LoadReport;
import dev.gibbon.e2e.load.SidecarLogs;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Secret;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The root of the mesh is changed under load, in a namespace where only mutual TLS is accepted.
 * With certificates of a minute, so that each pod renews its own many times meanwhile.
 */
@OnCluster
@Tag("long")
@Timeout(1800)
class RootRotationTest {
    /** Three minutes of waiting for kubelets, or five and a certificate's life, and some more. */
    private static final Duration STEP = Duration.ofMinutes(8);

    private final Cluster cluster;
    private final TestNamespace namespace;

    RootRotationTest(Cluster cluster, Mesh mesh, TestNamespace namespace) {
        this.cluster = cluster;
        this.namespace = namespace;
        mesh.install("mesh.certificateLifetime=1m");
        mesh.enableStrict(namespace);
    }

    @Test
    void noRequestFailsWhileTheRootIsChanged(Figures figures) {
        HttpServer.start(cluster, namespace, 2);
        String before = trusted();
        assertThat(roots(before)).isEqualTo(1);
        Set<String> old = new HashSet<>();
        events().forEach(event -> old.add(event.getMetadata().getName()));
        try (SidecarLogs logs = SidecarLogs.follow(cluster, namespace)) {
            Load load =
                    Load.start(
                            cluster,
                            namespace,
                            "load",
                            "http://server." + namespace.name() + ":8080/",
                            4,
                            4,
                            100);
            Instant start = Instant.now();
            authority(secret ->
                    secret.edit()
                            .editMetadata()
                            .addToAnnotations("gibbon.dev/rotate", start.toString())
                            .endMetadata()
                            .build());

            await("RootPrepared", old);
            startClient("while-both-are-trusted");
            await("RootActivated", old);
            assertThat(roots(trusted())).isEqualTo(2);
            startClient("while-the-next-signs");
            await("RootsRetired", old);
            Duration taken = Duration.between(start, Instant.now());
            // All certificates are renewed once more, by the one root that is left.
            load.awaitAge(Duration.ofMillis((long) (load.now().seconds() * 1000)).plusSeconds(60));
            startClient("after-the-change");

            LoadReport report = load.stop();
            String after = trusted();
            assertThat(roots(after)).isEqualTo(1);
            assertThat(after).isNotEqualTo(before);
            Map<String, Object> measured = new LinkedHashMap<>();
            measured.put("lifetime of certificates, seconds", 60);
            measured.put("from the request to the old root's end, seconds", taken.toSeconds());
            measured.putAll(report.figures("load"));
            figures.add("change of roots", measured);
            assertThat(report.failed())
                    .as(report.text() + "\n" + String.join("\n", logs.troubles()))
                    .isZero();
        }
    }

    /** It is served, so both sides trust what the other shows. */
    private void startClient(String name) {
        namespace.apply(
                """
                apiVersion: v1
                kind: Pod
                metadata: {name: %s}
                spec:
                  restartPolicy: Never
                  containers:
                  - name: client
                    image: %s
                    command: [curl, -sS, --fail, --max-time, "20", "http://$(SERVER_SERVICE_HOST):8080/"]
                """
                        .formatted(name, TestImages.applications()));
        namespace.awaitPod(
                name,
                "over with success",
                pod -> "Succeeded".equals(pod.getStatus().getPhase()),
                Duration.ofSeconds(60));
    }

    private void authority(UnaryOperator<Secret> change) {
        cluster.client().secrets().inNamespace(Mesh.NAMESPACE).withName("gibbon-ca").edit(change);
    }

    /** The roots that pods of the namespace start with. */
    private String trusted() {
        return Objects.requireNonNull(
                cluster.client()
                        .configMaps()
                        .inNamespace(namespace.name())
                        .withName("gibbon-trust")
                        .get()
                        .getData()
                        .get("roots.pem"));
    }

    private static int roots(String pem) {
        return pem.split("BEGIN CERTIFICATE", -1).length - 1;
    }

    private List<Event> events() {
        return cluster.client()
                .v1()
                .events()
                .inNamespace(Mesh.NAMESPACE)
                .withField("involvedObject.name", "gibbon-ca")
                .list()
                .getItems();
    }

    private void await(String reason, Set<String> old) {
        var found =
                cluster.client()
                        .v1()
                        .events()
                        .inNamespace(Mesh.NAMESPACE)
                        .withField("involvedObject.name", "gibbon-ca")
                        .informOnCondition(events ->
                                events.stream()
                                        .anyMatch(event ->
                                                reason.equals(event.getReason())
                                                        && !old.contains(
                                                                event.getMetadata().getName())));
        try {
            found.get(STEP.toSeconds(), TimeUnit.SECONDS);
            System.out.println("Change of roots: " + reason);
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError("no " + reason + " after " + STEP, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } finally {
            found.cancel(true);
        }
    }
}

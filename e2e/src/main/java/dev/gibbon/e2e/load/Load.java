package dev.gibbon.e2e.load;

import dev.gibbon.e2e.Cluster;
import dev.gibbon.e2e.TestImages;
import dev.gibbon.e2e.TestNamespace;
import io.fabric8.kubernetes.client.dsl.ContainerResource;
import io.fabric8.kubernetes.client.dsl.LogWatch;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A pod that sends requests all the time, until it is stopped. */
public final class Load {
    private static final String CONTAINER = "load";
    private static final Duration END = Duration.ofSeconds(90);

    private final Cluster cluster;
    private final TestNamespace namespace;
    private final String pod;

    private Load(Cluster cluster, TestNamespace namespace, String pod) {
        this.cluster = cluster;
        this.namespace = namespace;
        this.pod = pod;
    }

    /**
     * Starts it, and waits for the first answers.
     *
     * @param pod the name it gets
     * @param url what is asked for; http only
     * @param kept how many clients keep their connection
     * @param fresh how many open one for each request
     * @param rate requests per second, of all clients together
     */
    public static Load start(
            Cluster cluster,
            TestNamespace namespace,
            String pod,
            String url,
            int kept,
            int fresh,
            int rate) {
        namespace.apply(
                """
                apiVersion: v1
                kind: Pod
                metadata: {name: %s, labels: {app: load}}
                spec:
                  restartPolicy: Never
                  terminationGracePeriodSeconds: 5
                  containers:
                  - name: load
                    image: %s
                    command: [load, "%s", --kept, "%d", --fresh, "%d", --rate, "%d"]
                    resources: {requests: {cpu: 50m, memory: 32Mi}}
                """
                        .formatted(pod, TestImages.applications(), url, kept, fresh, rate));
        namespace.awaitReady(pod);
        Load load = new Load(cluster, namespace, pod);
        load.awaitRequests(1, Duration.ofSeconds(60));
        return load;
    }

    /** Waits until so many requests are over, from the start of it on. */
    public LoadReport awaitRequests(long wanted, Duration limit) {
        return await(report -> report.requests() >= wanted, wanted + " requests", limit);
    }

    /** Waits until it has run for so long. */
    public LoadReport awaitAge(Duration age) {
        return await(
                report -> report.seconds() >= age.toSeconds(),
                "report after " + age.toSeconds() + " s",
                age.plusSeconds(30));
    }

    /** What it has seen so far; a second old at most. */
    public LoadReport now() {
        return await(_ -> true, "a report", Duration.ofSeconds(30));
    }

    /** Ends it: what has begun is finished. */
    public LoadReport stop() {
        namespace.exec(pod, CONTAINER, "kill", "-TERM", "1").orThrow();
        namespace.awaitPod(
                pod, "over", present -> "Succeeded".equals(present.getStatus().getPhase()), END);
        return await(LoadReport::done, "a last report", END);
    }

    private LoadReport await(Predicate<LoadReport> condition, String what, Duration limit) {
        Instant end = Instant.now().plus(limit);
        @Nullable LoadReport last = null;
        // The API server may end a stream, and be away for a while.
        while (Instant.now().isBefore(end)) {
            try (LogWatch log = container().tailingLines(1).watchLog();
                    BufferedReader lines =
                            new BufferedReader(
                                    new InputStreamReader(
                                            log.getOutput(), StandardCharsets.UTF_8))) {
                String line;
                while (Instant.now().isBefore(end) && (line = lines.readLine()) != null) {
                    last =
                            cluster.client()
                                    .getKubernetesSerialization()
                                    .unmarshal(line, LoadReport.class);
                    if (condition.test(last)) {
                        return last;
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        throw new AssertionError(
                "load in pod " + pod + ": no " + what + " after " + limit + "; last: " + last);
    }

    private ContainerResource container() {
        return cluster.client()
                .pods()
                .inNamespace(namespace.name())
                .withName(pod)
                .inContainer(CONTAINER);
    }
}

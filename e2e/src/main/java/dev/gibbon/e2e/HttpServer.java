package dev.gibbon.e2e;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.dsl.RollableScalableResource;
import java.time.Duration;

/**
 * A Deployment {@code server} and its Service: it ends as servers should. Callers hear that a pod
 * is going before it is ({@code preStop}); then it accepts nothing more, and finishes what it has
 * begun. Port 8080 is declared as HTTP, port 9080 leads to the same and is not.
 */
public final class HttpServer {
    private static final Duration ROLLOUT = Duration.ofMinutes(3);

    private final Cluster cluster;
    private final TestNamespace namespace;

    private HttpServer(Cluster cluster, TestNamespace namespace) {
        this.cluster = cluster;
        this.namespace = namespace;
    }

    /** Starts it and waits until it is available. */
    public static HttpServer start(Cluster cluster, TestNamespace namespace, int replicas) {
        namespace.apply(
                """
                apiVersion: v1
                kind: Service
                metadata: {name: server}
                spec:
                  selector: {app: server}
                  ports:
                  - {name: http, port: 8080, appProtocol: http}
                  - {name: tcp, port: 9080, targetPort: 8080}
                ---
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: server}
                spec:
                  replicas: %d
                  selector: {matchLabels: {app: server}}
                  strategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}
                  template:
                    metadata: {labels: {app: server}}
                    spec:
                      terminationGracePeriodSeconds: 30
                      containers:
                      - name: server
                        image: %s
                        command: [serve, http, "8080"]
                        readinessProbe: {httpGet: {port: 8080, path: /ready}, periodSeconds: 1}
                        lifecycle: {preStop: {sleep: {seconds: 4}}}
                        resources: {requests: {cpu: 50m, memory: 32Mi}}
                """
                        .formatted(replicas, TestImages.applications()));
        HttpServer server = new HttpServer(cluster, namespace);
        Rollout.await(server.deployment(), ROLLOUT);
        return server;
    }

    /** {@code kubectl rollout restart}, until it is carried out. */
    public void restart() {
        deployment().rolling().restart();
        Rollout.await(deployment(), ROLLOUT);
    }

    /** As an object. */
    public RollableScalableResource<Deployment> deployment() {
        return cluster.client()
                .apps()
                .deployments()
                .inNamespace(namespace.name())
                .withName("server");
    }
}

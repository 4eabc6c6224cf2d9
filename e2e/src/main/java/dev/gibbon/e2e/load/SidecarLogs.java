package dev.gibbon.e2e.load;

import dev.gibbon.e2e.Cluster;
import dev.gibbon.e2e.Mesh;
import dev.gibbon.e2e.TestNamespace;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.LogWatch;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * What the sidecars of a namespace say of connections and requests that did not end well, and their
 * warnings. It is collected while they run, because pods that have ended take their logs along.
 */
public final class SidecarLogs implements AutoCloseable {
    private static final int MOST = 2000;

    private final Cluster cluster;
    private final TestNamespace namespace;
    private final Set<String> followed = ConcurrentHashMap.newKeySet();
    private final Queue<String> troubles = new ConcurrentLinkedQueue<>();
    private final Queue<LogWatch> watches = new ConcurrentLinkedQueue<>();
    private final ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor();
    private final SharedIndexInformer<Pod> pods;

    private SidecarLogs(Cluster cluster, TestNamespace namespace) {
        this.cluster = cluster;
        this.namespace = namespace;
        this.pods = cluster.client().pods().inNamespace(namespace.name()).inform(new Pods());
    }

    /** Follows those that there are, and those to come. */
    public static SidecarLogs follow(Cluster cluster, TestNamespace namespace) {
        return new SidecarLogs(cluster, namespace);
    }

    /** What is remarkable so far: a pod's name and a line of its sidecar. */
    public List<String> troubles() {
        return List.copyOf(troubles);
    }

    @Override
    public void close() {
        pods.close();
        watches.forEach(LogWatch::close);
        readers.shutdownNow();
    }

    private void follow(Pod pod) {
        boolean running =
                pod.getStatus().getInitContainerStatuses().stream()
                        .anyMatch(SidecarLogs::isRunningSidecar);
        if (running && followed.add(pod.getMetadata().getUid())) {
            String name = pod.getMetadata().getName();
            readers.execute(() -> read(name));
        }
    }

    private static boolean isRunningSidecar(ContainerStatus status) {
        return Mesh.SIDECAR.equals(status.getName()) && status.getState().getRunning() != null;
    }

    private void read(String pod) {
        try (LogWatch watch =
                cluster.client()
                        .pods()
                        .inNamespace(namespace.name())
                        .withName(pod)
                        .inContainer(Mesh.SIDECAR)
                        .watchLog()) {
            watches.add(watch);
            BufferedReader lines =
                    new BufferedReader(
                            new InputStreamReader(watch.getOutput(), StandardCharsets.UTF_8));
            String line;
            while ((line = lines.readLine()) != null) {
                if (isTrouble(line) && troubles.size() < MOST) {
                    troubles.add(pod + " " + line);
                }
            }
        } catch (IOException | KubernetesClientException e) {
            troubles.add(pod + " (its log cannot be read: " + e.getMessage() + ")");
        }
    }

    private static boolean isTrouble(String line) {
        boolean access = line.contains("\"reason\":");
        return access
                ? !line.contains("\"reason\":\"finished\"")
                : !line.contains("\"level\":\"info\"");
    }

    private final class Pods implements ResourceEventHandler<Pod> {
        @Override
        public void onAdd(Pod pod) {
            follow(pod);
        }

        @Override
        public void onUpdate(Pod old, Pod pod) {
            follow(pod);
        }

        @Override
        public void onDelete(Pod pod, boolean finalStateUnknown) {}
    }
}

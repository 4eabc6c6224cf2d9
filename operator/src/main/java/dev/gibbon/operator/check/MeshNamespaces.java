package dev.gibbon.operator.check;

import dev.gibbon.operator.inject.MeshNames;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The namespaces that are looked at. */
final class MeshNamespaces {
    private MeshNamespaces() {}

    /** Those that are looked at and not being deleted. */
    static List<Namespace> all(ClusterSnapshot cluster) throws NotRead {
        return cluster.get(Topic.NAMESPACES).stream()
                .filter(one -> cluster.scope().covers(one.getMetadata().getName()))
                .filter(one -> one.getMetadata().getDeletionTimestamp() == null)
                .toList();
    }

    /** Those of them that are labelled for injection. */
    static List<Namespace> injected(ClusterSnapshot cluster) throws NotRead {
        return all(cluster).stream()
                .filter(one ->
                        MeshNames.ENABLED.equals(InstallationChecks.label(one, MeshNames.INJECT)))
                .toList();
    }

    /** Whether one is labelled for injection. */
    static boolean isInjected(ClusterSnapshot cluster, String name) throws NotRead {
        return injected(cluster).stream().anyMatch(one -> name.equals(one.getMetadata().getName()));
    }

    /** The labels of all namespaces that are looked at, by name. */
    static Map<String, Map<String, String>> labels(ClusterSnapshot cluster) throws NotRead {
        Map<String, Map<String, String>> labels = new HashMap<>();
        for (Namespace namespace : all(cluster)) {
            Map<String, String> own = namespace.getMetadata().getLabels();
            labels.put(namespace.getMetadata().getName(), own == null ? Map.of() : own);
        }
        return labels;
    }

    /** Whether a sidecar's name, e.g. {@code shop/web-1}, is of a namespace that is looked at. */
    static boolean covers(ClusterSnapshot cluster, String meshName) {
        return cluster.scope().covers(meshName.substring(0, Math.max(0, meshName.indexOf('/'))));
    }

    /** Pods that are neither at their end nor over. */
    static List<Pod> pods(ClusterSnapshot cluster) throws NotRead {
        return cluster.get(Topic.PODS).stream()
                .filter(pod -> cluster.scope().covers(pod.getMetadata().getNamespace()))
                .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
                .filter(pod ->
                        pod.getStatus() == null
                                || !("Succeeded".equals(pod.getStatus().getPhase())
                                        || "Failed".equals(pod.getStatus().getPhase())))
                .toList();
    }
}

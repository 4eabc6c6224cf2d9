package dev.gibbon.operator.status;

import dev.gibbon.core.setting.MeshMode;
import dev.gibbon.core.why.Explanation;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of what a pod dials.
 *
 * @param identity the SPIFFE ID of the pod; null when it is not in the mesh
 * @param mode of its namespace
 * @param zone null when it is not known
 * @param http whether the destination has declared HTTP/1.1
 * @param endpoints that stand for what was dialled; empty where it leads only to itself
 * @param explanation null when the pod is not in the mesh: nothing of it is captured
 */
record PodAnswer(
        PodQuestion question,
        @Nullable String identity,
        MeshMode mode,
        @Nullable String zone,
        @Nullable String destination,
        boolean http,
        List<Reached> endpoints,
        @Nullable Explanation explanation) {
    PodAnswer {
        endpoints = List.copyOf(endpoints);
    }

    /**
     * An endpoint.
     *
     * @param pod who has the address; null when that is no pod
     * @param identity what its sidecar must present; null when it is reached without the mesh
     * @param plainBecause why it is reached without the mesh; null when it is not
     * @param mode what its namespace accepts; null when it is no pod
     */
    record Reached(
            String address,
            @Nullable String pod,
            @Nullable String identity,
            @Nullable String plainBecause,
            @Nullable String zone,
            boolean draining,
            @Nullable MeshMode mode) {}
}

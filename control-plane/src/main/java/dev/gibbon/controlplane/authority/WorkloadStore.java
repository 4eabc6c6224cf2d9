package dev.gibbon.controlplane.authority;

import dev.gibbon.core.feed.FeedResource.WorkloadResource;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * The workloads that have joined the mesh. One stays until it is removed: that its sidecar is gone
 * must not turn its traffic to plain text. Any thread may call.
 */
public interface WorkloadStore {
    /** All workloads, by name. */
    List<WorkloadResource> all() throws IOException;

    /**
     * Adds a workload, or replaces the one of its name.
     *
     * @return whether that changed anything
     */
    boolean put(WorkloadResource workload) throws IOException;

    /**
     * Notes when a sidecar's latest certificate ends, so that it is still known after a restart.
     */
    void certified(String name, Instant notAfter) throws IOException;

    /** When each sidecar's latest certificate ends, by name, as far as that was noted. */
    Map<String, Instant> certificates() throws IOException;

    /**
     * Removes a workload, and what was noted of its sidecar.
     *
     * @return whether there was one
     */
    boolean remove(String name) throws IOException;
}

package dev.gibbon.controlplane.authority;

import dev.gibbon.core.feed.FeedResource.WorkloadResource;
import java.io.IOException;
import java.util.List;

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
     * Removes a workload.
     *
     * @return whether there was one
     */
    boolean remove(String name) throws IOException;
}

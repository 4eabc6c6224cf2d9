package dev.gibbon.sidecar.status;

import java.util.ArrayList;
import java.util.List;

/**
 * Whether a sidecar can take traffic.
 *
 * @param listening its listeners are open
 * @param configured a configuration was applied
 * @param identified it holds a certificate of the mesh
 * @param standalone it is not part of a mesh, so needs no certificate
 */
public record Readiness(
        boolean listening, boolean configured, boolean identified, boolean standalone) {

    /** What is not there yet, each as one sentence; empty when it is ready. */
    public List<String> missing() {
        List<String> missing = new ArrayList<>();
        if (!listening) {
            missing.add("the listeners are not open");
        }
        if (!configured) {
            missing.add("no configuration was applied yet");
        }
        if (!identified && !standalone) {
            missing.add("the sidecar has no certificate of the mesh yet");
        }
        return List.copyOf(missing);
    }
}

package dev.gibbon.sidecar.pod;

import dev.gibbon.core.log.Log;
import dev.gibbon.core.net.IpAddress;
import dev.gibbon.core.setting.HostPort;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What the environment of a pod's sidecar says.
 *
 * @param controlPlane where it is
 * @param name {@code <namespace>/<pod>}
 * @param namespace of the pod
 * @param addresses of the pod, at least one
 * @param identity the directory with the pod's {@code token} and the mesh's {@code roots.pem}
 * @param node the name of the node; empty when it is not known
 * @param logLevel the lowest level that is logged
 * @param drain how long open connections may take to end when the sidecar is told to stop
 * @param maxConnections accepted connections at a time
 * @param probes by path below {@code /app-health/}, e.g. {@code app/livez}
 */
record PodSettings(
        HostPort controlPlane,
        String name,
        String namespace,
        List<IpAddress> addresses,
        Path identity,
        String node,
        Log.Level logLevel,
        Duration drain,
        int maxConnections,
        Map<String, Probe> probes) {
    PodSettings {
        addresses = List.copyOf(addresses);
        probes = Map.copyOf(probes);
    }
}

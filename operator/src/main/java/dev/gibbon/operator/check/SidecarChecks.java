package dev.gibbon.operator.check;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gibbon.operator.inject.MeshNames;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Whether the mesh's containers in pods do their work. */
final class SidecarChecks {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** A sidecar that waits for one of these does not come up by itself. */
    private static final Set<String> STUCK =
            Set.of(
                    "CrashLoopBackOff",
                    "ImagePullBackOff",
                    "ErrImagePull",
                    "ErrImageNeverPull",
                    "InvalidImageName",
                    "CreateContainerConfigError",
                    "CreateContainerError");

    /** Once can be an upgrade of the node's runtime. */
    private static final int RESTARTS = 3;

    private SidecarChecks() {}

    static List<Check> all() {
        return List.of(
                new Check(
                        Group.INJECTION,
                        "capture-succeeded",
                        "Capture is set up in every meshed pod",
                        "gibbon-capture could not set the rules that lead connections through the"
                                + " sidecar, or they are not active. The pod stays in Init, so that"
                                + " it does not run unprotected.",
                        "kubectl logs <pod> -c gibbon-capture says which rule; most often the"
                                + " kernel lacks nft_tproxy, or a policy takes NET_ADMIN away.",
                        SidecarChecks::capture),
                new Check(
                        Group.INJECTION,
                        "sidecars-ready",
                        "Every sidecar is ready and stays up",
                        "Until its sidecar is ready a pod's own containers do not start. A sidecar"
                                + " that restarts breaks the pod's connections each time.",
                        "kubectl logs <pod> -c gibbon-sidecar [--previous]. OOMKilled: raise"
                                + " gibbon.dev/sidecar-memory-limit.",
                        SidecarChecks::ready),
                new Check(
                        Group.INJECTION,
                        "sidecar-versions",
                        "Every sidecar is of the operator's version",
                        "Sidecars are replaced when their pods are. Versions that are next to each"
                                + " other work together.",
                        "Restart the pods when it suits: kubectl rollout restart"
                                + " deployment/<name>.",
                        SidecarChecks::versions),
                new Check(
                        Group.CONFIGURATION,
                        "sidecars-current",
                        "Every connected sidecar runs the newest configuration",
                        "A sidecar that is behind goes on with the last configuration that it took:"
                                + " it knows nothing of later routes and endpoints.",
                        "Wait some seconds and look again. If it stays so: the sidecar's log says"
                                + " why it refused, or what it waits for.",
                        SidecarChecks::current));
    }

    private static Optional<ContainerStatus> container(Pod pod, String name) {
        return pod.getStatus() == null
                ? Optional.empty()
                : pod.getStatus().getInitContainerStatuses().stream()
                        .filter(one -> name.equals(one.getName()))
                        .findFirst();
    }

    private static Outcome capture(ClusterSnapshot cluster) throws NotRead {
        Findings findings = new Findings();
        List<Pod> meshed = PodChecks.meshedPods(cluster);
        for (Pod pod : meshed) {
            Optional<ContainerStatus> status = container(pod, MeshNames.CAPTURE);
            if (status.isEmpty()) {
                continue;
            }
            String where = PodChecks.name(pod) + ": ";
            Optional<String> failure =
                    failure(status.get().getState())
                            .or(() ->
                                    isDone(status.get().getState())
                                            ? Optional.empty()
                                            : failure(status.get().getLastState()));
            String waiting = waiting(status.get());
            if (failure.isPresent()) {
                findings.failed(where + failure.get());
            } else if (STUCK.contains(waiting)) {
                findings.failed(where + "waits: " + waiting);
            }
        }
        return findings.orElse(Count.of(meshed.size(), "meshed pod"));
    }

    private static boolean isDone(@Nullable ContainerState state) {
        return state != null
                && state.getTerminated() != null
                && Integer.valueOf(0).equals(state.getTerminated().getExitCode());
    }

    private static Optional<String> failure(@Nullable ContainerState state) {
        if (state == null || state.getTerminated() == null || isDone(state)) {
            return Optional.empty();
        }
        String message = state.getTerminated().getMessage();
        return Optional.of(
                "ended with "
                        + state.getTerminated().getExitCode()
                        + (message == null || message.isBlank()
                                ? " (" + state.getTerminated().getReason() + ")"
                                : ": " + message.strip()));
    }

    private static String waiting(ContainerStatus status) {
        return status.getState() == null
                        || status.getState().getWaiting() == null
                        || status.getState().getWaiting().getReason() == null
                ? ""
                : status.getState().getWaiting().getReason();
    }

    private static Outcome ready(ClusterSnapshot cluster) throws NotRead {
        Findings findings = new Findings();
        List<Pod> meshed = PodChecks.meshedPods(cluster);
        for (Pod pod : meshed) {
            Optional<ContainerStatus> status = container(pod, MeshNames.SIDECAR);
            if (status.isEmpty() || pod.getStatus().getPodIP() == null) {
                continue;
            }
            String where = PodChecks.name(pod) + ": ";
            String waiting = waiting(status.get());
            int restarts =
                    status.get().getRestartCount() == null ? 0 : status.get().getRestartCount();
            if (STUCK.contains(waiting)) {
                findings.failed(where + "waits: " + waiting + last(status.get()));
            } else if (status.get().getState() != null
                    && status.get().getState().getRunning() != null
                    && !Boolean.TRUE.equals(status.get().getReady())) {
                findings.warning(where + "runs, and is not ready");
            }
            if (restarts >= RESTARTS) {
                findings.warning(where + "restarted " + restarts + " times" + last(status.get()));
            }
        }
        return findings.orElse(Count.of(meshed.size(), "meshed pod"));
    }

    private static String last(ContainerStatus status) {
        return failure(status.getLastState()).map(text -> ", it " + text).orElse("");
    }

    private static Outcome versions(ClusterSnapshot cluster) throws NotRead {
        String operator = InstallationChecks.version(cluster);
        Findings findings = new Findings();
        List<Pod> meshed = PodChecks.meshedPods(cluster);
        for (Pod pod : meshed) {
            String note = PodChecks.annotationsOf(pod).getOrDefault(MeshNames.INJECTED, "{}");
            String version = version(note);
            if (!version.equals(operator)) {
                findings.warning(
                        PodChecks.name(pod)
                                + ": "
                                + (version.isEmpty() ? "unknown" : version)
                                + " (expected: "
                                + operator
                                + ")");
            }
        }
        return findings.orElse(operator);
    }

    private static String version(String note) {
        try {
            return JSON.readTree(note).path("version").asText("");
        } catch (JsonProcessingException _) {
            return "";
        }
    }

    private static Outcome current(ClusterSnapshot cluster) throws NotRead {
        JsonNode answer = cluster.get(Topic.SIDECARS);
        long revision = answer.path("revision").asLong();
        Findings findings = new Findings();
        int connected = 0;
        for (JsonNode sidecar : answer.path("sidecars")) {
            String name = sidecar.path("name").asText();
            if (!sidecar.path("connected").asBoolean() || !MeshNamespaces.covers(cluster, name)) {
                continue;
            }
            connected++;
            if (sidecar.hasNonNull("refusal")) {
                findings.failed(name + ": refused: " + sidecar.path("refusal").asText());
            } else if (!sidecar.hasNonNull("revision")) {
                findings.warning(name + ": has acknowledged none yet");
            } else if (sidecar.path("revision").asLong() < revision) {
                findings.warning(
                        name
                                + ": revision "
                                + sidecar.path("revision").asLong()
                                + " (expected: "
                                + revision
                                + ")");
            }
        }
        return findings.orElse(connected + " connected to the replica that answered");
    }
}

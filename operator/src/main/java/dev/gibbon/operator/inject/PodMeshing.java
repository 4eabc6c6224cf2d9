package dev.gibbon.operator.inject;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.Set;

/** Whether pods that exist are in the mesh, and whether they should be. */
public final class PodMeshing {
    private static final Set<String> ENDED = Set.of("Succeeded", "Failed");

    private final InjectionRules rules;

    public PodMeshing(InjectionRules rules) {
        this.rules = rules;
    }

    /** Whether a pod has a native sidecar of the mesh. */
    public static boolean isMeshed(JsonNode pod) {
        return PodTree.initContainer(pod, MeshNames.SIDECAR)
                .filter(sidecar -> sidecar.path("restartPolicy").asText().equals("Always"))
                .isPresent();
    }

    /**
     * Why a pod that runs without a sidecar should have one.
     *
     * @return one sentence: a pod that was created before its namespace was labelled, or while the
     *     webhook was not asked; empty when all is as it should be, or the pod has ended or is
     *     ending
     */
    public Optional<String> missing(PodNamespace namespace, JsonNode pod) {
        boolean ends =
                ENDED.contains(pod.path("status").path("phase").asText())
                        || pod.path("metadata").hasNonNull("deletionTimestamp");
        if (ends || isMeshed(pod)) {
            return Optional.empty();
        }
        return switch (rules.decide(namespace, pod, false)) {
            case InjectionDecision.Inject inject ->
                    Optional.of(
                            "runs without a sidecar, but "
                                    + inject.reason().sentence()
                                    + "; restart it");
            case InjectionDecision.Refuse refuse ->
                    Optional.of("runs without a sidecar, and cannot get one: " + refuse.message());
            case InjectionDecision.Skip _ -> Optional.empty();
        };
    }
}

package dev.gibbon.operator.inject;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Whether pods that exist are in the mesh, and whether they should be. */
public final class PodMeshing {
    private static final Set<String> ENDED = Set.of("Succeeded", "Failed");

    /** The same for many pods, so it is kept once. */
    private static final Map<Reason, Missing> RESTART = restart();

    private final InjectionRules rules;

    /**
     * Why a pod that runs without a sidecar should have one.
     *
     * @param sentence for people, what follows the pod's name
     */
    public record Missing(Reason reason, String sentence) {}

    public PodMeshing(InjectionRules rules) {
        this.rules = rules;
    }

    private static Map<Reason, Missing> restart() {
        Map<Reason, Missing> all = new EnumMap<>(Reason.class);
        for (Reason reason : Reason.values()) {
            if (reason.outcome() == Reason.Outcome.INJECT) {
                all.put(
                        reason,
                        new Missing(
                                reason,
                                "runs without a sidecar, but "
                                        + reason.sentence()
                                        + "; restart it"));
            }
        }
        return Map.copyOf(all);
    }

    /** Whether a pod has a native sidecar of the mesh. */
    public static boolean isMeshed(JsonNode pod) {
        return PodTree.initContainer(pod, MeshNames.SIDECAR)
                .filter(sidecar -> sidecar.path("restartPolicy").asText().equals("Always"))
                .isPresent();
    }

    /**
     * Whether a pod that runs without a sidecar should have one, and why.
     *
     * @return a pod that was created before its namespace was labelled, or while the webhook was
     *     not asked; empty when all is as it should be, or the pod has ended or is ending
     */
    public Optional<Missing> missing(PodNamespace namespace, JsonNode pod) {
        boolean ends =
                ENDED.contains(pod.path("status").path("phase").asText())
                        || pod.path("metadata").hasNonNull("deletionTimestamp");
        if (ends || isMeshed(pod)) {
            return Optional.empty();
        }
        return switch (rules.decide(namespace, pod, false)) {
            case InjectionDecision.Inject inject ->
                    Optional.ofNullable(RESTART.get(inject.reason()));
            case InjectionDecision.Refuse refuse ->
                    Optional.of(
                            new Missing(
                                    refuse.reason(),
                                    "runs without a sidecar, and cannot get one: "
                                            + refuse.message()));
            case InjectionDecision.Skip _ -> Optional.empty();
        };
    }
}

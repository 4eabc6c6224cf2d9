package dev.gibbon.operator.config;

import dev.gibbon.crd.ConditionType;
import dev.gibbon.crd.MeshStatus;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes the status of an object. Pure: the same findings over the same status give the same. */
public final class StatusComposer {
    private StatusComposer() {}

    /**
     * A status.
     *
     * @param have sidecars that have acknowledged the object as it is
     * @param need sidecars that need it
     * @param old what is there now; a condition that does not change keeps its time
     */
    public static MeshStatus compose(
            Verdict verdict, int have, int need, @Nullable MeshStatus old, Instant now) {
        return new MeshStatus(
                verdict.generation(),
                List.of(
                        condition(ConditionType.ACCEPTED, verdict.accepted(), verdict, old, now),
                        condition(
                                ConditionType.RESOLVED_REFS, verdict.resolved(), verdict, old, now),
                        condition(
                                ConditionType.PROGRAMMED,
                                programmed(verdict, have, need),
                                verdict,
                                old,
                                now)),
                have + "/" + need);
    }

    private static Finding programmed(Verdict verdict, int have, int need) {
        if (!verdict.isGood()) {
            return Finding.no("NotUsable", "see Accepted and ResolvedRefs");
        }
        if (need == 0) {
            return new Finding(true, "NoSidecars", "no connected sidecar needs it");
        }
        return have == need
                ? new Finding(true, "Programmed", have + " of " + need + " sidecars have it")
                : Finding.no("Waiting", have + " of " + need + " sidecars have it");
    }

    private static Condition condition(
            ConditionType type,
            Finding finding,
            Verdict verdict,
            @Nullable MeshStatus old,
            Instant now) {
        String status = finding.met() ? "True" : "False";
        String since = now.truncatedTo(ChronoUnit.SECONDS).toString();
        for (Condition before : old == null ? List.<Condition>of() : old.conditions()) {
            if (type.text().equals(before.getType()) && status.equals(before.getStatus())) {
                since = before.getLastTransitionTime();
            }
        }
        return new ConditionBuilder()
                .withType(type.text())
                .withStatus(status)
                .withReason(finding.reason())
                .withMessage(finding.message())
                .withObservedGeneration(verdict.generation())
                .withLastTransitionTime(since)
                .build();
    }
}

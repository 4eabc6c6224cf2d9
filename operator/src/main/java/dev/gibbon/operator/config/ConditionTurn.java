package dev.gibbon.operator.config;

import dev.gibbon.crd.ConditionType;
import dev.gibbon.crd.MeshStatus;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * That what an object says or refers to has become unusable, for another reason than before, or
 * usable again.
 *
 * @param usable whether it is now
 * @param reason the condition's
 * @param message the condition's
 */
public record ConditionTurn(boolean usable, String reason, String message) {
    private static final List<ConditionType> TOLD =
            List.of(ConditionType.ACCEPTED, ConditionType.RESOLVED_REFS);

    /** Hears of turns. */
    @FunctionalInterface
    public interface Listener {
        /** The object's status has just been written. May block. */
        void onTurn(StatusFact object, ConditionTurn turn);
    }

    /**
     * What people are to be told when one status follows another. An object that is usable from the
     * beginning is no news, and neither is how many sidecars have it. Pure.
     */
    static List<ConditionTurn> between(@Nullable MeshStatus old, MeshStatus now) {
        List<ConditionTurn> turns = new ArrayList<>();
        for (ConditionType type : TOLD) {
            Condition then = find(type, old).orElse(null);
            find(type, now)
                    .filter(one -> isNews(then, one))
                    .map(one -> new ConditionTurn(isTrue(one), one.getReason(), one.getMessage()))
                    .ifPresent(turns::add);
        }
        return turns;
    }

    private static boolean isNews(@Nullable Condition then, Condition now) {
        if (then == null || isTrue(then)) {
            return !isTrue(now);
        }
        return isTrue(now)
                || !now.getReason().equals(then.getReason())
                || !now.getMessage().equals(then.getMessage());
    }

    private static boolean isTrue(Condition condition) {
        return "True".equals(condition.getStatus());
    }

    private static Optional<Condition> find(ConditionType type, @Nullable MeshStatus status) {
        return status == null
                ? Optional.empty()
                : status.conditions().stream()
                        .filter(one -> type.text().equals(one.getType()))
                        .findFirst();
    }
}

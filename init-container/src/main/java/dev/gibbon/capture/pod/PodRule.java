package dev.gibbon.capture.pod;

import java.util.List;

/**
 * One rule for TCP packets.
 *
 * @param conditions all must hold; none means that the rule is for every packet
 */
record PodRule(List<Condition> conditions, Action action) {
    PodRule {
        conditions = List.copyOf(conditions);
    }

    static PodRule when(Action action, Condition... conditions) {
        return new PodRule(List.of(conditions), action);
    }

    /** Whether some packet of this family may meet the conditions. */
    boolean concerns(Family family) {
        return conditions.stream()
                .allMatch(condition ->
                        switch (condition) {
                            case Condition.SourceIn(Family its, var _) -> its == family;
                            case Condition.DestinationIn(Family its, var _) -> its == family;
                            case Condition.NewConnection _,
                                    Condition.NewEntry _,
                                    Condition.Going _,
                                    Condition.FromLoopback _,
                                    Condition.ToLoopback _,
                                    Condition.Marked _,
                                    Condition.ConnectionMarked _,
                                    Condition.ConnectionHas _,
                                    Condition.ToPorts _,
                                    Condition.ToOwnAddress _,
                                    Condition.FromForeignAddress _,
                                    Condition.OwnedByGroup _,
                                    Condition.OwnedByUser _,
                                    Condition.StrayReset _ ->
                                    true;
                        });
    }
}

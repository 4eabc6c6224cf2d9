package dev.gibbon.operator.check;

import java.util.List;

/** How all checks have ended for one cluster. */
public record CheckReport(ClusterSnapshot.Scope scope, List<Check.Result> results) {
    public CheckReport {
        results = List.copyOf(results);
    }

    /** How many ended so. */
    public long count(Level level) {
        return results.stream().filter(one -> one.outcome().level() == level).count();
    }

    /** 1 when a check has failed, else 0: warnings are for people. */
    public int exitCode() {
        return count(Level.FAILED) > 0 ? 1 : 0;
    }
}

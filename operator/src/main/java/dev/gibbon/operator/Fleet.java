package dev.gibbon.operator;

import dev.gibbon.core.identity.TrustBundle;
import dev.gibbon.operator.config.Programming;
import dev.gibbon.operator.replica.ReplicaReport;
import java.util.List;

/**
 * What is known of the sidecars of all replicas.
 *
 * @param complete whether every replica that runs has said something
 */
record Fleet(List<ReplicaReport> reports, boolean complete) {
    static final Fleet UNKNOWN = new Fleet(List.of(), false);

    Fleet {
        reports = List.copyOf(reports);
    }

    /**
     * Whether every sidecar is known to have a bundle.
     *
     * @param members how many sidecars there are; one that is not connected has not acknowledged
     */
    boolean trusts(TrustBundle bundle, int members) {
        Programming.Count count = Programming.count(bundle, reports);
        return complete
                && count.have() == count.need()
                && count.have() >= members
                // A replica without sidecars would tell the next one of the bundle that it has.
                && reports.stream().allMatch(report -> Programming.publishes(report, bundle));
    }
}

package dev.gibbon.operator.check;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Whether the operator can do its work. */
final class OperatorChecks {
    private OperatorChecks() {}

    static List<Check> all() {
        return List.of(
                new Check(
                        Group.INSTALLATION,
                        "operator-reachable",
                        "The operator answers through its Service",
                        "The API server reaches the webhook the same way. If it does not get"
                                + " through, pods in labelled namespaces are not created.",
                        "Look at endpoints of Service gibbon-operator, at its logs, and at what"
                                + " could be between the API server and pods (network policies,"
                                + " firewalls of the nodes).",
                        OperatorChecks::reachable),
                new Check(
                        Group.INSTALLATION,
                        "operator-leader",
                        "One replica of the operator writes status",
                        "Without a leader, conditions of MeshServices and MeshRoutes are not"
                                + " written: they say what was so before. Traffic does not depend"
                                + " on it.",
                        "Look at the operator's logs for what keeps it from renewing Lease"
                                + " gibbon-operator.",
                        OperatorChecks::leader),
                new Check(
                        Group.INSTALLATION,
                        "operator-permissions",
                        "The operator may do all that it has to",
                        "What it may not read it does not know of: Services, pods or configuration"
                                + " are missing from the mesh.",
                        "helm upgrade the release, which restores its ClusterRole and Role; look"
                                + " for a policy that takes permissions away.",
                        OperatorChecks::permissions));
    }

    private static Outcome reachable(ClusterSnapshot cluster) throws NotRead {
        String answer = cluster.get(Topic.READINESS).strip();
        Findings findings = new Findings();
        if (!answer.equals("ready")) {
            findings.failed("/healthz/ready: " + answer + " (expected: ready)");
        }
        return findings.orElse("ready");
    }

    private static Outcome leader(ClusterSnapshot cluster) throws NotRead {
        Optional<Lease> lease =
                cluster.get(Topic.LEASES).stream()
                        .filter(one ->
                                InstallationChecks.OPERATOR.equals(one.getMetadata().getName()))
                        .findFirst();
        if (lease.isEmpty()) {
            return new Findings()
                    .warning("no Lease " + InstallationChecks.OPERATOR + " (expected: one)")
                    .orElse("");
        }
        Instant now = cluster.get(Topic.SERVER_TIME);
        LeaseSpec spec = lease.get().getSpec();
        String holder = spec == null ? null : spec.getHolderIdentity();
        if (holder == null || holder.isEmpty() || spec.getRenewTime() == null) {
            return new Findings().warning("the Lease has no holder (expected: one)").orElse("");
        }
        Duration age = Duration.between(spec.getRenewTime().toInstant(), now);
        int seconds = spec.getLeaseDurationSeconds() == null ? 15 : spec.getLeaseDurationSeconds();
        Findings findings = new Findings();
        if (age.toSeconds() > seconds) {
            findings.warning(
                    holder
                            + " renewed it "
                            + age.toSeconds()
                            + " s ago (expected: within "
                            + seconds
                            + " s)");
        }
        return findings.orElse(holder);
    }

    private static Outcome permissions(ClusterSnapshot cluster) throws NotRead {
        Findings findings = new Findings();
        cluster.get(Topic.DENIED).forEach(denied -> findings.failed("may not " + denied));
        return findings.orElse("all that the chart grants");
    }
}

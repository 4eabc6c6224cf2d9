package dev.gibbon.operator.check;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeSystemInfo;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Whether the cluster can carry a mesh at all. */
final class ClusterChecks {
    private static final Pattern VERSION = Pattern.compile("v?([0-9]{1,4})\\.([0-9]{1,4}).*");

    /** The rules of MeshService and MeshRoute use isIP and isCIDR, which came with it. */
    private static final int[] OLDEST_KUBERNETES = {1, 31};

    private static final int[] OLDEST_KERNEL = {5, 4};

    /** The API server's clock is told to the second. */
    private static final Duration SKEW_NOTED = Duration.ofSeconds(5);

    private static final Duration SKEW_BAD = Duration.ofMinutes(1);

    /** A kubelet renews every 10 s, and its node is given up after 40 s. */
    private static final Duration HEARTBEAT = Duration.ofSeconds(60);

    private ClusterChecks() {}

    static List<Check> all() {
        return List.of(
                new Check(
                        Group.CLUSTER,
                        "kubernetes-version",
                        "Kubernetes is 1.31 or newer",
                        "Older versions cannot check addresses in MeshServices and MeshRoutes, and"
                                + " before 1.29 there are no native sidecars: init containers that"
                                + " go on while the application runs.",
                        "Upgrade the cluster.",
                        ClusterChecks::kubernetesVersion),
                new Check(
                        Group.CLUSTER,
                        "node-system",
                        "Nodes run Linux 5.4 or newer",
                        "Capture needs transparent proxying of the kernel's nftables. Pods on other"
                                + " systems are never injected; on older kernels gibbon-capture"
                                + " fails and the pod stays in Init.",
                        "Upgrade the node, or keep meshed pods off it with a nodeSelector.",
                        ClusterChecks::nodeSystem),
                new Check(
                        Group.CLUSTER,
                        "clock-skew",
                        "This machine's clock agrees with the API server's",
                        "Certificates and tokens are valid for a time. Where clocks disagree, they"
                                + " are refused as expired or not yet valid; and what this command"
                                + " says of expiry is as wrong as its clock.",
                        "Let NTP set the clocks, on the nodes of the control plane too.",
                        ClusterChecks::clockSkew),
                new Check(
                        Group.CLUSTER,
                        "node-heartbeat",
                        "Nodes' heartbeats are fresh, and not from the future",
                        "A heartbeat is stamped with the node's own clock. An old one is of a node"
                                + " that is gone or whose clock is slow, one from the future of a"
                                + " node whose clock is fast: certificates will be refused there.",
                        "Look at the node's kubelet, and let NTP set its clock.",
                        ClusterChecks::nodeHeartbeat));
    }

    private static Outcome kubernetesVersion(ClusterSnapshot cluster) throws NotRead {
        String version = cluster.get(Topic.KUBERNETES);
        return isAtLeast(version, OLDEST_KUBERNETES)
                ? Outcome.ok(version)
                : new Findings().failed(version + " (expected: v1.31 or newer)").orElse("");
    }

    private static boolean isAtLeast(String version, int[] oldest) {
        Matcher matcher = VERSION.matcher(version);
        if (!matcher.matches()) {
            return false;
        }
        int major = Integer.parseInt(matcher.group(1));
        int minor = Integer.parseInt(matcher.group(2));
        return major > oldest[0] || (major == oldest[0] && minor >= oldest[1]);
    }

    private static Outcome nodeSystem(ClusterSnapshot cluster) throws NotRead {
        Findings findings = new Findings();
        List<Node> nodes = cluster.get(Topic.NODES);
        for (Node node : nodes) {
            NodeSystemInfo info = node.getStatus().getNodeInfo();
            String where = "node " + node.getMetadata().getName() + ": ";
            if (info == null) {
                findings.warning(where + "says nothing of its system yet");
            } else if (!"linux".equals(info.getOperatingSystem())) {
                findings.warning(
                        where
                                + info.getOperatingSystem()
                                + " (expected: linux; its pods cannot be meshed)");
            } else if (!isAtLeast(info.getKernelVersion(), OLDEST_KERNEL)) {
                findings.failed(
                        where + "kernel " + info.getKernelVersion() + " (expected: 5.4 or newer)");
            }
        }
        return findings.orElse(Count.of(nodes.size(), "node"));
    }

    private static Outcome clockSkew(ClusterSnapshot cluster) throws NotRead {
        Duration skew = Duration.between(cluster.get(Topic.SERVER_TIME), cluster.scope().now());
        String text =
                "this machine is "
                        + skew.abs().toSeconds()
                        + " s "
                        + (skew.isNegative() ? "behind" : "ahead of")
                        + " the API server (expected: less than "
                        + SKEW_NOTED.toSeconds()
                        + " s)";
        Findings findings = new Findings();
        if (skew.abs().compareTo(SKEW_BAD) >= 0) {
            findings.failed(text);
        } else if (skew.abs().compareTo(SKEW_NOTED) >= 0) {
            findings.warning(text);
        }
        return findings.orElse("within " + (skew.abs().toSeconds() + 1) + " s");
    }

    private static Outcome nodeHeartbeat(ClusterSnapshot cluster) throws NotRead {
        Instant now = cluster.get(Topic.SERVER_TIME);
        List<Lease> leases = cluster.get(Topic.NODE_LEASES);
        List<String> nodes =
                cluster.get(Topic.NODES).stream()
                        .map(node -> node.getMetadata().getName())
                        .toList();
        Findings findings = new Findings();
        for (Lease lease : leases) {
            String name = lease.getMetadata().getName();
            if (lease.getSpec().getRenewTime() == null || !nodes.contains(name)) {
                continue;
            }
            Duration age = Duration.between(lease.getSpec().getRenewTime().toInstant(), now);
            if (age.compareTo(HEARTBEAT) > 0) {
                findings.warning("node " + name + ": last heartbeat " + age.toSeconds() + " s ago");
            } else if (age.negated().compareTo(SKEW_NOTED) > 0) {
                findings.warning(
                        "node "
                                + name
                                + ": its clock is "
                                + age.abs().toSeconds()
                                + " s ahead of the API server's");
            }
        }
        return findings.orElse(Count.of(leases.size(), "heartbeat"));
    }
}

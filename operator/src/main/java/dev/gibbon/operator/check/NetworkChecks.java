package dev.gibbon.operator.check;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicySpec;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Whether the cluster's network leads connections where the mesh expects them. */
final class NetworkChecks {
    private static final Pattern MODE = Pattern.compile("(?m)^ *mode: *\"?([a-z]*)\"?");

    /** Of the operator's pods: for sidecars, and for the API server. */
    private static final int FEED = 8005;

    private static final int WEBHOOK = 9443;

    private NetworkChecks() {}

    static List<Check> all() {
        return List.of(
                new Check(
                        Group.NETWORK,
                        "socket-load-balancing",
                        "The CNI leaves destinations of connections alone",
                        "With load balancing at the socket, the address of a Service is replaced"
                                + " by that of a pod inside of connect(), before capture: routes"
                                + " with a parent never apply, and requests are not balanced.",
                        "Cilium: set socketLB.hostNamespaceOnly=true in its chart"
                                + " (bpf-lb-sock-hostns-only in ConfigMap cilium-config), restart"
                                + " its pods, then the meshed ones.",
                        NetworkChecks::socketBalancing),
                new Check(
                        Group.NETWORK,
                        "kube-proxy-mode",
                        "kube-proxy's mode is known",
                        "The mesh works with iptables, nftables and ipvs: capture comes before"
                                + " them. This check only says which it is.",
                        "Nothing.",
                        NetworkChecks::kubeProxy),
                new Check(
                        Group.NETWORK,
                        "operator-ingress-policies",
                        "Network policies let everybody reach the operator",
                        "Sidecars need port 8005 of the operator's pods for certificates and"
                                + " configuration, the API server port 9443 for the webhook."
                                + " Policies add up, and peers are not looked at here: it is a"
                                + " hint.",
                        "Allow ingress to ports 8005 (from all labelled namespaces) and 9443 in the"
                                + " mesh's namespace.",
                        NetworkChecks::ingress),
                new Check(
                        Group.NETWORK,
                        "namespace-egress-policies",
                        "Network policies let meshed pods reach the operator",
                        "A sidecar that cannot reach port 8005 of the operator gets no certificate:"
                                + " its pod stays in Init. Pods keep their ports, so policies"
                                + " between applications need no change. Policies add up, and peers"
                                + " are not looked at here: it is a hint.",
                        "Allow egress to port 8005 of the mesh's namespace, and to the DNS.",
                        NetworkChecks::egress));
    }

    private static Outcome socketBalancing(ClusterSnapshot cluster) throws NotRead {
        List<ConfigMap> cilium = cluster.get(Topic.CILIUM);
        if (cilium.isEmpty()) {
            return Outcome.ok("no Cilium found");
        }
        Findings findings = new Findings();
        for (ConfigMap map : cilium) {
            Map<String, String> data = map.getData() == null ? Map.of() : map.getData();
            // Replacing kube-proxy turns it on, whatever bpf-lb-sock says.
            boolean balances =
                    "true".equals(data.get("bpf-lb-sock"))
                            || Set.of("true", "strict")
                                    .contains(data.getOrDefault("kube-proxy-replacement", ""));
            if (balances && !"true".equals(data.get("bpf-lb-sock-hostns-only"))) {
                findings.failed(
                        "ConfigMap "
                                + map.getMetadata().getNamespace()
                                + "/cilium-config: bpf-lb-sock-hostns-only is "
                                + data.getOrDefault("bpf-lb-sock-hostns-only", "not set")
                                + " (expected: true)");
            }
        }
        return findings.orElse("Cilium, without it in pods");
    }

    private static Outcome kubeProxy(ClusterSnapshot cluster) throws NotRead {
        for (ConfigMap map : cluster.get(Topic.KUBE_PROXY)) {
            String text =
                    map.getData() == null ? "" : map.getData().getOrDefault("config.conf", "");
            Matcher matcher = MODE.matcher(text);
            if (matcher.find()) {
                String mode = matcher.group(1);
                return Outcome.ok(mode.isEmpty() ? "iptables, the default" : mode);
            }
        }
        return Outcome.skipped("no ConfigMap kube-system/kube-proxy that says its mode");
    }

    private static boolean restricts(NetworkPolicySpec spec, String type) {
        return spec != null
                && (spec.getPolicyTypes().contains(type)
                        || (type.equals("Ingress") && spec.getPolicyTypes().isEmpty()));
    }

    private static boolean selects(NetworkPolicySpec spec, Map<String, String> labels) {
        if (spec.getPodSelector() == null) {
            return true;
        }
        Map<String, String> wanted = spec.getPodSelector().getMatchLabels();
        // Expressions are not evaluated: a hint may be wrong, and a check must not stay silent.
        return wanted == null || labels.entrySet().containsAll(wanted.entrySet());
    }

    /** Without ports, a rule admits all. */
    private static boolean admits(List<NetworkPolicyPort> ports, int port, String name) {
        return ports.isEmpty()
                || ports.stream()
                        .filter(one -> one.getProtocol() == null || one.getProtocol().equals("TCP"))
                        .anyMatch(one -> covers(one, port, name));
    }

    private static boolean covers(NetworkPolicyPort rule, int port, String name) {
        IntOrString first = rule.getPort();
        if (first == null || first.getIntVal() == null) {
            return first == null || name.equals(first.getStrVal());
        }
        int last = rule.getEndPort() == null ? first.getIntVal() : rule.getEndPort();
        return first.getIntVal() <= port && port <= last;
    }

    private static Outcome ingress(ClusterSnapshot cluster) throws NotRead {
        Map<String, String> operator =
                cluster.get(Topic.OPERATOR_PODS).stream()
                        .map(Pod::getMetadata)
                        .filter(one -> one.getLabels() != null)
                        .map(one -> Map.copyOf(one.getLabels()))
                        .findFirst()
                        .orElse(Map.of("app.kubernetes.io/name", "gibbon"));
        List<NetworkPolicySpec> policies =
                cluster.get(Topic.NETWORK_POLICIES).stream()
                        .filter(one ->
                                cluster.scope()
                                        .meshNamespace()
                                        .equals(one.getMetadata().getNamespace()))
                        .map(NetworkPolicy::getSpec)
                        .filter(spec -> restricts(spec, "Ingress") && selects(spec, operator))
                        .toList();
        Findings findings = new Findings();
        for (Map.Entry<Integer, String> port :
                Map.of(FEED, "feed", WEBHOOK, "webhook").entrySet()) {
            if (!policies.isEmpty()
                    && policies.stream()
                            .flatMap(spec -> spec.getIngress().stream())
                            .noneMatch(rule ->
                                    admits(rule.getPorts(), port.getKey(), port.getValue()))) {
                findings.warning(
                        "namespace "
                                + cluster.scope().meshNamespace()
                                + ": no policy admits ingress to port "
                                + port.getKey());
            }
        }
        return findings.orElse(
                policies.isEmpty()
                        ? "no policy for the operator"
                        : "by " + policies.size() + " of the mesh's namespace");
    }

    private static Outcome egress(ClusterSnapshot cluster) throws NotRead {
        Findings findings = new Findings();
        int looked = 0;
        for (Namespace namespace : MeshNamespaces.injected(cluster)) {
            String name = namespace.getMetadata().getName();
            List<NetworkPolicy> policies =
                    cluster.get(Topic.NETWORK_POLICIES).stream()
                            .filter(one -> name.equals(one.getMetadata().getNamespace()))
                            .filter(one -> restricts(one.getSpec(), "Egress"))
                            .toList();
            looked += policies.size();
            if (!policies.isEmpty()
                    && policies.stream()
                            .flatMap(one -> one.getSpec().getEgress().stream())
                            .noneMatch(rule -> admits(rule.getPorts(), FEED, "feed"))) {
                findings.warning("namespace " + name + ": no policy admits egress to port " + FEED);
            }
        }
        return findings.orElse(
                looked == 0 ? "no policy for egress" : "by " + looked + " for egress");
    }
}

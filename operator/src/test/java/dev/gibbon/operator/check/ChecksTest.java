package dev.gibbon.operator.check;

import static dev.gibbon.operator.check.TestCluster.NOW;
import static dev.gibbon.operator.check.TestCluster.OTHER_ROOT;
import static dev.gibbon.operator.check.TestCluster.ROOT;
import static dev.gibbon.operator.check.TestCluster.SCOPE;
import static dev.gibbon.operator.check.TestCluster.healthy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.core.x509.Pem;
import dev.gibbon.operator.certmanager.IssuanceVerdict;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each check, on a cluster in which all is well and on ones in which one thing is not. */
final class ChecksTest {
    /** They only tell something. */
    private static final Set<String> INFORMATIVE = Set.of("host-network", "kube-proxy-mode");

    /**
     * A cluster, and what a check has to say of it.
     *
     * @param text a part of what is said
     */
    record Row(String check, UnaryOperator<ClusterSnapshot> change, Level expected, String text) {
        @Override
        public String toString() {
            return check + ": " + text;
        }
    }

    private static <T> Row row(String check, Topic<T> topic, T value, Level level, String text) {
        return new Row(check, cluster -> cluster.with(topic, value), level, text);
    }

    private static <T> Row failed(String check, Topic<T> topic, T value, String text) {
        return row(check, topic, value, Level.FAILED, text);
    }

    private static <T> Row warning(String check, Topic<T> topic, T value, String text) {
        return row(check, topic, value, Level.WARNING, text);
    }

    private static <T> Row ok(String check, Topic<T> topic, T value, String text) {
        return row(check, topic, value, Level.OK, text);
    }

    static Stream<Row> rows() {
        return Stream.of(
                        cluster(),
                        installation(),
                        certificates(),
                        issuance(),
                        namespaces(),
                        pods(),
                        sidecars(),
                        configuration(),
                        secrets(),
                        network())
                .flatMap(List::stream);
    }

    private static List<Row> cluster() {
        return List.of(
                failed("kubernetes-version", Topic.KUBERNETES, "v1.30.9", "v1.30.9"),
                failed("kubernetes-version", Topic.KUBERNETES, "unknown", "unknown"),
                ok("kubernetes-version", Topic.KUBERNETES, "v1.31.0", "v1.31.0"),
                ok("kubernetes-version", Topic.KUBERNETES, "v1.33.4+k3s1", "v1.33.4"),
                failed(
                        "node-system",
                        Topic.NODES,
                        List.of(TestCluster.node("old", "linux", "5.3.18-generic")),
                        "node old: kernel 5.3.18-generic"),
                ok(
                        "node-system",
                        Topic.NODES,
                        List.of(TestCluster.node("old", "linux", "5.4.0")),
                        "1 node"),
                warning(
                        "node-system",
                        Topic.NODES,
                        List.of(TestCluster.node("w", "windows", "10.0")),
                        "node w: windows"),
                ok("clock-skew", Topic.SERVER_TIME, NOW.plusSeconds(4), "within 5 s"),
                warning("clock-skew", Topic.SERVER_TIME, NOW.plusSeconds(6), "6 s behind the"),
                failed("clock-skew", Topic.SERVER_TIME, NOW.minusSeconds(90), "90 s ahead of"),
                warning(
                        "node-heartbeat",
                        Topic.NODE_LEASES,
                        List.of(TestCluster.lease("node-1", NOW.minusSeconds(61))),
                        "node-1: last heartbeat 61 s ago"),
                warning(
                        "node-heartbeat",
                        Topic.NODE_LEASES,
                        List.of(TestCluster.lease("node-1", NOW.plusSeconds(20))),
                        "20 s ahead"),
                ok(
                        "node-heartbeat",
                        Topic.NODE_LEASES,
                        List.of(TestCluster.lease("removed", NOW.minusSeconds(600))),
                        "1 heartbeat"));
    }

    private static List<Row> installation() {
        return List.of(
                failed(
                        "definitions-installed",
                        Topic.DEFINITIONS,
                        List.of(TestCluster.definition("meshservices", "v1alpha1")),
                        "meshroutes.gibbon.dev: not installed"),
                new Row(
                        "definitions-installed",
                        cluster ->
                                cluster.with(
                                        Topic.DEPLOYMENTS,
                                        List.of(
                                                TestCluster.yaml(
                                                        io.fabric8.kubernetes.api.model.apps
                                                                .Deployment.class,
                                                        "metadata: {name: gibbon-operator,"
                                                                + " namespace: gibbon-system, labels:"
                                                                + " {app.kubernetes.io/version:"
                                                                + " 0.2.0}}"))),
                        Level.WARNING,
                        "of version 0.1.0 (expected: the operator's, 0.2.0)"),
                failed(
                        "definitions-stored-versions",
                        Topic.DEFINITIONS,
                        List.of(TestCluster.definition("meshservices", "v1alpha0")),
                        "stored as v1alpha0"),
                failed(
                        "single-release",
                        Topic.DEPLOYMENTS,
                        List.of(
                                TestCluster.operator("gibbon-system", 2, 2),
                                TestCluster.operator("second", 2, 2)),
                        "gibbon-system/gibbon, second/gibbon"),
                failed("single-release", Topic.DEPLOYMENTS, List.of(), "--mesh-namespace"),
                failed("operator-ready", Topic.DEPLOYMENTS, List.of(), "no Deployment"),
                failed(
                        "operator-ready",
                        Topic.DEPLOYMENTS,
                        List.of(TestCluster.operator("gibbon-system", 2, 0)),
                        "0 of 2"),
                warning(
                        "operator-ready",
                        Topic.DEPLOYMENTS,
                        List.of(TestCluster.operator("gibbon-system", 2, 1)),
                        "1 of 2"),
                warning(
                        "operator-replicas-agree",
                        Topic.OPERATOR_PODS,
                        List.of(
                                TestCluster.operatorPod("sha256:1"),
                                TestCluster.operatorPod("sha256:2")),
                        "sha256:2"),
                warning(
                        "operator-available",
                        Topic.DEPLOYMENTS,
                        List.of(TestCluster.operator("gibbon-system", 1, 1)),
                        "1 replica"),
                warning("operator-available", Topic.BUDGETS, List.of(), "PodDisruptionBudget"),
                new Row(
                        "program-version",
                        _ ->
                                rescoped(
                                        new ClusterSnapshot.Scope(
                                                SCOPE.server(),
                                                SCOPE.meshNamespace(),
                                                null,
                                                "0.2.0",
                                                NOW)),
                        Level.WARNING,
                        "this program is 0.2.0, the operator 0.1.0"),
                failed(
                        "operator-reachable",
                        Topic.READINESS,
                        "status 503 no endpoints available",
                        "no endpoints"),
                warning("operator-leader", Topic.LEASES, List.of(), "no Lease"),
                warning(
                        "operator-leader",
                        Topic.LEASES,
                        List.of(TestCluster.lease("gibbon-operator", NOW.minusSeconds(16))),
                        "16 s ago"),
                failed(
                        "operator-permissions",
                        Topic.DENIED,
                        List.of("list pods"),
                        "may not list pods"));
    }

    private static ClusterSnapshot rescoped(ClusterSnapshot.Scope scope) {
        return ClusterSnapshot.empty(scope)
                .with(
                        Topic.DEPLOYMENTS,
                        List.of(TestCluster.operator(scope.meshNamespace(), 2, 2)));
    }

    private static Row issuance(UnaryOperator<ClusterSnapshot> change, Level level, String text) {
        return new Row(
                "intermediate-issued",
                cluster -> change.apply(TestCluster.issued(cluster)),
                level,
                text);
    }

    private static List<Row> issuance() {
        IntermediateReading none = TestCluster.intermediate("there is none", Duration.ZERO);
        return List.of(
                new Row("intermediate-issued", cluster -> cluster, Level.OK, "a root of its own"),
                issuance(
                        cluster -> cluster,
                        Level.OK,
                        "ClusterIssuer company-ca, until 2026-05-20T12:00:00Z"),
                issuance(
                        cluster -> cluster.with(Topic.DEFINITIONS, List.of()),
                        Level.FAILED,
                        "the cluster has no cert-manager"),
                issuance(
                        cluster -> cluster.with(Topic.CERTIFICATES, List.of()),
                        Level.FAILED,
                        "no Certificate gibbon-intermediate in gibbon-system"),
                issuance(
                        cluster ->
                                cluster.with(Topic.ISSUER, IssuanceVerdict.IssuerState.MISSING)
                                        .with(Topic.INTERMEDIATE, none),
                        Level.FAILED,
                        "ClusterIssuer company-ca: there is none"),
                issuance(
                        cluster -> cluster.with(Topic.ISSUER, IssuanceVerdict.IssuerState.MISSING),
                        Level.WARNING,
                        "ClusterIssuer company-ca: there is none"),
                issuance(
                        cluster -> cluster.with(Topic.ISSUER, TestCluster.issuer("False")),
                        Level.WARNING,
                        "ClusterIssuer company-ca: not ready: no key"),
                issuance(
                        cluster ->
                                cluster.with(
                                                Topic.CERTIFICATES,
                                                List.of(TestCluster.certificate("False")))
                                        .with(Topic.INTERMEDIATE, none),
                        Level.FAILED,
                        "Certificate gibbon-intermediate: not ready: not issued"),
                issuance(
                        cluster ->
                                cluster.with(
                                        Topic.INTERMEDIATE,
                                        TestCluster.intermediate("tls.key: odd", Duration.ZERO)),
                        Level.FAILED,
                        "Secret gibbon-intermediate: tls.key: odd"),
                issuance(
                        cluster ->
                                cluster.with(
                                        Topic.INTERMEDIATE,
                                        TestCluster.intermediate("", Duration.ofDays(14))),
                        Level.WARNING,
                        "the intermediate ends 2026-03-15T12:00:00Z"),
                issuance(
                        cluster ->
                                cluster.without(Topic.INTERMEDIATE, "no permission")
                                        .with(Topic.ISSUER, TestCluster.issuer("False")),
                        Level.FAILED,
                        "not ready: no key"),
                issuance(
                        cluster -> cluster.without(Topic.INTERMEDIATE, "no permission"),
                        Level.SKIPPED,
                        "no permission"));
    }

    private static List<Row> certificates() {
        String root = Pem.ofCertificates(List.of(ROOT));
        String other = Pem.ofCertificates(List.of(OTHER_ROOT));
        String expired = Pem.ofCertificates(List.of(TestCluster.root(Duration.ofDays(-1))));
        return List.of(
                failed("authority-valid", Topic.AUTHORITY, List.of(), "no certificate in Secret"),
                failed(
                        "authority-valid",
                        Topic.AUTHORITY,
                        List.of(ROOT, TestCluster.root(Duration.ofSeconds(-1))),
                        "ended 2026-03-01T11:59:59Z"),
                warning(
                        "authority-valid",
                        Topic.AUTHORITY,
                        List.of(TestCluster.root(Duration.ofDays(6))),
                        "in 6 days"),
                ok(
                        "authority-valid",
                        Topic.AUTHORITY,
                        List.of(ROOT, TestCluster.root(Duration.ofDays(8))),
                        "2 roots, until 2026-03-09T12:00:00Z"),
                failed("trust-distributed", Topic.TRUST, List.of(), "shop: no ConfigMap"),
                failed(
                        "trust-distributed",
                        Topic.TRUST,
                        List.of(TestCluster.trust("shop", other)),
                        "other roots"),
                new Row(
                        "trust-distributed",
                        cluster -> cluster.without(Topic.AUTHORITY, "forbidden"),
                        Level.OK,
                        "1 namespace"),
                failed(
                        "trust-distributed",
                        Topic.TRUST,
                        List.of(TestCluster.trust("shop", "")),
                        "no certificates"),
                failed(
                        "webhook-authority",
                        Topic.WEBHOOKS,
                        List.of(TestCluster.webhooks("Fail", "")),
                        "caBundle is empty"),
                failed(
                        "webhook-authority",
                        Topic.WEBHOOKS,
                        List.of(TestCluster.webhooks("Fail", "%%%")),
                        "holds no certificates"),
                failed(
                        "webhook-authority",
                        Topic.WEBHOOKS,
                        List.of(TestCluster.webhooks("Fail", TestCluster.base64(other))),
                        "lacks a root"),
                failed(
                        "webhook-authority",
                        Topic.WEBHOOKS,
                        List.of(TestCluster.webhooks("Fail", TestCluster.base64(root + expired))),
                        "ended"),
                new Row(
                        "webhook-authority",
                        cluster ->
                                cluster.without(Topic.AUTHORITY, "forbidden")
                                        .with(
                                                Topic.WEBHOOKS,
                                                List.of(
                                                        TestCluster.webhooks(
                                                                "Fail",
                                                                TestCluster.base64(expired)))),
                        Level.FAILED,
                        "ended"),
                failed(
                        "sidecar-certificates",
                        Topic.SIDECARS,
                        TestCluster.sidecars(7, "2026-03-01T12:00:00Z"),
                        "shop/web-1: ended"));
    }

    private static List<Row> namespaces() {
        return List.of(
                failed("webhook-present", Topic.WEBHOOKS, List.of(), "gibbon-injection"),
                new Row(
                        "webhook-present",
                        cluster -> {
                            var one = TestCluster.webhooks("Fail", "");
                            one.setWebhooks(one.getWebhooks().subList(0, 1));
                            return cluster.with(Topic.WEBHOOKS, List.of(one));
                        },
                        Level.FAILED,
                        "no entry for pods"),
                failed(
                        "webhook-fails-closed",
                        Topic.WEBHOOKS,
                        List.of(TestCluster.webhooks("Ignore", "")),
                        "failurePolicy Ignore"),
                warning(
                        "namespaces-labelled",
                        Topic.NAMESPACES,
                        List.of(TestCluster.namespace("shop", "{}", "{}")),
                        "none"),
                warning(
                        "namespace-words-known",
                        Topic.NAMESPACES,
                        List.of(TestCluster.namespace("shop", "{gibbon.dev/inject: enable}", "{}")),
                        "gibbon.dev/inject=enable (did you mean enabled?)"),
                warning(
                        "namespace-words-known",
                        Topic.NAMESPACES,
                        List.of(TestCluster.namespace("shop", "{gibbon.dev/injekt: x}", "{}")),
                        "did you mean gibbon.dev/inject?"),
                warning(
                        "namespace-words-known",
                        Topic.NAMESPACES,
                        List.of(TestCluster.namespace("shop", "{gibbon.dev/team: x}", "{}")),
                        "gibbon.dev/team does nothing (expected: gibbon.dev/inject)"),
                warning(
                        "namespace-words-known",
                        Topic.NAMESPACES,
                        List.of(TestCluster.namespace("shop", "{gibbon.dev/mesh: strict}", "{}")),
                        "expected: an annotation"),
                warning(
                        "namespace-words-known",
                        Topic.NAMESPACES,
                        List.of(
                                TestCluster.namespace(
                                        "shop", "{}", "{gibbon.dev/inject: enabled}")),
                        "expected: a label"),
                failed(
                        "namespace-pod-security",
                        Topic.NAMESPACES,
                        List.of(
                                TestCluster.namespace(
                                        "shop",
                                        "{gibbon.dev/inject: enabled,"
                                                + " pod-security.kubernetes.io/enforce: restricted}",
                                        "{}")),
                        "enforces restricted"));
    }

    private static List<Row> pods() {
        return List.of(
                warning(
                        "pods-meshed",
                        Topic.PODS,
                        List.of(TestCluster.plainPod("shop", "", "")),
                        "shop/plain-1: runs without a sidecar"),
                warning(
                        "pods-meshed",
                        Topic.PODS,
                        List.of(
                                TestCluster.plainPod(
                                        "default",
                                        ", annotations: {gibbon.dev/inject: enabled}",
                                        "")),
                        "expected: a label of the pod"),
                ok(
                        "pods-meshed",
                        Topic.PODS,
                        List.of(
                                TestCluster.plainPod(
                                        "shop", ", labels: {gibbon.dev/inject: disabled}", "")),
                        "0 meshed pods"),
                ok(
                        "pods-meshed",
                        Topic.PODS,
                        List.of(
                                TestCluster.plainPod(
                                        "shop", ", deletionTimestamp: 2026-03-01T12:00:00Z", "")),
                        "0 meshed pods"),
                warning(
                        "pod-annotations-known",
                        Topic.PODS,
                        List.of(
                                TestCluster.meshedPod(
                                        ", gibbon.dev/exclude-inbound-port: '9090'", "", "")),
                        "did you mean gibbon.dev/exclude-inbound-ports?"),
                warning(
                        "pods-captured",
                        Topic.PODS,
                        List.of(
                                TestCluster.meshedPod(
                                        ", gibbon.dev/exclude-inbound-ports: '81-65535,1-80'",
                                        "",
                                        "")),
                        "everything is excluded by gibbon.dev/exclude-inbound-ports"),
                warning(
                        "pods-captured",
                        Topic.PODS,
                        List.of(
                                TestCluster.meshedPod(
                                        ", gibbon.dev/exclude-outbound-cidrs: 0.0.0.0/0", "", "")),
                        "gibbon.dev/exclude-outbound-cidrs"),
                ok(
                        "pods-captured",
                        Topic.PODS,
                        List.of(
                                TestCluster.meshedPod(
                                        ", gibbon.dev/exclude-inbound-ports: '82-65535,1-80'",
                                        "",
                                        "")),
                        "1 meshed pod"),
                ok(
                        "host-network",
                        Topic.PODS,
                        List.of(TestCluster.plainPod("shop", "", ", hostNetwork: true")),
                        "1 in labelled namespaces: shop/plain-1"));
    }

    private static List<Row> sidecars() {
        return List.of(
                failed(
                        "capture-succeeded",
                        Topic.PODS,
                        List.of(
                                TestCluster.meshedPod(
                                        "",
                                        "state: {waiting: {reason: CrashLoopBackOff}}, lastState:"
                                                + " {terminated: {exitCode: 1, message: 'no nft_tproxy'}}",
                                        "")),
                        "shop/web-1: ended with 1: no nft_tproxy"),
                failed(
                        "capture-succeeded",
                        Topic.PODS,
                        List.of(
                                TestCluster.meshedPod(
                                        "", "state: {waiting: {reason: ImagePullBackOff}}", "")),
                        "waits: ImagePullBackOff"),
                ok(
                        "capture-succeeded",
                        Topic.PODS,
                        List.of(
                                TestCluster.meshedPod(
                                        "",
                                        "state: {terminated: {exitCode: 0}}, lastState:"
                                                + " {terminated: {exitCode: 1}}",
                                        "")),
                        "1 meshed pod"),
                warning(
                        "sidecars-ready",
                        Topic.PODS,
                        List.of(
                                TestCluster.meshedPod(
                                        "", "", "ready: false, state: {running: {}}")),
                        "runs, and is not ready"),
                warning(
                        "sidecars-ready",
                        Topic.PODS,
                        List.of(
                                TestCluster.meshedPod(
                                        "",
                                        "",
                                        "ready: true, restartCount: 3, state: {running: {}},"
                                                + " lastState: {terminated: {exitCode: 137, reason:"
                                                + " OOMKilled}}")),
                        "restarted 3 times, it ended with 137 (OOMKilled)"),
                failed(
                        "sidecars-ready",
                        Topic.PODS,
                        List.of(
                                TestCluster.meshedPod(
                                        "",
                                        "",
                                        "ready: false, state: {waiting: {reason:"
                                                + " CrashLoopBackOff}}")),
                        "waits: CrashLoopBackOff"),
                warning(
                        "sidecar-versions",
                        Topic.DEPLOYMENTS,
                        List.of(
                                TestCluster.yaml(
                                        io.fabric8.kubernetes.api.model.apps.Deployment.class,
                                        "metadata: {name: gibbon-operator, namespace:"
                                                + " gibbon-system, labels: {app.kubernetes.io/version:"
                                                + " 0.2.0}}")),
                        "shop/web-1: 0.1.0 (expected: 0.2.0)"),
                warning(
                        "sidecars-current",
                        Topic.SIDECARS,
                        TestCluster.sidecars(6, "2026-03-02T11:00:00Z"),
                        "shop/web-1: revision 6 (expected: 7)"));
    }

    private static List<Row> configuration() {
        return List.of(
                failed(
                        "mesh-services-programmed",
                        Topic.MESH_SERVICES,
                        List.of(TestCluster.meshService("", "False", "True", "True")),
                        "MeshService shop/web: Accepted=False (Valid): the spec"),
                failed(
                        "mesh-services-programmed",
                        Topic.MESH_SERVICES,
                        List.of(TestCluster.meshService("", "True", "False", "True")),
                        "ResolvedRefs=False"),
                warning(
                        "mesh-services-programmed",
                        Topic.MESH_SERVICES,
                        List.of(TestCluster.meshService("", "True", "True", "False")),
                        "Programmed=False (Sent): 1/2 sidecars"),
                failed(
                        "mesh-routes-programmed",
                        Topic.MESH_ROUTES,
                        List.of(TestCluster.meshRoute("web", "web", 80, "False")),
                        "MeshRoute shop/web: Accepted=False"),
                new Row(
                        "mesh-routes-programmed",
                        cluster -> {
                            var route = TestCluster.meshRoute("web", "web", 80, "True");
                            route.setStatus(null);
                            return cluster.with(Topic.MESH_ROUTES, List.of(route));
                        },
                        Level.WARNING,
                        "has not said anything"),
                new Row(
                        "status-current",
                        cluster -> {
                            var route = TestCluster.meshRoute("web", "web", 80, "True");
                            route.getMetadata().setGeneration(3L);
                            return cluster.with(Topic.MESH_ROUTES, List.of(route));
                        },
                        Level.WARNING,
                        "of generation 2 (expected: 3)"),
                failed(
                        "route-references",
                        Topic.MESH_ROUTES,
                        List.of(TestCluster.meshRoute("none", "web", 80, "True")),
                        "no MeshService none in shop"),
                failed(
                        "route-references",
                        Topic.MESH_ROUTES,
                        List.of(TestCluster.meshRoute("web", "none", 80, "True")),
                        "parent: no Service none in shop"),
                failed(
                        "route-references",
                        Topic.MESH_ROUTES,
                        List.of(TestCluster.meshRoute("web", "web", 8080, "True")),
                        "has no port 8080 (it has: [80])"),
                failed(
                        "service-references",
                        Topic.SERVICES,
                        List.of(),
                        "MeshService shop/web: no Service web in shop"),
                warning(
                        "app-protocols",
                        Topic.SERVICES,
                        List.of(TestCluster.service("htpp")),
                        "appProtocol htpp (did you mean http?)"),
                ok(
                        "app-protocols",
                        Topic.SERVICES,
                        List.of(TestCluster.service("kubernetes.io/h2c")),
                        "1 Service"));
    }

    private static List<Row> secrets() {
        String authority = ", tls: {verify: true, caSecret: {name: web-tls}}";
        String client = ", tls: {clientCertificateSecret: {name: web-tls}}";
        return List.of(
                secret(authority, List.of(), Level.FAILED, "no Secret web-tls in shop"),
                secret(
                        authority,
                        List.of(TestCluster.secret(Set.of("other"), Map.of())),
                        Level.FAILED,
                        "no certificate under ca.crt"),
                secret(
                        authority,
                        List.of(named("ca.crt", Duration.ofDays(-1))),
                        Level.FAILED,
                        "Secret web-tls, ca.crt: ended"),
                secret(
                        authority,
                        List.of(named("ca.crt", Duration.ofDays(-1), Duration.ofDays(60))),
                        Level.WARNING,
                        "Secret web-tls, ca.crt: one ended"),
                secret(
                        authority,
                        List.of(named("ca.crt", Duration.ofDays(2))),
                        Level.WARNING,
                        "ends 2026-03-03"),
                secret(
                        authority,
                        List.of(named("ca.crt", Duration.ofDays(60))),
                        Level.OK,
                        "1 Secret"),
                secret(
                        client,
                        List.of(named("tls.crt", Duration.ofDays(60))),
                        Level.FAILED,
                        "no key tls.key"));
    }

    private static Row secret(String tls, List<NamedSecret> secrets, Level level, String text) {
        return new Row(
                "secrets-usable",
                cluster ->
                        cluster.with(
                                        Topic.MESH_SERVICES,
                                        List.of(
                                                TestCluster.meshService(
                                                        tls, "True", "True", "True")))
                                .with(Topic.SECRETS, secrets),
                level,
                text);
    }

    private static NamedSecret named(String key, Duration... left) {
        return TestCluster.secret(
                Set.of(key),
                Map.of(key, Pem.ofCertificates(Stream.of(left).map(TestCluster::root).toList())));
    }

    private static List<Row> network() {
        String onlyDns = "{policyTypes: [Egress], egress: [{ports: [{port: 53}]}]}";
        return List.of(
                failed(
                        "socket-load-balancing",
                        Topic.CILIUM,
                        List.of(TestCluster.cilium("{bpf-lb-sock: 'true'}")),
                        "bpf-lb-sock-hostns-only is not set"),
                failed(
                        "socket-load-balancing",
                        Topic.CILIUM,
                        List.of(TestCluster.cilium("{kube-proxy-replacement: 'true'}")),
                        "(expected: true)"),
                ok(
                        "socket-load-balancing",
                        Topic.CILIUM,
                        List.of(
                                TestCluster.cilium(
                                        "{bpf-lb-sock: 'true', bpf-lb-sock-hostns-only: 'true'}")),
                        "Cilium"),
                ok(
                        "socket-load-balancing",
                        Topic.CILIUM,
                        List.of(TestCluster.cilium("{kube-proxy-replacement: 'false'}")),
                        "Cilium"),
                row(
                        "kube-proxy-mode",
                        Topic.KUBE_PROXY,
                        List.of(),
                        Level.SKIPPED,
                        "kube-system/kube-proxy"),
                warning(
                        "operator-ingress-policies",
                        Topic.NETWORK_POLICIES,
                        List.of(
                                TestCluster.policy(
                                        "gibbon-system",
                                        "{policyTypes: [Ingress], ingress: [{ports: [{port:"
                                                + " 8005}]}]}")),
                        "ingress to port 9443"),
                ok(
                        "operator-ingress-policies",
                        Topic.NETWORK_POLICIES,
                        List.of(
                                TestCluster.policy(
                                        "gibbon-system",
                                        "{policyTypes: [Ingress], ingress: [{ports: [{port: feed},"
                                                + " {port: 9000, endPort: 9999}]}]}")),
                        "by 1 of"),
                ok(
                        "operator-ingress-policies",
                        Topic.NETWORK_POLICIES,
                        List.of(
                                TestCluster.policy(
                                        "gibbon-system",
                                        "{podSelector: {matchLabels: {app: other}}, policyTypes:"
                                                + " [Ingress]}")),
                        "no policy for the operator"),
                warning(
                        "namespace-egress-policies",
                        Topic.NETWORK_POLICIES,
                        List.of(TestCluster.policy("shop", onlyDns)),
                        "namespace shop: no policy admits egress to port 8005"),
                ok(
                        "namespace-egress-policies",
                        Topic.NETWORK_POLICIES,
                        List.of(TestCluster.policy("default", onlyDns)),
                        "no policy for egress"));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void aClusterWithOneThingChangedIsJudgedByIt(Row row) {
        Outcome outcome = outcome(row.check(), row.change().apply(healthy()));

        assertThat(outcome.level()).as(outcome.toString()).isEqualTo(row.expected());
        assertThat(outcome.summary() + outcome.findings()).contains(row.text());
    }

    private static Outcome outcome(String id, ClusterSnapshot cluster) {
        return Checks.all().stream()
                .filter(check -> check.id().equals(id))
                .findFirst()
                .orElseThrow()
                .run(cluster)
                .outcome();
    }

    @Test
    void allIsWellInAHealthyCluster() {
        CheckReport report = Checks.run(healthy());

        assertThat(report.results())
                .allSatisfy(result ->
                        assertThat(result.outcome().level())
                                .as(result.check().id() + ": " + result.outcome())
                                .isEqualTo(Level.OK));
        assertThat(report.exitCode()).isZero();
    }

    @Test
    void whatCouldNotBeReadIsSkippedAndNeverOk() {
        CheckReport report = Checks.run(ClusterSnapshot.empty(SCOPE));

        assertThat(report.count(Level.SKIPPED)).isEqualTo(Checks.all().size());
        assertThat(report.exitCode()).isZero();
        assertThat(outcome("node-system", healthy().without(Topic.NODES, "status 403")).summary())
                .isEqualTo("nodes: status 403");
    }

    @Test
    void everyCheckThatJudgesHasARowInWhichItIsNotWell() {
        Set<String> judged = new TreeSet<>(INFORMATIVE);
        rows().filter(row -> row.expected() == Level.WARNING || row.expected() == Level.FAILED)
                .forEach(row -> judged.add(row.check()));

        assertThat(Checks.all()).extracting(Check::id).containsExactlyInAnyOrderElementsOf(judged);
        assertThat(judged).hasSizeGreaterThanOrEqualTo(25);
    }

    @Test
    void anotherNamespaceIsNotLookedAtWhenOneIsNamed() {
        ClusterSnapshot.Scope only =
                new ClusterSnapshot.Scope(
                        SCOPE.server(), SCOPE.meshNamespace(), "default", "0.1.0", NOW);
        ClusterSnapshot cluster =
                ClusterSnapshot.empty(only)
                        .with(
                                Topic.NAMESPACES,
                                List.of(
                                        TestCluster.namespace(
                                                "shop", "{gibbon.dev/inject: enabled}", "{}"),
                                        TestCluster.namespace("default", "{}", "{}")))
                        .with(Topic.PODS, List.of(TestCluster.plainPod("shop", "", "")));

        assertThat(outcome("pods-meshed", cluster).level()).isEqualTo(Level.OK);
    }

    @Test
    void textOfStrangersCannotControlTheTerminal() {
        assertThat(new Finding(Level.FAILED, "a\u001b[2Jb\nc").text()).isEqualTo("a?[2Jb?c");
    }
}

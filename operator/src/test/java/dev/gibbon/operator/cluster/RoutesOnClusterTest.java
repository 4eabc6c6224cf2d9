package dev.gibbon.operator.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.core.feed.FeedConfig;
import dev.gibbon.crd.MeshRoute;
import dev.gibbon.crd.MeshService;
import dev.gibbon.crd.MeshStatus;
import dev.gibbon.operator.RunningOperator;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** MeshServices and MeshRoutes reach the sidecars that they concern, and say so; two replicas. */
@Tag("cluster")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RoutesOnClusterTest {
    private final RecordingLog log = new RecordingLog();
    private TestCluster cluster;
    private RunningOperator first;
    private RunningOperator second;
    private String system;
    private String shop;
    private String bank;
    private Pod inShop;
    private Pod inBank;

    @BeforeAll
    void start() throws Exception {
        cluster = new TestCluster();
        cluster.customResources();
        system = cluster.namespace("mesh", Map.of());
        shop = cluster.namespace("shop", Map.of("gibbon.dev/inject", "enabled"));
        bank = cluster.namespace("bank", Map.of("gibbon.dev/inject", "enabled"));
        cluster.serviceAccount(shop, "default-sa");
        cluster.serviceAccount(bank, "default-sa");
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<RunningOperator> other = executor.submit(() -> cluster.operator(system, log));
            first = cluster.operator(system, log);
            second = other.get();
        }
        inShop = cluster.pod(shop, "a", "default-sa", true);
        cluster.address(inShop, "198.51.100.11");
        inBank = cluster.pod(bank, "a", "default-sa", true);
        cluster.address(inBank, "198.51.100.12");
        TestCluster.until(
                "roots", () -> cluster.trust(shop) != null && cluster.trust(bank) != null);
    }

    @AfterAll
    void stop() {
        if (cluster != null) {
            cluster.close();
        }
    }

    private TestPeer join(RunningOperator at, Pod pod) throws Exception {
        String namespace = pod.getMetadata().getNamespace();
        TestPeer peer =
                new TestPeer(
                        at.feedAddress(),
                        String.valueOf(cluster.trust(namespace)),
                        namespace + "/a");
        peer.join(peer.certify(cluster.token(pod, "gibbon.dev")));
        return peer;
    }

    @Test
    void replicasThatStartTogetherHaveOneAuthority() throws Exception {
        try (TestPeer peer = join(first, inShop);
                TestPeer other = join(second, inShop)) {
            FeedConfig one = peer.await(_ -> true);

            assertThat(other.await(_ -> true).bundle()).isEqualTo(one.bundle());
        }
        Secret secret = cluster.client.secrets().inNamespace(system).withName("gibbon-ca").get();
        assertThat(secret.getData()).containsOnlyKeys("authority.pem", "trust-domain");
    }

    @Test
    void oneReplicaLeads() {
        TestCluster.until("a lease", () -> lease() != null);

        assertThat(lease().getSpec().getHolderIdentity()).startsWith("operator-");
    }

    private Lease lease() {
        return cluster.client.leases().inNamespace(system).withName("gibbon-operator").get();
    }

    @Test
    void routeIsToldToItsNamespaceAndOneWithAParentToAll() throws Exception {
        cluster.service(shop, "b");
        apply("MeshService", shop, "v2", "{host: v2.example.com, port: 80}");
        try (TestPeer peer = join(first, inShop);
                TestPeer other = join(second, inBank)) {
            apply("MeshRoute", shop, "own", "{hosts: [b.example.com], serviceRef: {name: v2}}");
            peer.await(config -> has(config, shop + "/own"));
            assertThat(other.await(_ -> true).httpRules()).isEmpty();

            apply(
                    "MeshRoute",
                    shop,
                    "all",
                    "{paths: [/], parent: {name: b, port: 80}, serviceRef: {name: v2}}");
            FeedConfig config = other.await(now -> has(now, shop + "/all"));

            assertThat(has(config, shop + "/own")).isFalse();
            assertThat(config.services())
                    .anyMatch(service -> (shop + "/v2").equals(service.name()));
        }
        cluster.client.resources(MeshRoute.class).inNamespace(shop).delete();
    }

    private static boolean has(FeedConfig config, String route) {
        return config.httpRules().stream().anyMatch(rule -> route.equals(rule.origin().name()));
    }

    @Test
    void conditionsTellTheTruthAndAreNotWrittenAgain() throws Exception {
        apply("MeshService", bank, "backend", "{service: {name: later, port: 80}}");
        await("MeshService", "backend", "ResolvedRefs", "False", "ServiceNotFound");
        await("MeshService", "backend", "Accepted", "True", "Accepted");

        cluster.service(bank, "later");

        await("MeshService", "backend", "ResolvedRefs", "True", "ResolvedRefs");
        await("MeshService", "backend", "Programmed", "True", "");
        String version = version();
        // As long as a loop that writes each second would need to be seen.
        LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(4));
        assertThat(version()).isEqualTo(version);
    }

    private String version() {
        return cluster.client
                .resources(MeshService.class)
                .inNamespace(bank)
                .withName("backend")
                .get()
                .getMetadata()
                .getResourceVersion();
    }

    private void await(String kind, String name, String type, String status, String reason) {
        TestCluster.until(
                kind + " " + name + " " + type + "=" + status + " " + reason + " in " + log.lines(),
                () -> {
                    MeshService now =
                            cluster.client
                                    .resources(MeshService.class)
                                    .inNamespace(bank)
                                    .withName(name)
                                    .get();
                    MeshStatus found = now.getStatus();
                    List<Condition> conditions = found == null ? List.of() : found.conditions();
                    return conditions.stream()
                            .anyMatch(condition ->
                                    condition.getType().equals(type)
                                            && condition.getStatus().equals(status)
                                            && (reason.isEmpty()
                                                    || condition.getReason().equals(reason)));
                });
    }

    private void apply(String kind, String namespace, String name, String spec) {
        cluster.client
                .resource(
                        "apiVersion: gibbon.dev/v1alpha1\nkind: "
                                + kind
                                + "\nmetadata: {namespace: "
                                + namespace
                                + ", name: "
                                + name
                                + "}\nspec: "
                                + spec)
                .serverSideApply();
    }
}

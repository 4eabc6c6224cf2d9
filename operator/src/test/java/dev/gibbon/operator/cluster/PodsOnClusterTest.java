package dev.gibbon.operator.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gibbon.core.destination.Destination;
import dev.gibbon.core.destination.Endpoint;
import dev.gibbon.core.feed.FeedConfig;
import dev.gibbon.core.feed.FeedResource.WorkloadResource;
import dev.gibbon.core.identity.PeerIdentity;
import dev.gibbon.core.identity.SpiffeId;
import dev.gibbon.core.identity.TrustDomain;
import dev.gibbon.core.join.CertificateGrant;
import dev.gibbon.core.net.IpAddress;
import dev.gibbon.core.net.IpPort;
import dev.gibbon.core.setting.MeshMode;
import dev.gibbon.operator.RunningOperator;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Pods get certificates for what they are, and the feed for where they are. */
@Tag("cluster")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PodsOnClusterTest {
    private final RecordingLog log = new RecordingLog();
    private TestCluster cluster;
    private RunningOperator operator;
    private String shop;
    private String roots;
    private Pod a;

    @BeforeAll
    void start() throws Exception {
        cluster = new TestCluster();
        cluster.customResources();
        String system = cluster.namespace("mesh", Map.of());
        shop = cluster.namespace("shop", Map.of("gibbon.dev/inject", "enabled"));
        cluster.serviceAccount(shop, "service-a");
        cluster.serviceAccount(shop, "service-b");
        operator = cluster.operator(system, log);
        TestCluster.until("roots in " + shop, () -> cluster.trust(shop) != null);
        roots = String.valueOf(cluster.trust(shop));
        a = cluster.pod(shop, "a", "service-a", true);
        cluster.address(a, "198.51.100.1");
    }

    @AfterAll
    void stop() throws Exception {
        if (cluster != null) {
            cluster.close();
        }
    }

    private TestPeer peer(String name) {
        return new TestPeer(operator.feedAddress(), roots, shop + "/" + name);
    }

    @Test
    void certificateIsForThePodThatTheTokenIsBoundTo() throws Exception {
        try (TestPeer peer = new TestPeer(operator.feedAddress(), roots, "whatever/it-says")) {
            CertificateGrant grant = peer.certify(cluster.token(a, "gibbon.dev"));

            TrustDomain mesh = grant.bundle().trustDomain();
            PeerIdentity identity = PeerIdentity.of(grant.chain().getFirst());
            assertThat(identity.id()).isEqualTo(SpiffeId.serviceAccount(mesh, shop, "service-a"));
            assertThat(identity.addresses()).containsExactly(IpAddress.of("198.51.100.1"));
            assertThat(identity.dnsNames())
                    .containsExactly(a.getMetadata().getUid() + ".pod." + mesh);
        }
    }

    @Test
    void tokenForAnotherAudienceIsRefused() throws Exception {
        try (TestPeer peer = peer("a")) {
            assertThat(peer.order(cluster.token(a, "https://kubernetes.default.svc")))
                    .contains(" 403 ")
                    .contains("\"reason\":\"token\"");
            assertThat(peer.order("nonsense")).contains("\"reason\":\"token\"");
            assertThat(peer.order(null)).contains("\"reason\":\"token\"");
        }
    }

    @Test
    void podWithoutSidecarIsRefused() throws Exception {
        Pod plain = cluster.pod(shop, "plain", "service-b", false);
        cluster.address(plain, "198.51.100.2");

        try (TestPeer peer = peer("plain")) {
            assertThat(peer.order(cluster.token(plain, "gibbon.dev")))
                    .contains("\"reason\":\"not_meshed\"");
        }
    }

    @Test
    void orderWaitsForTheAddressOfItsPod() throws Exception {
        Pod young = cluster.pod(shop, "young", "service-b", true);
        String token = cluster.token(young, "gibbon.dev");
        Thread kubelet = Thread.ofVirtual().start(() -> cluster.address(young, "198.51.100.3"));

        try (TestPeer peer = peer("young")) {
            assertThat(PeerIdentity.of(peer.certify(token).chain().getFirst()).addresses())
                    .containsExactly(IpAddress.of("198.51.100.3"));
        }
        kubelet.join();
    }

    @Test
    void tokenOfAnEarlierPodOfTheNameIsWorthNothing() throws Exception {
        Pod first = cluster.pod(shop, "again", "service-b", true);
        String token = cluster.token(first, "gibbon.dev");
        cluster.client.resource(first).withGracePeriod(0).delete();
        TestCluster.until("deletion", () -> cluster.client.resource(first).get() == null);
        Pod second = cluster.pod(shop, "again", "service-b", true);
        cluster.address(second, "198.51.100.4");

        try (TestPeer peer = peer("again")) {
            // The API server itself refuses it.
            assertThat(peer.order(token)).contains("\"reason\":\"token\"");
        }
    }

    @Test
    void feedSaysWhoIsAMemberAndWhereServicesLead() throws Exception {
        Pod b = cluster.pod(shop, "b", "service-b", true);
        cluster.address(b, "198.51.100.5");
        String clusterIp = cluster.service(shop, "b");
        cluster.endpoints(shop, "b", "198.51.100.5", "198.51.100.6");
        try (TestPeer peer = peer("a")) {
            CertificateGrant grant = peer.certify(cluster.token(a, "gibbon.dev"));
            TrustDomain mesh = grant.bundle().trustDomain();
            String byAddress = clusterIp + ":80";
            String byName = "b." + shop + ".svc.cluster.local:80";
            Destination expected =
                    new Destination(
                            shop + "/b:80",
                            true,
                            List.of(
                                    new Endpoint(
                                            new IpPort(IpAddress.of("198.51.100.5"), 8080),
                                            SpiffeId.serviceAccount(mesh, shop, "service-b"),
                                            null,
                                            false),
                                    new Endpoint(
                                            new IpPort(IpAddress.of("198.51.100.6"), 8080),
                                            null,
                                            null,
                                            false)));
            peer.join(grant, byAddress, byName, "203.0.113.9:443");

            FeedConfig config =
                    peer.await(
                            now -> Optional.of(expected).equals(now.destinations().get(byAddress)));

            assertThat(config.destinations())
                    .containsEntry(byName, Optional.of(expected))
                    .containsEntry("203.0.113.9:443", Optional.empty());
            assertThat(config.workloads())
                    .extracting(WorkloadResource::name)
                    .contains(shop + "/a", shop + "/b");
            assertThat(config.settings().mode()).isEqualTo(MeshMode.PERMISSIVE);

            cluster.endpoints(shop, "b", "198.51.100.6");
            peer.await(now ->
                    now.destinations().getOrDefault(byAddress, Optional.empty()).stream()
                            .anyMatch(one -> one.endpoints().size() == 1));

            cluster.client
                    .namespaces()
                    .withName(shop)
                    .edit(now ->
                            new NamespaceBuilder(now)
                                    .editMetadata()
                                    .addToAnnotations("gibbon.dev/mesh", "strict")
                                    .endMetadata()
                                    .build());
            peer.await(now -> now.settings().mode() == MeshMode.STRICT);
        }
        cluster.client
                .namespaces()
                .withName(shop)
                .edit(now ->
                        new NamespaceBuilder(now)
                                .editMetadata()
                                .removeFromAnnotations("gibbon.dev/mesh")
                                .endMetadata()
                                .build());
    }

    @Test
    void certificateOfOnePodDoesNotOpenTheFeedOfAnother() throws Exception {
        Pod c = cluster.pod(shop, "c", "service-a", true);
        cluster.address(c, "198.51.100.7");
        try (TestPeer peer = peer("a")) {
            CertificateGrant grant = peer.certify(cluster.token(c, "gibbon.dev"));
            peer.join(grant);

            assertThatThrownBy(() -> peer.await(_ -> true)).isInstanceOf(IOException.class);
        }
        TestCluster.until(
                "a line of the log",
                () -> log.lines().stream().anyMatch(line -> line.contains("not the one of the")));
    }

    @Test
    void rootsThatSomebodyChangedAreWrittenAgain() throws Exception {
        cluster.client
                .configMaps()
                .inNamespace(shop)
                .withName("gibbon-trust")
                .edit(map -> {
                    map.setData(Map.of("roots.pem", "nothing"));
                    return map;
                });

        TestCluster.until("the roots", () -> roots.equals(cluster.trust(shop)));
    }
}

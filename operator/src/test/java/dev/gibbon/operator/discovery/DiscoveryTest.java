package dev.gibbon.operator.discovery;

import static dev.gibbon.operator.discovery.Facts.MESH;
import static dev.gibbon.operator.discovery.Facts.but;
import static dev.gibbon.operator.discovery.Facts.pod;
import static dev.gibbon.operator.discovery.Facts.ready;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.core.destination.Destination;
import dev.gibbon.core.destination.Endpoint;
import dev.gibbon.core.feed.FeedResource.WorkloadResource;
import dev.gibbon.core.feed.WorkloadAddress;
import dev.gibbon.core.identity.SpiffeId;
import dev.gibbon.core.net.IpAddress;
import dev.gibbon.core.net.IpPort;
import dev.gibbon.operator.discovery.SliceFact.SliceEndpoint;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DiscoveryTest {
    private static final SpiffeId SERVICE_B = SpiffeId.serviceAccount(MESH, "shop", "service-b");
    private static final String LATER = "2026-01-01T00:00:01Z";
    private static final String EARLIER = "2025-12-31T00:00:00Z";

    @Test
    void meshedPodIsAMemberUnderItsAddresses() {
        Discovery discovery = new Facts().pod(pod("b-1", "10.244.0.7", "fd00::7")).discovery();

        assertThat(discovery.members())
                .containsExactly(
                        new WorkloadResource(
                                "shop/b-1",
                                SERVICE_B,
                                List.of(address("10.244.0.7"), address("fd00::7"))));
    }

    @Test
    void podWithoutSidecarAddressOrLifeIsNone() {
        Discovery discovery =
                new Facts()
                        .pod(but(pod("plain", "10.244.0.1"), false, false, EARLIER))
                        .pod(but(pod("ended", "10.244.0.2"), true, true, EARLIER))
                        .pod(pod("young"))
                        .discovery();

        assertThat(discovery.members()).isEmpty();
        assertThat(discovery.pod("shop/young")).isPresent();
    }

    @Test
    void sidecarsThatAreReadyAreCountedByNamespace() {
        Discovery discovery =
                new Facts()
                        .pod(pod("a", "10.244.0.1"))
                        .pod(pod("b", "10.244.0.2"))
                        .pod(Facts.but(pod("ended", "10.244.0.3"), true, true, EARLIER))
                        .pod(Facts.but(pod("plain", "10.244.0.4"), false, false, EARLIER))
                        .pod(Facts.starting(pod("c", "10.244.0.5")))
                        .discovery();

        assertThat(discovery.servingByNamespace()).containsExactly(Map.entry("shop", 2));
        assertThat(List.of("shop/a", "shop/c", "shop/ended", "shop/plain", "shop/unknown"))
                .filteredOn(discovery::isServing)
                .containsExactly("shop/a");
    }

    @Test
    void excludedPortsAreTold() {
        PodFact b =
                new PodFact(
                        "shop",
                        "b",
                        "u",
                        "service-b",
                        null,
                        List.of(IpAddress.of("10.244.0.7")),
                        true,
                        false,
                        true,
                        Set.of(9090),
                        EARLIER);

        assertThat(new Facts().pod(b).discovery().members())
                .singleElement()
                .isInstanceOfSatisfying(
                        WorkloadResource.class,
                        member ->
                                assertThat(member.addresses())
                                        .containsExactly(
                                                new WorkloadAddress(
                                                        IpAddress.of("10.244.0.7"),
                                                        Set.of(),
                                                        Set.of(9090))));
    }

    @Test
    void addressBelongsToThePodThatWasCreatedLast() {
        PodFact old = but(pod("old", "10.244.0.7"), true, false, EARLIER);
        PodFact young = but(pod("young", "10.244.0.7"), true, false, LATER);
        PodFact plain = but(pod("plain", "10.244.0.7"), false, false, LATER + "0");

        assertThat(new Facts().pod(young).pod(old).discovery().members())
                .extracting(member -> member.key().id())
                .containsExactly("shop/young");
        assertThat(new Facts().pod(young).pod(plain).pod(old).discovery().members()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10.96.0.2:80",
                "b.shop.svc.cluster.local:80",
                "b.shop.svc:80",
                "B.Shop.SVC.cluster.local:80"
            })
    void addressAndNamesLeadToTheEndpoints(String id) {
        Discovery discovery =
                new Facts()
                        .node("n1", "eu-1a")
                        .pod(pod("b-1", "10.244.0.7"))
                        .serviceB("10.96.0.2")
                        .slice(ready("10.244.0.7"), ready("10.244.0.8"))
                        .discovery();

        assertThat(discovery.destination(id, null))
                .isEqualTo(
                        new Destination(
                                "shop/b:80",
                                true,
                                List.of(
                                        endpoint("10.244.0.7", 8080, SERVICE_B),
                                        endpoint("10.244.0.8", 8080, null))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10.96.0.2:81",
                "10.96.0.3:80",
                "10.244.0.7:8080",
                "203.0.113.9:443",
                "b.other.svc.cluster.local:80",
                "c.shop.svc.cluster.local:80",
                "b.shop.svc.cluster.local:81",
                "b.shop.svc.example.org:80",
                "b.shop:80",
                "b:80",
                ".shop.svc:80",
                "x.b.shop.svc.cluster.local:80",
                "svc:80",
                ".svc:80"
            })
    void whatIsNoServiceLeadsOnlyToItself(String id) {
        Discovery discovery =
                new Facts()
                        .pod(pod("b-1", "10.244.0.7"))
                        .serviceB("10.96.0.2")
                        .slice(ready("10.244.0.7"))
                        .discovery();

        assertThat(discovery.destination(id, "n1")).isNull();
    }

    @Test
    void headlessServiceLeadsOnlyToItself() {
        Discovery discovery = new Facts().serviceB().slice(ready("10.244.0.7")).discovery();

        assertThat(discovery.destination("b.shop.svc.cluster.local:80", null)).isNull();
        assertThat(discovery.service("shop", "b")).isPresent();
    }

    @Test
    void serviceWithoutEndpointsLeadsNowhere() {
        assertThat(new Facts().serviceB("10.96.0.2").discovery().destination("10.96.0.2:80", null))
                .isEqualTo(new Destination("shop/b:80", true, List.of()));
    }

    @Test
    void eachPortHasItsOwnTarget() {
        Discovery discovery =
                new Facts().serviceB("10.96.0.2").slice(ready("10.244.0.7")).discovery();

        assertThat(discovery.destination("10.96.0.2:5432", null))
                .isEqualTo(
                        new Destination(
                                "shop/b:5432",
                                false,
                                List.of(new Endpoint(at("10.244.0.7", 5432), null, null, false))));
    }

    @Test
    void familyOfTheEndpointsIsThatOfTheAddress() {
        Discovery discovery =
                new Facts()
                        .serviceB("fd01::2", "10.96.0.2")
                        .slice(ready("10.244.0.7"), ready("fd00::7"))
                        .discovery();

        assertThat(addresses(discovery.destination("10.96.0.2:80", null)))
                .containsExactly("10.244.0.7:8080");
        assertThat(addresses(discovery.destination("[fd01::2]:80", null)))
                .containsExactly("[fd00::7]:8080");
        // A name is the Service's preferred family.
        assertThat(addresses(discovery.destination("b.shop.svc:80", null)))
                .containsExactly("[fd00::7]:8080");
    }

    @Test
    void drainingEndpointsComeLastAndUnreadyOnesNotAtAll() {
        Discovery discovery =
                new Facts()
                        .serviceB("10.96.0.2")
                        .slice(
                                new SliceEndpoint(
                                        IpAddress.of("10.244.0.1"), false, true, "z", null),
                                new SliceEndpoint(
                                        IpAddress.of("10.244.0.2"), false, false, "z", null),
                                ready("10.244.0.3"))
                        .discovery();

        assertThat(endpoints(discovery.destination("10.96.0.2:80", null)))
                .containsExactly(
                        new Endpoint(at("10.244.0.3", 8080), null, null, false),
                        new Endpoint(at("10.244.0.1", 8080), null, "z", true));
    }

    @Test
    void endpointInTwoSlicesIsOne() {
        Discovery discovery =
                new Facts()
                        .serviceB("10.96.0.2")
                        .slice(
                                new SliceEndpoint(
                                        IpAddress.of("10.244.0.1"), false, true, null, null))
                        .slice(ready("10.244.0.1"))
                        .discovery();

        assertThat(discovery.destination("10.96.0.2:80", null))
                .isEqualTo(
                        new Destination(
                                "shop/b:80",
                                true,
                                List.of(new Endpoint(at("10.244.0.1", 8080), null, null, false))));
    }

    @Test
    void excludedTargetPortIsDialledWithoutIdentity() {
        PodFact b = pod("b", "10.244.0.7");
        PodFact excluding =
                new PodFact(
                        b.namespace(),
                        b.name(),
                        b.uid(),
                        b.serviceAccount(),
                        b.node(),
                        b.addresses(),
                        true,
                        false,
                        true,
                        Set.of(5432),
                        b.created());
        Discovery discovery =
                new Facts()
                        .pod(excluding)
                        .serviceB("10.96.0.2")
                        .slice(ready("10.244.0.7"))
                        .discovery();

        assertThat(identities(discovery.destination("10.96.0.2:80", null)))
                .containsExactly(SERVICE_B);
        assertThat(identities(discovery.destination("10.96.0.2:5432", null)))
                .containsExactly((SpiffeId) null);
    }

    @Test
    void localPolicyLeadsToTheOwnNodeOnly() {
        Discovery discovery =
                new Facts()
                        .service(
                                new ServiceFact(
                                        "shop",
                                        "b",
                                        List.of(IpAddress.of("10.96.0.2")),
                                        List.of(new ServiceFact.Port("http", 80, false)),
                                        true))
                        .slice(
                                ready("10.244.0.1"),
                                new SliceEndpoint(
                                        IpAddress.of("10.244.1.1"), true, false, null, "n2"))
                        .discovery();

        assertThat(addresses(discovery.destination("10.96.0.2:80", "n2")))
                .containsExactly("10.244.1.1:8080");
        assertThat(addresses(discovery.destination("10.96.0.2:80", null))).isEmpty();
    }

    @Test
    void endpointsAreCappedReadyOnesFirst() {
        SliceEndpoint[] many =
                IntStream.range(0, Destinations.MAX_ENDPOINTS + 10)
                        .mapToObj(i ->
                                new SliceEndpoint(
                                        IpAddress.of("10.244." + i / 256 + "." + i % 256),
                                        i >= 10,
                                        i < 10,
                                        null,
                                        null))
                        .toArray(SliceEndpoint[]::new);
        Discovery discovery = new Facts().serviceB("10.96.0.2").slice(many).discovery();

        assertThat(endpoints(discovery.destination("10.96.0.2:80", null)))
                .hasSize(Destinations.MAX_ENDPOINTS)
                .noneMatch(Endpoint::draining);
    }

    @ParameterizedTest
    @CsvSource({"n1, eu-1a", "n2,", "n3,"})
    void zoneIsThatOfTheNode(String node, @Nullable String zone) {
        Discovery discovery = new Facts().node("n1", "eu-1a").node("n2", null).discovery();

        assertThat(discovery.zone(node)).isEqualTo(zone);
    }

    private static List<String> addresses(@Nullable Destination destination) {
        return endpoints(destination).stream().map(e -> e.address().toString()).toList();
    }

    private static List<@Nullable SpiffeId> identities(@Nullable Destination destination) {
        return endpoints(destination).stream().<@Nullable SpiffeId>map(Endpoint::identity).toList();
    }

    private static List<Endpoint> endpoints(@Nullable Destination destination) {
        return Objects.requireNonNull(destination).endpoints();
    }

    private static Endpoint endpoint(String ip, int port, @Nullable SpiffeId identity) {
        return new Endpoint(at(ip, port), identity, "eu-1a", false);
    }

    private static IpPort at(String ip, int port) {
        return new IpPort(IpAddress.of(ip), port);
    }

    private static WorkloadAddress address(String ip) {
        return new WorkloadAddress(IpAddress.of(ip), Set.of());
    }
}

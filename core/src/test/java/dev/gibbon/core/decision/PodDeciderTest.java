package dev.gibbon.core.decision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.core.destination.Destination;
import dev.gibbon.core.destination.Endpoint;
import dev.gibbon.core.entity.ClientCertificate;
import dev.gibbon.core.entity.Protocol;
import dev.gibbon.core.entity.Service;
import dev.gibbon.core.identity.SpiffeId;
import dev.gibbon.core.net.CidrBlock;
import dev.gibbon.core.net.IpAddress;
import dev.gibbon.core.net.IpPort;
import dev.gibbon.core.route.FirstBytes;
import dev.gibbon.core.route.HttpKey;
import dev.gibbon.core.route.HttpRouter;
import dev.gibbon.core.route.StreamRouter;
import dev.gibbon.core.rule.AddressBlock;
import dev.gibbon.core.rule.RouteCompiler;
import dev.gibbon.core.rule.RouteDraft;
import dev.gibbon.core.setting.MeshMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PodDeciderTest {
    private static final String MESH = "gibbon/1/abc";
    private static final String OWN = "10.244.0.7";
    private static final String MEMBER = "10.244.0.9";
    private static final String ID = "spiffe://mesh-1/ns/shop/sa/b";
    private static final FirstBytes UNKNOWN = new FirstBytes.Unknown();
    private static final FirstBytes PLAIN = new FirstBytes.Plain();
    private static final FirstBytes TLS = new FirstBytes.Tls("a.test", List.of("h2"));
    private static final FirstBytes HELLO = new FirstBytes.Tls(null, List.of(MESH));
    private static final String SERVICE = "10.96.0.10:80";

    private static IpPort at(String address) {
        return IpPort.parse(address).orElseThrow();
    }

    private static Arrival outbound(String destination) {
        return new Arrival(at(OWN + ":40000"), at(destination), at("127.0.0.1:15001"), true);
    }

    private static Arrival inbound(String client, String destination) {
        return new Arrival(at(client), at(destination), at("127.0.0.1:15006"), true);
    }

    @Nested
    final class Outbound {

        @ParameterizedTest
        @CsvSource({
            "10.96.0.10:80, 10.96.0.10:80, an address that nothing is known of",
            "'[fd00::10]:80', '[fd00::10]:80', one of IPv6",
            "10.244.0.9:9090, 10.244.0.9:9090, a port of a member that is excluded",
        })
        void whereTheConnectionLeadsIsAskedFor(String dialled, String id, String why) {
            assertThat(new Setup().decide(outbound(dialled), UNKNOWN))
                    .as(why)
                    .isEqualTo(new StreamDecision.Ask(id));
        }

        @Test
        void memberIsNotAskedFor() {
            StreamDecision decision = new Setup().decide(outbound(MEMBER + ":5432"), UNKNOWN);

            assertThat(decision).isEqualTo(forward(MEMBER, 5432, null));
        }

        @Test
        void addressThatLeadsOnlyToItselfPassesThrough() {
            Setup setup = new Setup().destination("1.2.3.4:443", null);

            for (FirstBytes bytes : List.of(UNKNOWN, PLAIN, TLS)) {
                assertThat(setup.decide(outbound("1.2.3.4:443"), bytes))
                        .isEqualTo(forward("1.2.3.4", 443, null));
            }
        }

        @Test
        void withoutAnAnswerPermissivePassesThroughAndStrictRefuses() {
            Arrival arrival = outbound(SERVICE);

            assertThat(new Setup().decider().stream(arrival, UNKNOWN, Set.of(SERVICE)))
                    .isEqualTo(forward("10.96.0.10", 80, null));
            assertThat(new Setup().strict().decider().stream(arrival, UNKNOWN, Set.of(SERVICE)))
                    .isEqualTo(
                            new StreamDecision.Refuse(
                                    CloseReason.DESTINATION_UNKNOWN,
                                    "strict mode: the control plane has not said where "
                                            + SERVICE
                                            + " leads"));
        }

        @Test
        void strictLetsOutWhatIsKnownToLeadOnlyToItself() {
            Setup setup = new Setup().strict().destination("1.2.3.4:443", null);

            assertThat(setup.decide(outbound("1.2.3.4:443"), UNKNOWN))
                    .isEqualTo(forward("1.2.3.4", 443, null));
            assertThat(plan(setup, forwardedTo(setup, "1.2.3.4:443"), "1.2.3.4:443").tls())
                    .isEqualTo(new UpstreamTls.None());
        }

        @Test
        void destinationIsDialledAtOnceUnlessItsBytesMatter() {
            Destination plain = destination(false, endpoint("10.244.0.9:8080", null, false));
            Destination http = destination(true, endpoint("10.244.0.9:8080", null, false));

            assertThat(new Setup().destination(SERVICE, plain).decide(outbound(SERVICE), UNKNOWN))
                    .isEqualTo(forward("10.96.0.10", 80, plain));
            assertThat(new Setup().destination(SERVICE, http).decide(outbound(SERVICE), UNKNOWN))
                    .isEqualTo(new StreamDecision.Wait(null));
        }

        @Test
        void declaredHttpIsServedByRequestsAndItsTlsLeftAlone() {
            Destination http = destination(true, endpoint("10.244.0.9:8080", null, false));
            Setup setup = new Setup().destination(SERVICE, http);

            assertThat(setup.decide(outbound(SERVICE), PLAIN))
                    .isEqualTo(
                            new StreamDecision.Requests(
                                    new Upstream(
                                            "10.96.0.10",
                                            80,
                                            Protocol.TCP,
                                            null,
                                            null,
                                            false,
                                            http)));
            assertThat(setup.decide(outbound(SERVICE), TLS))
                    .isEqualTo(forward("10.96.0.10", 80, http));
        }

        @Test
        void ruleForRequestsMakesTheBytesMatterButServersMaySpeakFirst() {
            Setup setup =
                    new Setup().destination(SERVICE, null).route(RouteDraft.http("r").hosts("x"));

            assertThat(setup.decide(outbound(SERVICE), UNKNOWN))
                    .isEqualTo(
                            new StreamDecision.Wait(
                                    upstream("10.96.0.10", 80, null), Duration.ofMillis(3)));
            assertThat(setup.decide(outbound(SERVICE), PLAIN))
                    .isInstanceOf(StreamDecision.Requests.class);
        }

        @Test
        void ruleForConnectionsChoosesItsServiceWhoseHostIsAskedFor() {
            Setup setup =
                    new Setup()
                            .destination(SERVICE, null)
                            .service("r", Protocol.TCP, "b.shop.svc.cluster.local", 19000)
                            .route(RouteDraft.tcp("r").destinations("10.96.0.10 80"));

            assertThat(setup.decide(outbound(SERVICE), UNKNOWN))
                    .isEqualTo(new StreamDecision.Ask("b.shop.svc.cluster.local:19000"));
            setup.destination(
                    "b.shop.svc.cluster.local:19000",
                    destination(false, endpoint("10.244.0.9:19000", ID, false)));
            StreamDecision.Forward chosen =
                    (StreamDecision.Forward) setup.decide(outbound(SERVICE), UNKNOWN);
            assertThat(chosen.upstream().destination()).isNotNull();
            assertThat(chosen.upstream().route()).isNotNull();
        }

        @Test
        void applicationsOwnTlsIsNeitherEndedNorWrapped() {
            Setup setup =
                    new Setup()
                            .destination(SERVICE, null)
                            .destination("192.0.2.9:443", null)
                            .service("r", Protocol.TLS, "192.0.2.9", 443)
                            .route(RouteDraft.tls("r").snis("a.test"));

            StreamDecision.Forward chosen =
                    (StreamDecision.Forward) setup.decide(outbound(SERVICE), TLS);
            assertThat(chosen.terminateTls()).isFalse();
            assertThat(chosen.upstream().protocol()).isEqualTo(Protocol.TCP);
            assertThat(chosen.upstream().port()).isEqualTo(443);
        }

        @ParameterizedTest
        @CsvSource({"127.0.0.1:15001", "10.244.0.7:15006", "10.244.0.7:15021"})
        void ownListenersAreRefused(String destination) {
            assertThat(new Setup().decide(outbound(destination), UNKNOWN))
                    .isInstanceOfSatisfying(
                            StreamDecision.Refuse.class,
                            refusal -> assertThat(refusal.reason()).isEqualTo(CloseReason.LOOP));
        }

        @Test
        void nothingIsDecidedBeforeThereIsAConfiguration() {
            PodDecider decider = new PodDecider(ConfigSnapshot.empty(), Setup.POD);

            assertThat(decider.stream(outbound(SERVICE), UNKNOWN, Set.of()))
                    .isInstanceOfSatisfying(
                            StreamDecision.Refuse.class,
                            refusal ->
                                    assertThat(refusal.reason())
                                            .isEqualTo(CloseReason.NOT_CONFIGURED));
        }
    }

    @Nested
    final class Requests {
        private final HttpKey request =
                new HttpKey(Protocol.HTTP, "GET", "b", "/x", at(SERVICE), name -> List.of());

        @Test
        void noRuleMeansTheDestinationItselfAndTheRequestAsItIs() {
            Destination http = destination(true, endpoint("10.244.0.9:8080", ID, false));
            Setup setup = new Setup().destination(SERVICE, http);

            assertThat(setup.decider().http(outbound(SERVICE), request, Set.of()))
                    .isEqualTo(
                            new HttpDecision.Forward(
                                    upstream("10.96.0.10", 80, http), "/x", true, true));
        }

        @Test
        void ruleChoosesAServiceWhoseHostIsAskedFor() {
            Setup setup =
                    new Setup()
                            .destination(SERVICE, null)
                            .service("r", Protocol.HTTP, "v2.shop.svc.cluster.local", 80)
                            .route(RouteDraft.http("r").paths("/x").stripPath(false));

            HttpDecision asked = setup.decider().http(outbound(SERVICE), request, Set.of());
            HttpDecision unanswered =
                    setup.decider()
                            .http(
                                    outbound(SERVICE),
                                    request,
                                    Set.of("v2.shop.svc.cluster.local:80"));

            assertThat(asked).isEqualTo(new HttpDecision.Ask("v2.shop.svc.cluster.local:80"));
            assertThat(unanswered)
                    .isInstanceOfSatisfying(
                            HttpDecision.Forward.class,
                            forward -> {
                                assertThat(forward.passThrough()).isFalse();
                                assertThat(forward.upstream().host())
                                        .isEqualTo("v2.shop.svc.cluster.local");
                            });
        }
    }

    @Nested
    final class Dialling {

        @Test
        void endpointWithAnIdentityIsMeshOrNothing() {
            Setup setup = new Setup();
            Upstream upstream =
                    upstream(
                            "10.96.0.10",
                            80,
                            destination(
                                    false,
                                    endpoint("10.244.1.1:80", ID, false),
                                    endpoint("10.244.1.2:80", null, false)));

            assertThat(plan(setup, upstream, "10.244.1.1:80").tls())
                    .isEqualTo(new UpstreamTls.Mesh(ID));
            assertThat(plan(setup, upstream, "10.244.1.2:80").tls())
                    .isEqualTo(new UpstreamTls.None());
        }

        @Test
        void memberIsMeshOrNothingButNotAtAnExcludedPort() {
            Setup setup = new Setup();

            assertThat(plan(setup, upstream(MEMBER, 80, null), MEMBER + ":80").tls())
                    .isEqualTo(new UpstreamTls.Mesh(ID));
            assertThat(plan(setup, upstream(MEMBER, 9090, null), MEMBER + ":9090").tls())
                    .isEqualTo(new UpstreamTls.None());
        }

        @Test
        void certificateOfAServiceIsShownByTlsAndNeverToAMember() {
            ClientCertificate certificate = new ClientCertificate("chain", "key");
            Setup setup = new Setup().service("r", Protocol.TLS, "pay.test", 443);
            Service service =
                    setup.services.values().iterator().next().withClientCertificate(certificate);
            Upstream upstream = new Upstream("pay.test", 443, Protocol.TLS, service, null, false);

            assertThat(plan(setup, upstream, "192.0.2.1:443").tls())
                    .isEqualTo(new UpstreamTls.Unverified("pay.test", certificate));
            assertThat(plan(setup, upstream, MEMBER + ":443").tls())
                    .isEqualTo(new UpstreamTls.Mesh(ID));
        }

        @Test
        void endpointInTheOwnPodIsServedInProcess() {
            Upstream upstream =
                    upstream(
                            "10.96.0.10",
                            80,
                            destination(false, endpoint(OWN + ":8080", ID, false)));

            DialPlan.Dial plan = plan(new Setup(), upstream, OWN + ":8080");

            assertThat(plan.lastHop()).isTrue();
            assertThat(plan.tls()).isEqualTo(new UpstreamTls.None());
        }

        @Test
        void applicationSeesTheClientsAddress() {
            Upstream application = new Upstream(OWN, 8080, Protocol.TCP, null, null, true);

            DialPlan plan =
                    new Setup()
                            .decider()
                            .dial(application, at(OWN + ":8080"), IpAddress.of(MEMBER));

            assertThat(plan)
                    .isEqualTo(
                            new DialPlan.Dial(
                                    at(OWN + ":8080"),
                                    new UpstreamTls.None(),
                                    new DialSource.Client(IpAddress.of(MEMBER)),
                                    true));
        }

        @Test
        void farSideIsToldTheProtocolButNoService() {
            Setup setup = new Setup().service("r", Protocol.HTTPS, "b", 443);
            Service service = setup.services.values().iterator().next();
            Upstream upstream = new Upstream("b", 443, Protocol.HTTPS, service, null, false);

            LegHeader leg = setup.decider().leg(outbound(SERVICE), upstream, Protocol.TCP, null);

            assertThat(leg.service()).isNull();
            assertThat(leg.upstreamProtocol()).isEqualTo(Protocol.HTTPS);
        }

        @Test
        void onlyConnectionsOfARuleEndForSilence() {
            Setup setup = new Setup().service("r", Protocol.TCP, "b", 443);
            Service service = setup.services.values().iterator().next();

            assertThat(setup.decider().silence(upstream("1.2.3.4", 80, null))).isEmpty();
            assertThat(
                            setup.decider()
                                    .silence(
                                            new Upstream(
                                                    "b", 443, Protocol.TCP, service, null, false)))
                    .contains(Duration.ofMinutes(1));
        }
    }

    @Nested
    final class Inbound {
        private static final String APPLICATION = OWN + ":8080";

        @ParameterizedTest
        @CsvSource({
            "192.0.2.7:4000, false, 0, true",
            "10.244.0.9:4000, false, 1000, true",
            "192.0.2.7:4000, true, 0, false",
            "10.244.0.9:4000, true, 0, false",
        })
        void silentClientIsWaitedFor(String client, boolean strict, long millis, boolean dials) {
            Setup setup = strict ? new Setup().strict() : new Setup();

            assertThat(setup.decide(inbound(client, APPLICATION), UNKNOWN))
                    .isEqualTo(
                            new StreamDecision.Wait(
                                    dials ? application() : null, Duration.ofMillis(millis)));
        }

        @Test
        void meshIsAcceptedAndPlainOnlyWherePermissive() {
            Arrival arrival = inbound("192.0.2.7:4000", APPLICATION);

            for (Setup setup : List.of(new Setup(), new Setup().strict())) {
                assertThat(setup.decide(arrival, HELLO)).isEqualTo(new StreamDecision.AcceptMesh());
            }
            for (FirstBytes bytes : List.of(PLAIN, TLS)) {
                assertThat(new Setup().decide(arrival, bytes))
                        .isEqualTo(new StreamDecision.Forward(application(), false));
                assertThat(new Setup().strict().decide(arrival, bytes))
                        .isInstanceOfSatisfying(
                                StreamDecision.Refuse.class,
                                refusal ->
                                        assertThat(refusal.reason())
                                                .isEqualTo(CloseReason.MESH_REQUIRED));
            }
        }

        @ParameterizedTest
        @CsvSource({
            "10.244.0.8:8080, NOT_LOCAL",
            "127.0.0.1:8080, NOT_LOCAL",
            "10.244.0.7:15001, LOOP",
            "10.244.0.7:15006, LOOP",
            "10.244.0.7:15021, LOOP",
        })
        void onlyThePodsOwnAddressesAndPortsAreDeliveredTo(String destination, CloseReason reason) {
            for (FirstBytes bytes : List.of(UNKNOWN, PLAIN, HELLO)) {
                assertThat(new Setup().decide(inbound("192.0.2.7:4000", destination), bytes))
                        .isInstanceOfSatisfying(
                                StreamDecision.Refuse.class,
                                refusal -> assertThat(refusal.reason()).isEqualTo(reason));
            }
        }

        @Test
        void legIsDeliveredWhereItArrivedForThePeerItselfAndNoRuleIsLookedAt() {
            Setup setup = new Setup().route(RouteDraft.tcp("r").sources("0.0.0.0/0"));
            LegHeader header =
                    new LegHeader(
                            at("192.0.2.99:1"),
                            at("10.96.0.10:80"),
                            Protocol.TCP,
                            Protocol.HTTPS,
                            null,
                            UUID.randomUUID(),
                            null);

            InboundDecision decision =
                    setup.decider().meshLeg(inbound(MEMBER + ":4000", APPLICATION), header);

            assertThat(decision)
                    .isEqualTo(
                            new InboundDecision.Deliver(
                                    new Upstream(OWN, 8080, Protocol.TLS, null, null, true),
                                    IpAddress.of(MEMBER)));
        }

        private static Upstream application() {
            return new Upstream(OWN, 8080, Protocol.TCP, null, null, true);
        }
    }

    private static DialPlan.Dial plan(Setup setup, Upstream upstream, String address) {
        return (DialPlan.Dial) setup.decider().dial(upstream, at(address), IpAddress.of(OWN));
    }

    private static Upstream forwardedTo(Setup setup, String dialled) {
        return ((StreamDecision.Forward) setup.decide(outbound(dialled), UNKNOWN)).upstream();
    }

    private static StreamDecision forward(
            String host, int port, @Nullable Destination destination) {
        return new StreamDecision.Forward(upstream(host, port, destination), false);
    }

    private static Upstream upstream(String host, int port, @Nullable Destination destination) {
        return new Upstream(host, port, Protocol.TCP, null, null, false, destination);
    }

    private static Destination destination(boolean http, Endpoint... endpoints) {
        return new Destination("shop/b:80", http, List.of(endpoints));
    }

    private static Endpoint endpoint(String address, @Nullable String identity, boolean draining) {
        return new Endpoint(
                at(address),
                identity == null ? null : SpiffeId.parse(identity).orElseThrow(),
                null,
                draining);
    }

    private static final class Setup {
        static final PodNode POD =
                new PodNode(
                        Set.of(IpAddress.of(OWN)),
                        PodNode.OUTBOUND,
                        PodNode.INBOUND,
                        PodNode.STATUS);

        private final Map<UUID, Service> services = new HashMap<>();
        private final List<RouteDraft> routes = new ArrayList<>();
        private final Map<String, Optional<Destination>> destinations = new HashMap<>();
        private MeshMode mode = MeshMode.PERMISSIVE;

        Setup strict() {
            mode = MeshMode.STRICT;
            return this;
        }

        Setup destination(String id, @Nullable Destination destination) {
            destinations.put(id, Optional.ofNullable(destination));
            return this;
        }

        Setup service(String route, Protocol protocol, String host, int port) {
            Service service = RouteDraft.service(route, protocol, host, port);
            services.put(service.id(), service);
            return this;
        }

        Setup route(RouteDraft draft) {
            routes.add(draft);
            return this;
        }

        StreamDecision decide(Arrival arrival, FirstBytes bytes) {
            return decider().stream(arrival, bytes, Set.of());
        }

        PodDecider decider() {
            var compiled =
                    routes.stream()
                            .map(route -> RouteCompiler.compile(route.build(), null))
                            .toList();
            Member member =
                    new Member(
                            "shop/b",
                            ID,
                            List.of(new AddressBlock(CidrBlock.parse(MEMBER).orElseThrow(), null)),
                            List.of(),
                            Set.of(at(MEMBER + ":9090")));
            return new PodDecider(
                    new ConfigSnapshot(
                            1,
                            MESH,
                            services,
                            HttpRouter.of(
                                    compiled.stream().flatMap(c -> c.http().stream()).toList()),
                            StreamRouter.of(
                                    compiled.stream().flatMap(c -> c.streams().stream()).toList()),
                            List.of(member),
                            destinations,
                            mode,
                            null),
                    POD);
        }
    }
}

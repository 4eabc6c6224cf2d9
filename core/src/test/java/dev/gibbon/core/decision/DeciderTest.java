package dev.gibbon.core.decision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.core.entity.Protocol;
import dev.gibbon.core.entity.Service;
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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DeciderTest {
    private static final String MESH = "gibbon/1/abc";
    private static final IpPort OUTSIDE = address("192.0.2.7:40000");
    private static final IpPort WORKLOAD = address("10.0.0.1:50000");
    private static final IpPort MEMBER = address("10.0.0.9:40000");
    private static final IpPort LISTENER = address("127.0.0.3:7000");
    private static final IpPort DESTINATION = address("127.0.0.5:19000");
    private static final FirstBytes UNKNOWN = new FirstBytes.Unknown();
    private static final FirstBytes PLAIN = new FirstBytes.Plain();
    private static final FirstBytes TLS = new FirstBytes.Tls("a.test", List.of("h2"));
    private static final FirstBytes MESH_HELLO = new FirstBytes.Tls(null, List.of("h2", MESH));

    @Nested
    final class Streams {

        @Test
        void clientHelloThatOffersTheMeshIsAcceptedWhateverTheRoutesSay() {
            assertThat(new Setup().decider().stream(from(OUTSIDE), MESH_HELLO))
                    .isEqualTo(new StreamDecision.AcceptMesh());
        }

        @Test
        void beforeTheTrustDomainIsKnownNothingIsAMeshClientHello() {
            Setup setup = new Setup().meshAlpn("").route(RouteDraft.tcp("r").sources("0.0.0.0/0"));

            StreamDecision decision =
                    setup.decider().stream(
                            from(OUTSIDE), new FirstBytes.Tls(null, List.of("", MESH)));

            assertThat(decision).isInstanceOf(StreamDecision.Forward.class);
        }

        @Test
        void strictRefusesPlainAndOrdinaryTlsFromElsewhere() {
            Decider decider =
                    new Setup().strict().route(RouteDraft.tcp("r").sources("0.0.0.0/0")).decider();
            StreamDecision refused =
                    new StreamDecision.Refuse(
                            CloseReason.MESH_REQUIRED,
                            "strict mode: the client at 192.0.2.7:40000 does not speak mesh TLS");

            assertThat(decider.stream(from(OUTSIDE), PLAIN)).isEqualTo(refused);
            assertThat(decider.stream(from(OUTSIDE), TLS)).isEqualTo(refused);
        }

        @Test
        void strictServesItsOwnWorkload() {
            Decider decider =
                    new Setup().strict().route(RouteDraft.tcp("r").sources("0.0.0.0/0")).decider();

            assertThat(decider.stream(from(WORKLOAD), PLAIN))
                    .isInstanceOf(StreamDecision.Forward.class);
        }

        @Test
        void strictWaitsForASilentClientWithoutDialling() {
            Decider decider =
                    new Setup().strict().route(RouteDraft.tcp("r").sources("0.0.0.0/0")).decider();

            assertThat(decider.stream(from(OUTSIDE), UNKNOWN))
                    .isEqualTo(new StreamDecision.Wait(null));
        }

        @Test
        void silentClientIsSpeculatedForWhereBytesCannotChangeTheRoute() {
            Decider decider = new Setup().route(RouteDraft.tcp("r").sources("0.0.0.0/0")).decider();

            assertThat(speculative(decider.stream(from(OUTSIDE), UNKNOWN))).isEqualTo("r");
            assertThat(speculative(decider.stream(from(WORKLOAD), UNKNOWN))).isEqualTo("r");
        }

        @Test
        void silentSidecarThatWillSpeakMeshTlsIsNotSpeculatedFor() {
            Decider decider =
                    new Setup()
                            .member("10.0.0.9")
                            .member("127.0.0.5")
                            .route(RouteDraft.tcp("r").sources("0.0.0.0/0"))
                            .decider();

            assertThat(speculative(decider.stream(from(MEMBER), UNKNOWN))).isEqualTo("none");
        }

        @Test
        void silentSidecarThatWillOfferTheMeshIsNotSpeculatedFor() {
            Decider decider =
                    new Setup()
                            .member("10.0.0.9")
                            .service("r", Protocol.TLS, "127.0.0.5", 19000)
                            .route(RouteDraft.tcp("r").sources("0.0.0.0/0"))
                            .decider();

            assertThat(speculative(decider.stream(from(MEMBER), UNKNOWN))).isEqualTo("none");
        }

        @Test
        void silentSidecarThatDialsPlainIsSpeculatedFor() {
            Decider decider =
                    new Setup()
                            .member("10.0.0.9")
                            .route(RouteDraft.tcp("r").sources("0.0.0.0/0"))
                            .decider();

            assertThat(speculative(decider.stream(from(MEMBER), UNKNOWN))).isEqualTo("r");
        }

        @Test
        void candidateIsNotDialledWhenAServerNameCouldChooseAnotherUpstream() {
            Decider decider =
                    new Setup()
                            .route(RouteDraft.tcp("silent").destinations("127.0.0.5"))
                            .route(RouteDraft.tls("named").snis("a.test"))
                            .decider();

            assertThat(speculative(decider.stream(from(OUTSIDE), UNKNOWN))).isEqualTo("none");
        }

        @Test
        void candidateThatIsTheClientsOwnDestinationIsDialled() {
            Decider decider =
                    new Setup()
                            .service("silent", Protocol.TCP, "127.0.0.5", 19000)
                            .route(RouteDraft.tcp("silent").destinations("127.0.0.5"))
                            .route(RouteDraft.tls("named").snis("a.test"))
                            .decider();

            assertThat(speculative(decider.stream(from(OUTSIDE), UNKNOWN))).isEqualTo("silent");
        }

        @Test
        void candidateIsDialledWhenBytesLeadToTheSameService() {
            Decider decider =
                    new Setup()
                            .route(
                                    RouteDraft.tcp("r")
                                            .protocols(Protocol.TCP, Protocol.TLS)
                                            .destinations("127.0.0.5"))
                            .decider();

            assertThat(speculative(decider.stream(from(OUTSIDE), UNKNOWN))).isEqualTo("r");
        }

        @Test
        void withoutARouteASilentClientIsAwaitedBecauseItMayBeOfTheMesh() {
            assertThat(new Setup().decider().stream(from(OUTSIDE), UNKNOWN))
                    .isEqualTo(new StreamDecision.Wait(null));
        }

        @ParameterizedTest
        @CsvSource({"10.0.0.1:50000,gibbon/1/abc", "192.0.2.7:40000,''"})
        void withoutARouteASilentClientThatCannotBeOfTheMeshIsRefused(String client, String alpn) {
            Decider decider = new Setup().meshAlpn(alpn).decider();

            assertThat(decider.stream(from(address(client)), UNKNOWN))
                    .isEqualTo(
                            new StreamDecision.Refuse(
                                    CloseReason.NO_ROUTE, "no Route found with those values"));
        }

        @Test
        void routeWithoutServiceIsRefusedAtOnce() {
            Decider decider =
                    new Setup()
                            .route(RouteDraft.tcp("r").sources("0.0.0.0/0").service(null))
                            .decider();

            assertThat(decider.stream(from(OUTSIDE), PLAIN))
                    .isEqualTo(
                            new StreamDecision.Refuse(
                                    CloseReason.NO_SERVICE,
                                    "Route r has no Service to send traffic to"));
        }

        @Test
        void silentClientOfARouteWithoutServiceIsAwaitedBecauseItMayBeOfTheMesh() {
            Decider decider =
                    new Setup()
                            .route(RouteDraft.tcp("r").sources("0.0.0.0/0").service(null))
                            .decider();

            assertThat(decider.stream(from(OUTSIDE), UNKNOWN))
                    .isEqualTo(new StreamDecision.Wait(null));
            assertThat(decider.stream(from(WORKLOAD), UNKNOWN))
                    .isInstanceOf(StreamDecision.Refuse.class);
        }

        @Test
        void strictDoesNotTakeAPortForTheWorkloadsAddress() {
            Decider decider = new Setup().strict().workloadPort(80).decider();

            assertThat(decider.stream(from(OUTSIDE), PLAIN))
                    .isInstanceOfSatisfying(
                            StreamDecision.Refuse.class,
                            refuse ->
                                    assertThat(refuse.reason())
                                            .isEqualTo(CloseReason.MESH_REQUIRED));
        }

        @ParameterizedTest
        @CsvSource({"tls,true", "tcp,false"})
        void onlyARouteWithTlsEndsTheClientsTls(String protocol, boolean terminates) {
            Decider decider =
                    new Setup()
                            .route(
                                    RouteDraft.tcp("r")
                                            .protocols(Protocol.parse(protocol).orElseThrow())
                                            .sources("0.0.0.0/0"))
                            .decider();

            assertThat(decider.stream(from(OUTSIDE), TLS))
                    .isInstanceOfSatisfying(
                            StreamDecision.Forward.class,
                            forward -> assertThat(forward.terminateTls()).isEqualTo(terminates));
        }

        @Test
        void originsReplaceWhereTheServicePoints() {
            Decider decider =
                    new Setup()
                            .service("r", Protocol.TCP, "::ffff:10.0.0.8", 80)
                            .origin("tcp://10.0.0.8:80=tls://10.0.0.7:443")
                            .route(RouteDraft.tcp("r").sources("0.0.0.0/0"))
                            .decider();

            assertThat(decider.stream(from(OUTSIDE), PLAIN))
                    .isInstanceOfSatisfying(
                            StreamDecision.Forward.class,
                            forward -> {
                                assertThat(forward.upstream().authority())
                                        .isEqualTo("10.0.0.7:443");
                                assertThat(forward.upstream().protocol()).isEqualTo(Protocol.TLS);
                            });
        }
    }

    @Nested
    final class Requests {

        @Test
        void requestIsForwardedWithItsPathRewritten() {
            Decider decider =
                    new Setup()
                            .service("r", Protocol.HTTP, "10.0.0.8", 80)
                            .route(RouteDraft.http("r").paths("/foo").preserveHost())
                            .decider();

            assertThat(decider.http(get("/foo/bar")))
                    .isInstanceOfSatisfying(
                            HttpDecision.Forward.class,
                            forward -> {
                                assertThat(forward.path()).isEqualTo("/bar");
                                assertThat(forward.preserveHost()).isTrue();
                            });
        }

        @Test
        void requestWithoutAUsableRouteIsAnswered() {
            assertThat(reason(new Setup().decider().http(get("/"))))
                    .isEqualTo(CloseReason.NO_ROUTE);
            assertThat(
                            reason(
                                    new Setup()
                                            .route(
                                                    RouteDraft.http("r")
                                                            .protocols(Protocol.HTTPS)
                                                            .paths("/"))
                                            .decider()
                                            .http(get("/"))))
                    .isEqualTo(CloseReason.HTTPS_REQUIRED);
            assertThat(
                            reason(
                                    new Setup()
                                            .route(RouteDraft.http("r").paths("/").service(null))
                                            .decider()
                                            .http(get("/"))))
                    .isEqualTo(CloseReason.NO_SERVICE);
        }

        @Test
        void httpListenerTakesMeshAndRefusesOthersOnlyInStrict() {
            assertThat(new Setup().decider().httpListener(from(OUTSIDE), MESH_HELLO))
                    .contains(new StreamDecision.AcceptMesh());
            assertThat(new Setup().decider().httpListener(from(OUTSIDE), PLAIN)).isEmpty();
            assertThat(new Setup().strict().decider().httpListener(from(WORKLOAD), PLAIN))
                    .isEmpty();
            assertThat(new Setup().strict().decider().httpListener(from(OUTSIDE), TLS))
                    .get()
                    .isInstanceOfSatisfying(
                            StreamDecision.Refuse.class,
                            refuse ->
                                    assertThat(refuse.reason())
                                            .isEqualTo(CloseReason.MESH_REQUIRED));
        }
    }

    @Nested
    final class MeshLegs {

        @Test
        void interceptedLegGoesToItsOriginalDestination() {
            Arrival arrival = new Arrival(MEMBER, address("10.0.0.1:80"), LISTENER, true);

            InboundDecision decision =
                    new Setup().decider().meshLeg(arrival, header("10.0.0.1:9999", null));

            assertThat(target(decision)).isEqualTo("10.0.0.1:80");
            assertThat(decision)
                    .isInstanceOfSatisfying(
                            InboundDecision.Deliver.class,
                            deliver -> {
                                assertThat(deliver.upstream().lastHop()).isTrue();
                                assertThat(deliver.client()).isEqualTo(OUTSIDE.ip());
                            });
        }

        @Test
        void legToTheListenerGoesWhereTheHeaderSaysIfThatIsTheWorkload() {
            Decider decider = new Setup().decider();
            Arrival arrival = new Arrival(MEMBER, LISTENER, LISTENER, false);

            assertThat(target(decider.meshLeg(arrival, header("10.0.0.1:80", null))))
                    .isEqualTo("10.0.0.1:80");
            assertThat(decider.meshLeg(arrival, header("10.0.0.2:80", null)))
                    .isEqualTo(
                            new InboundDecision.Refuse(
                                    CloseReason.NOT_LOCAL,
                                    "destination 10.0.0.2:80 is not an address of this sidecar's"
                                            + " workload"));
        }

        @Test
        void interceptedLegForAnotherWorkloadIsRefused() {
            Arrival arrival = new Arrival(MEMBER, address("10.0.0.2:80"), LISTENER, true);

            assertThat(reason(new Setup().decider().meshLeg(arrival, header("10.0.0.1:80", null))))
                    .isEqualTo(CloseReason.NOT_LOCAL);
        }

        @Test
        void legToTheSidecarsOwnListenerIsALoop() {
            Setup setup = new Setup().workload("127.0.0.3");
            Arrival arrival = new Arrival(MEMBER, LISTENER, LISTENER, false);

            assertThat(reason(setup.decider().meshLeg(arrival, header("127.0.0.3:7000", null))))
                    .isEqualTo(CloseReason.LOOP);
        }

        @Test
        void legThatNamesAnUnknownServiceIsRefused() {
            Arrival arrival = new Arrival(MEMBER, LISTENER, LISTENER, false);

            assertThat(
                            reason(
                                    new Setup()
                                            .decider()
                                            .meshLeg(
                                                    arrival,
                                                    header("10.0.0.1:80", new UUID(0, 1)))))
                    .isEqualTo(CloseReason.UNKNOWN_SERVICE);
        }

        @Test
        void legThatNamesAServiceSpeaksItsProtocolToTheWorkload() {
            Setup setup = new Setup().service("r", Protocol.TLS, "b.test", 443);
            Arrival arrival = new Arrival(MEMBER, address("10.0.0.1:80"), LISTENER, true);

            InboundDecision decision =
                    setup.decider().meshLeg(arrival, header("10.0.0.1:80", setup.serviceId("r")));

            assertThat(target(decision)).isEqualTo("10.0.0.1:80");
            assertThat(decision)
                    .isInstanceOfSatisfying(
                            InboundDecision.Deliver.class,
                            deliver ->
                                    assertThat(deliver.upstream().protocol())
                                            .isEqualTo(Protocol.TLS));
        }

        @Test
        void originsOfTheFarSideReplaceTheDelivery() {
            Setup setup =
                    new Setup()
                            .service("r", Protocol.TLS, "10.0.0.1", 443)
                            .origin("tls://10.0.0.1:443=tcp://10.0.0.1:80");
            Arrival arrival = new Arrival(MEMBER, address("10.0.0.1:443"), LISTENER, true);

            InboundDecision decision =
                    setup.decider().meshLeg(arrival, header("10.0.0.1:443", setup.serviceId("r")));

            assertThat(target(decision)).isEqualTo("10.0.0.1:80");
        }
    }

    @Nested
    final class Dials {

        @ParameterizedTest
        @CsvSource(
                nullValues = "-",
                value = {
                    // address, protocol, tls_verify, strict, what protects
                    "10.0.0.9:443,  tls,  -,    false, mesh spiffe://t/m",
                    "10.0.0.9:443,  tcp,  -,    false, mesh spiffe://t/m",
                    "10.0.0.9:443,  tls,  -,    true,  mesh spiffe://t/m",
                    "10.0.0.9:443,  https,true, false, mesh spiffe://t/m",
                    "10.0.0.1:80,   tcp,  -,    false, none",
                    "10.0.0.1:80,   tcp,  -,    true,  none",
                    "10.0.0.1:443,  tls,  -,    true,  unverified b.test",
                    "10.0.0.1:443,  tls,  true, false, verified b.test",
                    "192.0.2.1:80,  tcp,  -,    false, none",
                    "192.0.2.1:80,  tcp,  -,    true,  refused upstream_not_mesh",
                    "192.0.2.1:443, tls,  -,    false, negotiated b.test false",
                    "192.0.2.1:443, https,false,false, negotiated b.test false",
                    "192.0.2.1:443, tls,  -,    true,  negotiated b.test true",
                    "192.0.2.1:443, tls,  true, false, verified b.test",
                    "192.0.2.1:443, tls,  true, true,  refused upstream_not_mesh",
                    "127.0.0.3:7000,tls,  -,    false, refused loop",
                })
        void legIsProtectedByWhatIsKnownOfItsDestination(
                String to, String protocol, @Nullable Boolean verify, boolean strict, String tls) {
            Setup setup = new Setup().member("10.0.0.9");
            if (strict) {
                setup.strict();
            }

            DialPlan plan =
                    setup.decider()
                            .dial(
                                    upstream(
                                            "b.test",
                                            Protocol.parse(protocol).orElseThrow(),
                                            verify,
                                            false),
                                    address(to),
                                    OUTSIDE.ip());

            assertThat(text(plan)).isEqualTo(tls);
        }

        @Test
        void lastHopNeverLeavesOverTheMesh() {
            DialPlan plan =
                    new Setup()
                            .member("10.0.0.9")
                            .decider()
                            .dial(
                                    upstream("b.test", Protocol.TLS, null, true),
                                    address("10.0.0.9:443"),
                                    OUTSIDE.ip());

            assertThat(text(plan)).isEqualTo("unverified b.test");
        }

        @ParameterizedTest
        @CsvSource({
            "10.0.0.1:443, false, true",
            "10.0.0.9:443, false, false",
            "192.0.2.1:443, false, false",
            "192.0.2.1:443, true, true",
        })
        void onlyTheLastHopMayGoPastInterception(String to, boolean delivered, boolean lastHop) {
            DialPlan plan =
                    new Setup()
                            .member("10.0.0.9")
                            .decider()
                            .dial(
                                    upstream("b.test", Protocol.TLS, null, delivered),
                                    address(to),
                                    OUTSIDE.ip());

            assertThat(plan)
                    .isInstanceOfSatisfying(
                            DialPlan.Dial.class,
                            dial -> assertThat(dial.lastHop()).isEqualTo(lastHop));
        }

        @Test
        void withoutATrustDomainTheMeshIsNotOffered() {
            Upstream upstream = upstream("b.test", Protocol.TLS, null, false);
            IpPort to = address("192.0.2.1:443");

            assertThat(text(new Setup().meshAlpn("").decider().dial(upstream, to, OUTSIDE.ip())))
                    .isEqualTo("unverified b.test");
            assertThat(
                            text(
                                    new Setup()
                                            .meshAlpn("")
                                            .strict()
                                            .decider()
                                            .dial(upstream, to, OUTSIDE.ip())))
                    .isEqualTo("negotiated b.test true");
        }

        @Test
        void verificationIsOfTheServicesHostEvenWhereOriginsReplaceIt() {
            Service service =
                    RouteDraft.service(new UUID(0, 7), "b", Protocol.TLS, "b.test", 443, true);
            Upstream replaced = new Upstream("192.0.2.1", 444, Protocol.TLS, service, null, false);

            DialPlan plan =
                    new Setup().decider().dial(replaced, address("192.0.2.1:444"), OUTSIDE.ip());

            assertThat(text(plan)).isEqualTo("verified b.test");
        }

        @ParameterizedTest
        @CsvSource({
            "127.0.0.9:7001,refused loop",
            "10.0.0.1:7001,refused loop",
            "192.0.2.1:7001,none",
            "10.0.0.1:7002,none"
        })
        void listenerOnAllAddressesIsNotDialledAtAnyOfItsOwn(String to, String tls) {
            DialPlan plan =
                    new Setup()
                            .decider()
                            .dial(
                                    upstream("b.test", Protocol.TCP, null, false),
                                    address(to),
                                    OUTSIDE.ip());

            assertThat(text(plan)).isEqualTo(tls);
        }

        @Test
        void addressIsNotSentAsServerName() {
            DialPlan plan =
                    new Setup()
                            .decider()
                            .dial(
                                    upstream("192.0.2.1", Protocol.TLS, null, false),
                                    address("192.0.2.1:443"),
                                    OUTSIDE.ip());

            assertThat(text(plan)).isEqualTo("negotiated null false");
        }

        @ParameterizedTest
        @CsvSource(
                nullValues = "-",
                value = {
                    // address, protocol, http bind, stream bind, keeps client address, source
                    "10.0.0.1:80, tcp,  -,         -,         true,  client",
                    "10.0.0.1:80, http, -,         -,         true,  client",
                    "10.0.0.1:80, tcp,  -,         -,         false, any",
                    "192.0.2.1:80,tcp,  -,         -,         true,  any",
                    "10.0.0.1:80, tcp,  127.0.0.8, -,         true,  client",
                    "10.0.0.1:80, tcp,  127.0.0.8, 127.0.0.9, true,  127.0.0.9",
                    "192.0.2.1:80,http, 127.0.0.8, 127.0.0.9, false, 127.0.0.8",
                })
        void sourceIsTheBoundAddressElseTheClientsOnTheLastHop(
                String to,
                String protocol,
                @Nullable String httpBind,
                @Nullable String streamBind,
                boolean keep,
                String source) {
            Setup setup = new Setup().binds(httpBind, streamBind).keepClientAddress(keep);

            DialPlan plan =
                    setup.decider()
                            .dial(
                                    upstream(
                                            "b.test",
                                            Protocol.parse(protocol).orElseThrow(),
                                            null,
                                            false),
                                    address(to),
                                    OUTSIDE.ip());

            assertThat(plan)
                    .isInstanceOfSatisfying(
                            DialPlan.Dial.class,
                            dial -> assertThat(text(dial.source())).isEqualTo(source));
        }
    }

    private static String text(DialSource source) {
        return switch (source) {
            case DialSource.Any _ -> "any";
            case DialSource.Fixed(IpAddress address) -> address.toString();
            case DialSource.Client(IpAddress address) ->
                    address.equals(OUTSIDE.ip()) ? "client" : "another client";
        };
    }

    private static String text(DialPlan plan) {
        return switch (plan) {
            case DialPlan.Refuse refuse -> "refused " + refuse.reason().label();
            case DialPlan.Dial dial ->
                    switch (dial.tls()) {
                        case UpstreamTls.None _ -> "none";
                        case UpstreamTls.Mesh(String identity) -> "mesh " + identity;
                        case UpstreamTls.Negotiated(String name, boolean required) ->
                                "negotiated " + name + " " + required;
                        case UpstreamTls.Unverified(String name, var _) -> "unverified " + name;
                        case UpstreamTls.Verified(String name, var _, var _) -> "verified " + name;
                    };
        };
    }

    private static Upstream upstream(
            String host, Protocol protocol, @Nullable Boolean verify, boolean lastHop) {
        Service service = RouteDraft.service(new UUID(0, 7), "b", protocol, host, 443, verify);
        return new Upstream(host, 443, protocol, service, null, lastHop);
    }

    private static LegHeader header(String destination, @Nullable UUID service) {
        return new LegHeader(
                OUTSIDE, address(destination), Protocol.TCP, Protocol.TCP, null, service, null);
    }

    private static String target(InboundDecision decision) {
        return decision instanceof InboundDecision.Deliver deliver
                ? deliver.upstream().authority()
                : decision.toString();
    }

    private static @Nullable CloseReason reason(InboundDecision decision) {
        return decision instanceof InboundDecision.Refuse refuse ? refuse.reason() : null;
    }

    private static @Nullable CloseReason reason(HttpDecision decision) {
        return decision instanceof HttpDecision.Respond respond ? respond.reason() : null;
    }

    private static String speculative(StreamDecision decision) {
        assertThat(decision).isInstanceOf(StreamDecision.Wait.class);
        return Optional.of((StreamDecision.Wait) decision)
                .map(StreamDecision.Wait::speculative)
                .map(Upstream::route)
                .map(route -> route.label())
                .orElse("none");
    }

    private static HttpKey get(String path) {
        return new HttpKey(Protocol.HTTP, "GET", "a.test", path);
    }

    private static Arrival from(IpPort client) {
        return new Arrival(client, DESTINATION, LISTENER, true);
    }

    private static IpPort address(String text) {
        return IpPort.parse(text).orElseThrow();
    }

    /**
     * A node whose workload is at 10.0.0.1, with Services at 192.0.2.9:80 unless said otherwise.
     */
    private static final class Setup {
        private final Map<UUID, Service> services = new HashMap<>();
        private final List<RouteDraft> routes = new ArrayList<>();
        private final List<Member> members = new ArrayList<>();
        private final List<Origin> origins = new ArrayList<>();
        private String meshAlpn = MESH;
        private AddressBlock workload = block("10.0.0.1");
        private boolean strict;
        private boolean keepClientAddress;
        private @Nullable IpAddress httpBind;
        private @Nullable IpAddress streamBind;

        Setup strict() {
            strict = true;
            return this;
        }

        Setup meshAlpn(String value) {
            meshAlpn = value;
            return this;
        }

        Setup workload(String value) {
            workload = block(value);
            return this;
        }

        Setup workloadPort(int port) {
            workload = new AddressBlock(null, port);
            return this;
        }

        Setup keepClientAddress(boolean value) {
            keepClientAddress = value;
            return this;
        }

        Setup binds(@Nullable String http, @Nullable String stream) {
            httpBind = http == null ? null : IpAddress.of(http);
            streamBind = stream == null ? null : IpAddress.of(stream);
            return this;
        }

        Setup member(String ip) {
            members.add(new Member("m", "spiffe://t/m", List.of(block(ip))));
            return this;
        }

        Setup origin(String text) {
            String[] parts = text.split("://|:|=", -1);
            origins.add(
                    new Origin(
                            Protocol.parse(parts[0]).orElseThrow(),
                            parts[1],
                            Integer.parseInt(parts[2]),
                            Protocol.parse(parts[3]).orElseThrow(),
                            parts[4],
                            Integer.parseInt(parts[5])));
            return this;
        }

        Setup service(String route, Protocol protocol, String host, int port) {
            Service service = RouteDraft.service(route, protocol, host, port);
            services.put(service.id(), service);
            return this;
        }

        UUID serviceId(String route) {
            return RouteDraft.id("service-" + route);
        }

        Setup route(RouteDraft draft) {
            routes.add(draft);
            var built = draft.build();
            if (!services.containsKey(serviceId(String.valueOf(built.name())))) {
                service(
                        String.valueOf(built.name()),
                        built.isHttp() ? Protocol.HTTP : Protocol.TCP,
                        "192.0.2.9",
                        80);
            }
            return this;
        }

        Decider decider() {
            var compiled =
                    routes.stream()
                            .map(route -> RouteCompiler.compile(route.build(), null))
                            .toList();
            ConfigSnapshot config =
                    new ConfigSnapshot(
                            1,
                            meshAlpn,
                            services,
                            HttpRouter.of(
                                    compiled.stream().flatMap(c -> c.http().stream()).toList()),
                            StreamRouter.of(
                                    compiled.stream().flatMap(c -> c.streams().stream()).toList()),
                            members);
            return new Decider(
                    config,
                    new LocalNode(
                            "node",
                            List.of(workload),
                            List.of(LISTENER, address("0.0.0.0:7001")),
                            httpBind,
                            streamBind,
                            origins,
                            strict,
                            keepClientAddress));
        }

        private static AddressBlock block(String ip) {
            return new AddressBlock(CidrBlock.parse(ip).orElseThrow(), null);
        }
    }
}

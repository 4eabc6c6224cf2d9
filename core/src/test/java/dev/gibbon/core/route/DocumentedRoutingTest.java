package dev.gibbon.core.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.core.entity.Protocol;
import dev.gibbon.core.net.IpPort;
import dev.gibbon.core.rule.HttpRule;
import dev.gibbon.core.rule.RouteCompiler;
import dev.gibbon.core.rule.RouteDraft;
import dev.gibbon.core.rule.StreamRule;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What Kong's documentation and unit tests say of its router ({@code
 * spec/01-unit/08-router_spec.lua@1.1.0}, with the outcome of 1.3), and where Gibbon deviates.
 */
final class DocumentedRoutingTest {
    private static final String CLIENT = "127.0.0.1:65001";
    private static final String LOCAL = "127.0.0.5:19000";

    @Test
    void plainPathsMatchByCharactersAndNotBySegments() {
        assertThat(http("GET a /foobar", RouteDraft.http("foo").paths("/foo"))).isEqualTo("foo");
    }

    @Test
    void plainHostBeatsWildcard() {
        assertThat(
                        http(
                                "GET a.test /",
                                RouteDraft.http("wildcard").hosts("*.test"),
                                RouteDraft.http("plain").hosts("a.test").createdAt(9)))
                .isEqualTo("plain");
    }

    @Test
    void plainHostOfARouteThatDoesNotMatchHidesNoWildcard() {
        assertThat(
                        http(
                                "GET a.test /bar",
                                RouteDraft.http("wildcard").hosts("*.test").paths("/"),
                                RouteDraft.http("plain").hosts("a.test").paths("/foo")))
                .isEqualTo("wildcard");
    }

    @ParameterizedTest
    @CsvSource({
        "a.example.com,true",
        "a.b.example.com,true",
        "example.com,false",
        ".example.com,false",
        "aexample.com,false"
    })
    void wildcardInFrontStandsForAtLeastOneCharacter(String host, boolean matches) {
        assertThat(http("GET " + host + " /", RouteDraft.http("r").hosts("*.example.com")))
                .isEqualTo(matches ? "r" : "none");
    }

    @ParameterizedTest
    @CsvSource({"example.com,true", "example.co.uk,true", "example.,false", "example,false"})
    void wildcardBehindStandsForAtLeastOneCharacter(String host, boolean matches) {
        assertThat(http("GET " + host + " /", RouteDraft.http("r").hosts("example.*")))
                .isEqualTo(matches ? "r" : "none");
    }

    @Test
    void wildcardsAmongThemselvesAreTriedOldestFirst() {
        assertThat(
                        http(
                                "GET a.b.test /",
                                RouteDraft.http("longer").hosts("*.b.test").createdAt(2),
                                RouteDraft.http("older").hosts("*.test").createdAt(1)))
                .isEqualTo("older");
    }

    @Test
    void regexBeatsPlainPathEvenWhenThatIsEqualToTheRequest() {
        assertThat(
                        http(
                                "GET a /foo/bar",
                                RouteDraft.http("plain").paths("/foo/bar"),
                                RouteDraft.http("regex").paths("/f(oo)?").createdAt(9)))
                .isEqualTo("regex");
    }

    @Test
    void regexesAreTriedByPriorityAndThenOldestFirst() {
        RouteDraft old = RouteDraft.http("old").paths("/v\\d+").createdAt(1);
        RouteDraft young = RouteDraft.http("young").paths("/v\\d").createdAt(2);

        assertThat(http("GET a /v1", young, old)).isEqualTo("old");
        assertThat(http("GET a /v1", young.regexPriority(1), old)).isEqualTo("young");
    }

    @Test
    void regexIsAnchoredAtTheStartOnly() {
        RouteDraft regex = RouteDraft.http("regex").paths("/v\\d");

        assertThat(http("GET a /v1/more", regex)).isEqualTo("regex");
        assertThat(http("GET a /x/v1", regex)).isEqualTo("none");
    }

    @Test
    void longerPlainPathBeatsShorterOne() {
        assertThat(
                        http(
                                "GET a /foo/bar",
                                RouteDraft.http("short").paths("/foo"),
                                RouteDraft.http("long").paths("/foo/b").createdAt(9)))
                .isEqualTo("long");
    }

    @Test
    void moreAttributesBeatLongerPaths() {
        assertThat(
                        http(
                                "GET a /foo/bar",
                                RouteDraft.http("long").paths("/foo/bar"),
                                RouteDraft.http("two").paths("/").methods("GET").createdAt(9)))
                .isEqualTo("two");
    }

    @Test
    void hostBeatsPathAndPathBeatsMethod() {
        RouteDraft host = RouteDraft.http("host").hosts("a").createdAt(9);
        RouteDraft path = RouteDraft.http("path").paths("/foo").createdAt(8);
        RouteDraft method = RouteDraft.http("method").methods("GET").createdAt(7);

        assertThat(http("GET a /foo", method, path, host)).isEqualTo("host");
        assertThat(http("GET b /foo", method, path, host)).isEqualTo("path");
        assertThat(http("GET b /bar", method, path, host)).isEqualTo("method");
        assertThat(http("PUT b /bar", method, path, host)).isEqualTo("none");
    }

    @ParameterizedTest
    @CsvSource({"1,2", "2,1"})
    void routesThatDifferOnlyInProtocolsAreToldApartByTheScheme(long httpAge, long httpsAge) {
        RouteDraft plain =
                RouteDraft.http("http")
                        .protocols(Protocol.HTTP)
                        .hosts("127.0.0.5")
                        .createdAt(httpAge);
        RouteDraft tls =
                RouteDraft.http("https")
                        .protocols(Protocol.HTTPS)
                        .hosts("127.0.0.5")
                        .createdAt(httpsAge);

        assertThat(http("GET 127.0.0.5 /", plain, tls)).isEqualTo("http");
        assertThat(https("GET 127.0.0.5 /", plain, tls)).isEqualTo("https");
    }

    @Test
    void httpsOnlyRouteAnswersPlainRequestsWithUpgradeRequired() {
        assertThat(http("GET a /", RouteDraft.http("secure").protocols(Protocol.HTTPS).hosts("a")))
                .isEqualTo("secure (https required)");
    }

    @Test
    void httpOnlyRouteIsServedOverHttps() {
        assertThat(https("GET a /", RouteDraft.http("r").protocols(Protocol.HTTP).hosts("a")))
                .isEqualTo("r");
    }

    @Test
    void sniBeatsSourceOrDestination() {
        RouteDraft sni = RouteDraft.tls("sni").snis("a.test").createdAt(9);

        assertThat(tls("a.test", sni, RouteDraft.tls("src").sources("127.0.0.1"))).isEqualTo("sni");
        assertThat(tls("a.test", sni, RouteDraft.tls("dst").destinations("127.0.0.5 19000")))
                .isEqualTo("sni");
    }

    @Test
    void sourceAndDestinationBeatSni() {
        assertThat(
                        tls(
                                "a.test",
                                RouteDraft.tls("sni").snis("a.test"),
                                RouteDraft.tls("both")
                                        .sources("127.0.0.1")
                                        .destinations("* 19000")
                                        .createdAt(9)))
                .isEqualTo("both");
    }

    @Test
    void sourceBeatsDestination() {
        assertThat(
                        plain(
                                RouteDraft.tcp("dst").destinations("127.0.0.5 19000"),
                                RouteDraft.tcp("src").sources("127.0.0.0/8").createdAt(9)))
                .isEqualTo("src");
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1 65001,127.0.0.1",
        "127.0.0.1,127.0.0.0/24 65001",
        "127.0.0.0/8 65001,127.0.0.0/24",
        "127.0.0.0/24,127.0.0.0/8",
        "0.0.0.0/0,* 65001"
    })
    void moreExactAddressesBeatLessExactOnes(String better, String worse) {
        assertThat(
                        plain(
                                RouteDraft.tcp("worse").sources(worse),
                                RouteDraft.tcp("better").sources(better).createdAt(9)))
                .isEqualTo("better");
    }

    @Test
    void routeWithTlsTakesAClientHelloBeforeOneWithOnlyTcp() {
        RouteDraft tcp = RouteDraft.tcp("tcp").destinations("127.0.0.5 19000").createdAt(1);
        RouteDraft tls = RouteDraft.tls("tls").destinations("127.0.0.5 19000").createdAt(2);

        assertThat(tls(null, tcp, tls)).isEqualTo("tls");
        assertThat(plain(tcp, tls)).isEqualTo("tcp");
    }

    @Test
    void routeWithOnlyTcpTakesAClientHelloUntouched() {
        assertThat(tls("a.test", RouteDraft.tcp("tcp").sources("127.0.0.1"))).isEqualTo("tcp");
    }

    @Test
    void unknownServerNameGoesToNoRouteThatAsksForAnother() {
        assertThat(tls("b.test", RouteDraft.tls("sni").snis("a.test"))).isEqualTo("none");
        assertThat(tls(null, RouteDraft.tls("sni").snis("a.test"))).isEqualTo("none");
    }

    @Test
    void olderRouteWinsAmongEquals() {
        assertThat(
                        plain(
                                RouteDraft.tcp("young").sources("127.0.0.1").createdAt(2),
                                RouteDraft.tcp("old").sources("127.0.0.1").createdAt(1)))
                .isEqualTo("old");
    }

    @Test
    void silentClientIsLedByTheBestRuleThatNeedsNoClientHello() {
        StreamSelection selection =
                router(
                                RouteDraft.tls("sni").snis("a.test"),
                                RouteDraft.tcp("dst").destinations("* 19000"))
                        .select(address(CLIENT), address(LOCAL), new FirstBytes.Unknown());

        assertThat(selection)
                .isInstanceOfSatisfying(
                        StreamSelection.NeedsBytes.class,
                        needs -> {
                            assertThat(needs.decisive()).isTrue();
                            assertThat(needs.silent())
                                    .extracting(rule -> rule.origin().name())
                                    .isEqualTo("dst");
                        });
    }

    @Test
    void opaqueRuleBehindAPlainOneIsSomethingThatTheBytesCanLeadTo() {
        StreamRule plain =
                RouteCompiler.compile(
                                RouteDraft.tcp("both")
                                        .protocols(Protocol.TCP, Protocol.TLS)
                                        .sources("127.0.0.1")
                                        .build(),
                                null)
                        .streams()
                        .get(1);
        StreamRule opaque =
                RouteCompiler.compile(
                                RouteDraft.tcp("opaque").destinations("* 19000").build(), null)
                        .streams()
                        .getFirst();

        StreamSelection selection =
                StreamRouter.of(List.of(plain, opaque))
                        .select(address(CLIENT), address(LOCAL), new FirstBytes.Unknown());

        assertThat(selection).isEqualTo(new StreamSelection.NeedsBytes(plain, true));
    }

    private static String http(String request, RouteDraft... routes) {
        return select(Protocol.HTTP, request, routes);
    }

    private static String https(String request, RouteDraft... routes) {
        return select(Protocol.HTTPS, request, routes);
    }

    private static String select(Protocol scheme, String request, RouteDraft... routes) {
        List<String> words = List.of(request.split(" ", -1));
        List<HttpRule> rules =
                Arrays.stream(routes)
                        .flatMap(
                                route -> RouteCompiler.compile(route.build(), null).http().stream())
                        .toList();
        return HttpRouter.of(rules)
                .select(new HttpKey(scheme, words.get(0), words.get(1), words.get(2)))
                .map(HttpMatch::rule)
                .map(rule ->
                        rule.origin().name() + (rule.requireHttps() ? " (https required)" : ""))
                .orElse("none");
    }

    private static String plain(RouteDraft... routes) {
        return name(router(routes).select(address(CLIENT), address(LOCAL), new FirstBytes.Plain()));
    }

    private static String tls(@Nullable String sni, RouteDraft... routes) {
        return name(
                router(routes)
                        .select(
                                address(CLIENT),
                                address(LOCAL),
                                new FirstBytes.Tls(sni, List.of())));
    }

    private static StreamRouter router(RouteDraft... routes) {
        return StreamRouter.of(
                Arrays.stream(routes)
                        .flatMap(route ->
                                RouteCompiler.compile(route.build(), null).streams().stream())
                        .toList());
    }

    private static String name(StreamSelection selection) {
        return selection instanceof StreamSelection.Selected(StreamRule rule)
                ? rule.origin().label()
                : "none";
    }

    private static IpPort address(String text) {
        return IpPort.parse(text).orElseThrow();
    }
}

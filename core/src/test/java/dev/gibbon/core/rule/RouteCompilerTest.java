package dev.gibbon.core.rule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.core.entity.Protocol;
import dev.gibbon.core.net.CidrBlock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RouteCompilerTest {

    @Test
    void httpRouteBecomesTheProductOfHostsAndPathsForEachScheme() {
        List<HttpRule> rules = http(RouteDraft.http("r").hosts("A.Test", "*.b").paths("/x", "/y+"));

        assertThat(rules).hasSize(8);
        assertThat(rules)
                .extracting(HttpRule::host)
                .containsOnly(new HostMatch.Exact("a.test"), new HostMatch.Suffix(".b"));
        assertThat(rules)
                .extracting(HttpRule::path)
                .containsOnly(new PathMatch.Prefix("/x"), new PathMatch.Regex("/y+"));
        assertThat(rules).extracting(HttpRule::scheme).containsOnly(Protocol.HTTP, Protocol.HTTPS);
        assertThat(rules).extracting(HttpRule::key).doesNotHaveDuplicates();
    }

    @Test
    void httpsOnlyRouteAsksPlainRequestsToUseHttps() {
        List<HttpRule> rules = http(RouteDraft.http("r").protocols(Protocol.HTTPS).hosts("a"));

        assertThat(rules)
                .extracting(HttpRule::scheme, HttpRule::requireHttps)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(Protocol.HTTP, true),
                        org.assertj.core.groups.Tuple.tuple(Protocol.HTTPS, false));
    }

    @Test
    void httpOnlyRouteServesHttpsToo() {
        List<HttpRule> rules = http(RouteDraft.http("r").protocols(Protocol.HTTP).hosts("a"));

        assertThat(rules).extracting(HttpRule::requireHttps).containsExactly(false, false);
    }

    @Test
    void methodsStayASet() {
        List<HttpRule> rules = http(RouteDraft.http("r").methods("GET", "PUT"));

        assertThat(rules).hasSize(2);
        assertThat(rules.getFirst().methods()).isEqualTo(Set.of("GET", "PUT"));
    }

    @ParameterizedTest
    @CsvSource({"tcp,OPAQUE", "tls,TLS", "tcp+tls,TLS+PLAIN"})
    void protocolsOfAStreamRouteSayWhichBytesItTakes(String protocols, String bytes) {
        Protocol[] parsed =
                List.of(protocols.split("\\+", -1)).stream()
                        .map(text -> Protocol.parse(text).orElseThrow())
                        .toArray(Protocol[]::new);

        List<StreamRule> rules =
                streams(RouteDraft.tcp("r").protocols(parsed).destinations("10.0.0.1 80"));

        assertThat(String.join("+", rules.stream().map(rule -> rule.bytes().name()).toList()))
                .isEqualTo(bytes);
    }

    @Test
    void streamRouteBecomesTheProductOfItsLists() {
        List<StreamRule> rules =
                streams(
                        RouteDraft.tls("r")
                                .snis("A.Test", "b.test")
                                .sources("10.0.0.0/8", "* 7")
                                .destinations("10.1.1.1 443"));

        assertThat(rules).hasSize(4);
        assertThat(rules).extracting(StreamRule::sni).containsOnly("a.test", "b.test");
        assertThat(rules)
                .extracting(StreamRule::source)
                .containsOnly(
                        new AddressBlock(CidrBlock.parse("10.0.0.0/8").orElseThrow(), null),
                        new AddressBlock(null, 7));
    }

    @Test
    void plainBytesHaveNoServerNameSoARouteWithOneHasNoRuleForThem() {
        List<StreamRule> rules =
                streams(RouteDraft.tcp("r").protocols(Protocol.TCP, Protocol.TLS).snis("a.test"));

        assertThat(rules).extracting(StreamRule::bytes).containsExactly(StreamRule.Bytes.TLS);
    }

    @ParameterizedTest
    @CsvSource({
        "/a.b-c_d~e%20/F9,false",
        "/a(b),true",
        "/a+,true",
        "/a$,true",
        "/ä,true",
        "'/a b',true"
    })
    void pathWithAnyOtherCharacterIsARegularExpression(String path, boolean regex) {
        assertThat(RouteCompiler.isRegex(path)).isEqualTo(regex);
    }

    @Test
    void routeWhoseServiceIsOfTheOtherSubsystemIsSkipped() {
        var route = RouteDraft.http("r").hosts("a").build();
        var service = RouteDraft.service("r", Protocol.TCP, "10.0.0.1", 80);

        CompiledRoute compiled = RouteCompiler.compile(route, service);

        assertThat(compiled)
                .isEqualTo(
                        CompiledRoute.skipped(
                                "service: protocol tcp (expected: http or https, as the Route's"
                                        + " protocols are http, https)"));
    }

    @Test
    void routeThatAsksForNothingIsSkipped() {
        assertThat(RouteCompiler.compile(RouteDraft.http("r").build(), null).skipped())
                .isEqualTo("has none of methods, hosts, paths (expected: one)");
        assertThat(RouteCompiler.compile(RouteDraft.tcp("r").build(), null).skipped())
                .isEqualTo("has none of sources, destinations, snis (expected: one)");
    }

    @Test
    void routeThatCannotBeReadIsSkipped() {
        assertThat(
                        RouteCompiler.compile(
                                        RouteDraft.tcp("r").sources("10.0.0.0/33").build(), null)
                                .skipped())
                .isEqualTo("ip: 10.0.0.0/33 (expected: an IP address or a CIDR block)");
        assertThat(RouteCompiler.compile(RouteDraft.http("r").paths("/(").build(), null).skipped())
                .isEqualTo("paths: /( (expected: a regular expression in RE2 syntax)");
        assertThat(
                        RouteCompiler.compile(
                                        RouteDraft.http("r")
                                                .protocols(Protocol.HTTP, Protocol.TCP)
                                                .hosts("a")
                                                .build(),
                                        null)
                                .skipped())
                .isEqualTo("protocols: http, tcp (expected: http and https, or tcp and tls)");
    }

    @Test
    void httpKeysSortByThePrecedence() {
        List<RouteDraft> inOrder =
                List.of(
                        RouteDraft.http("hpm").hosts("a").paths("/").methods("GET").createdAt(9),
                        RouteDraft.http("hp-regex9")
                                .hosts("a")
                                .paths("/(x)")
                                .regexPriority(9)
                                .createdAt(9),
                        RouteDraft.http("hp-regex0").hosts("a").paths("/(longer)").createdAt(8),
                        RouteDraft.http("hp-regex-1")
                                .hosts("a")
                                .paths("/(x)")
                                .regexPriority(-1)
                                .createdAt(7),
                        RouteDraft.http("hp-long").hosts("a").paths("/foo/bar").createdAt(7),
                        RouteDraft.http("hp-short").hosts("a").paths("/foo").createdAt(6),
                        RouteDraft.http("wildcard-regex").hosts("*.a").paths("/(x)").createdAt(5),
                        RouteDraft.http("wildcard").hosts("*.a").paths("/").createdAt(5),
                        RouteDraft.http("hm").hosts("a").methods("GET").createdAt(4),
                        RouteDraft.http("pm").paths("/").methods("GET").createdAt(3),
                        RouteDraft.http("h-https")
                                .hosts("a")
                                .protocols(Protocol.HTTPS)
                                .createdAt(9),
                        RouteDraft.http("h-http-old")
                                .hosts("a")
                                .protocols(Protocol.HTTP)
                                .createdAt(2),
                        RouteDraft.http("h-http-new")
                                .hosts("a")
                                .protocols(Protocol.HTTP)
                                .createdAt(16),
                        RouteDraft.http("p").paths("/foo").createdAt(1),
                        RouteDraft.http("m").methods("GET").createdAt(0));

        List<String> keys = new ArrayList<>();
        for (RouteDraft draft : inOrder) {
            http(draft).stream()
                    .filter(rule -> rule.scheme() == Protocol.HTTPS)
                    .forEach(rule -> keys.add(rule.key()));
        }

        assertThat(keys).isSorted();
    }

    @Test
    void streamKeysSortByThePrecedence() {
        List<RouteDraft> inOrder =
                List.of(
                        RouteDraft.tls("all")
                                .snis("a")
                                .sources("* 1")
                                .destinations("* 1")
                                .createdAt(9),
                        RouteDraft.tls("sni-src").snis("a").sources("10.0.0.0/8").createdAt(9),
                        RouteDraft.tls("sni-dst").snis("a").destinations("10.0.0.1 1").createdAt(8),
                        RouteDraft.tcp("src-dst").sources("* 1").destinations("* 1").createdAt(7),
                        RouteDraft.tcp("sni").snis("a").createdAt(6),
                        RouteDraft.tcp("src-ip-port").sources("10.0.0.1 1").createdAt(6),
                        RouteDraft.tcp("src-ip").sources("10.0.0.1").createdAt(5),
                        RouteDraft.tcp("src-24-port").sources("10.0.0.0/24 1").createdAt(4),
                        RouteDraft.tcp("src-8-port").sources("10.0.0.0/8 1").createdAt(3),
                        RouteDraft.tcp("src-24").sources("10.0.0.0/24").createdAt(3),
                        RouteDraft.tcp("src-0").sources("0.0.0.0/0").createdAt(2),
                        RouteDraft.tls("src-port-tls").sources("* 1").createdAt(2),
                        RouteDraft.tcp("src-port").sources("* 1").createdAt(1),
                        RouteDraft.tcp("dst-ip-port").destinations("10.0.0.1 1").createdAt(0));

        List<String> keys = new ArrayList<>();
        for (RouteDraft draft : inOrder) {
            streams(draft).forEach(rule -> keys.add(rule.key()));
        }

        assertThat(keys).isSorted();
    }

    @Test
    void routesWithAParentComeBeforeThoseWithout() {
        String parent = http(RouteDraft.http("p").parent("10.96.0.7:80")).getFirst().key();
        String exact =
                http(RouteDraft.http("e").hosts("a").paths("/").methods("GET").header("x", "1"))
                        .getFirst()
                        .key();
        String parentStream = streams(RouteDraft.tcp("p").parent("10.96.0.7:80")).getFirst().key();
        String exactStream =
                streams(RouteDraft.tls("e").snis("a").sources("* 1").destinations("* 1"))
                        .getFirst()
                        .key();

        assertThat(parent).isLessThan(exact);
        assertThat(parentStream).isLessThan(exactStream);
    }

    @Test
    void headersOutrankPathsAndMoreOfThemComeFirst() {
        List<RouteDraft> inOrder =
                List.of(
                        RouteDraft.http("host-header").hosts("a").header("x", "1").createdAt(9),
                        RouteDraft.http("host-path").hosts("a").paths("/").createdAt(8),
                        RouteDraft.http("header-path").header("x", "1").paths("/a").createdAt(7),
                        RouteDraft.http("path-method").paths("/").methods("GET").createdAt(6),
                        RouteDraft.http("host").hosts("a").createdAt(5),
                        RouteDraft.http("headers").header("x", "1").header("y", "1").createdAt(4),
                        RouteDraft.http("header").header("x", "1", "2", "3").createdAt(3),
                        RouteDraft.http("path").paths("/").createdAt(2));

        List<String> keys = new ArrayList<>();
        inOrder.forEach(draft -> keys.add(http(draft).getFirst().key()));

        assertThat(keys).isSorted();
    }

    @Test
    void parentBecomesTheDestinationsOfTheRules() {
        List<HttpRule> http =
                http(RouteDraft.http("r").hosts("a").parent("10.96.0.7:80", "[fd00::7]:80"));
        List<StreamRule> streams =
                streams(RouteDraft.tcp("s").sources("10.0.0.0/8").parent("10.96.0.7:81"));

        assertThat(http)
                .extracting(HttpRule::destination)
                .containsOnly(
                        new AddressBlock(CidrBlock.parse("10.96.0.7").orElseThrow(), 80),
                        new AddressBlock(CidrBlock.parse("fd00::7").orElseThrow(), 80));
        assertThat(streams)
                .extracting(StreamRule::destination)
                .containsExactly(new AddressBlock(CidrBlock.parse("10.96.0.7").orElseThrow(), 81));
    }

    @Test
    void parentWithoutAddressesTakesNothingRatherThanEverything() {
        CompiledRoute compiled =
                RouteCompiler.compile(RouteDraft.http("r").hosts("a").parent().build(), null);

        assertThat(compiled)
                .isEqualTo(CompiledRoute.skipped("parent: no address (expected: at least 1)"));
    }

    @Test
    void parentAndDestinationsDoNotGoTogether() {
        CompiledRoute compiled =
                RouteCompiler.compile(
                        RouteDraft.tcp("r").destinations("* 1").parent("10.96.0.7:80").build(),
                        null);

        assertThat(compiled.skipped())
                .isEqualTo("has parent and destinations (expected: one of the two)");
    }

    @Test
    void headersAreComparedInLowerCase() {
        HttpRule rule = http(RouteDraft.http("r").header("X-Version", "Beta", "2")).getFirst();

        assertThat(rule.headers()).isEqualTo(Map.of("x-version", Set.of("beta", "2")));
    }

    @Test
    void snisCountOnce() {
        String three = streams(RouteDraft.tls("three").snis("a", "b", "c")).getFirst().key();
        String two =
                streams(RouteDraft.tls("two").sources("* 1").destinations("* 1")).getFirst().key();

        assertThat(two).isLessThan(three);
    }

    @Test
    void keysAreAsciiOfOneWidth() {
        List<HttpRule> rules =
                http(
                        RouteDraft.http("r")
                                .hosts("a", "*.b", "c.*")
                                .paths("/", "/(x)")
                                .regexPriority(Integer.MIN_VALUE)
                                .createdAt(Long.MAX_VALUE));
        int width = KeyPart.HTTP.stream().mapToInt(KeyPart::width).sum();

        assertThat(rules)
                .allSatisfy(rule -> {
                    assertThat(rule.key()).hasSize(width);
                    assertThat(rule.key().chars()).allMatch(c -> c > ' ' && c < 127);
                });
        assertThat(streams(RouteDraft.tcp("s").sources("* 1")))
                .allSatisfy(rule ->
                        assertThat(rule.key())
                                .hasSize(KeyPart.STREAM.stream().mapToInt(KeyPart::width).sum()));
    }

    private static List<HttpRule> http(RouteDraft draft) {
        CompiledRoute compiled = RouteCompiler.compile(draft.build(), null);
        assertThat(compiled.skipped()).isNull();
        return compiled.http();
    }

    private static List<StreamRule> streams(RouteDraft draft) {
        CompiledRoute compiled = RouteCompiler.compile(draft.build(), null);
        assertThat(compiled.skipped()).isNull();
        return compiled.streams();
    }
}

package dev.gibbon.core.why;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.core.decision.Arrival;
import dev.gibbon.core.decision.ConfigSnapshot;
import dev.gibbon.core.decision.LocalNode;
import dev.gibbon.core.decision.Member;
import dev.gibbon.core.decision.Origin;
import dev.gibbon.core.entity.ClientCertificate;
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
import dev.gibbon.core.rule.CompiledRoute;
import dev.gibbon.core.rule.RouteCompiler;
import dev.gibbon.core.rule.RouteDraft;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Explanations of one small mesh, compared with golden files. {@code -Dgibbon.goldens=write} writes
 * them anew.
 */
final class WhyTest {
    private static final Path GOLDENS = Path.of("src/test/resources/dev/gibbon/core/why");
    private static final String KEY = "very-secret";
    private static final FirstBytes UNKNOWN = new FirstBytes.Unknown();
    private static final FirstBytes PLAIN = new FirstBytes.Plain();

    private static final List<RouteDraft> ROUTES =
            List.of(
                    RouteDraft.tls("shop")
                            .snis("shop.test")
                            .destinations("127.0.0.5 18443")
                            .createdAt(1),
                    RouteDraft.tls("shop-any-port").snis("shop.test").createdAt(2),
                    RouteDraft.tcp("echo").destinations("127.0.0.5 19000").createdAt(3),
                    RouteDraft.tcp("echo-block").destinations("127.0.0.0/8 19000").createdAt(4),
                    RouteDraft.tcp("ledger")
                            .sources("10.0.0.1")
                            .destinations("* 5432")
                            .createdAt(5),
                    RouteDraft.http("items").hosts("shop.test").paths("/items").createdAt(6),
                    RouteDraft.http("item").hosts("shop.test").paths("/items/\\d+").createdAt(7),
                    RouteDraft.http("any-shop").hosts("*.test").paths("/").createdAt(8),
                    RouteDraft.http("orders").hosts("shop.test").methods("PUT").createdAt(9),
                    RouteDraft.http("secure")
                            .hosts("secure.example")
                            .protocols(Protocol.HTTPS)
                            .createdAt(10),
                    RouteDraft.http("bank").hosts("bank.example").createdAt(11));

    private static final Map<String, Service> SERVICES =
            Map.of(
                    "shop", RouteDraft.service("shop", Protocol.TLS, "10.0.0.9", 443),
                    "shop-any-port",
                            RouteDraft.service("shop-any-port", Protocol.TLS, "shop.example", 443),
                    "echo", RouteDraft.service("echo", Protocol.TCP, "127.0.0.4", 19000),
                    "items", RouteDraft.service("items", Protocol.HTTP, "10.0.0.1", 8080),
                    "item", RouteDraft.service("item", Protocol.HTTPS, "192.0.2.8", 443),
                    "any-shop", RouteDraft.service("any-shop", Protocol.HTTP, "192.0.2.9", 80),
                    "ledger", RouteDraft.service("ledger", Protocol.TCP, "ledger.test", 5432),
                    "bank",
                            RouteDraft.service(
                                            RouteDraft.id("service-bank"),
                                            "service-bank",
                                            Protocol.HTTPS,
                                            "bank.example",
                                            443,
                                            true)
                                    .withClientCertificate(new ClientCertificate("chain", KEY)));

    static Stream<String> questions() {
        return questionsByName().keySet().stream().sorted();
    }

    private static Map<String, Question> questionsByName() {
        Map<String, Question> questions = new HashMap<>();
        questions.put("tls-to-a-member", stream("127.0.0.5:18443", tls("shop.test")));
        questions.put("tls-to-an-unresolved-name", stream("127.0.0.5:444", tls("shop.test")));
        questions.put("silent-client", stream("127.0.0.5:19000", UNKNOWN));
        questions.put("plain-replaced-by-origins", stream("127.0.0.5:19000", PLAIN));
        questions.put("near-misses", stream("127.0.0.5:5432", PLAIN));
        questions.put(
                "mesh-leg",
                stream("127.0.0.5:19000", new FirstBytes.Tls(null, List.of("gibbon/1/abc"))));
        questions.put("regex-beats-plain-path", get(Protocol.HTTP, "shop.test", "/items/17"));
        questions.put("path-to-the-own-workload", get(Protocol.HTTP, "shop.test", "/items/x"));
        questions.put("https-required", get(Protocol.HTTP, "secure.example", "/"));
        questions.put("verified-upstream", get(Protocol.HTTPS, "bank.example", "/"));
        questions.put("no-route", get(Protocol.HTTP, "nobody.example", "/"));
        return questions;
    }

    @ParameterizedTest
    @MethodSource("questions")
    void explanationIsAsRecorded(String name) throws IOException {
        Explanation explanation = why(false).explain(question(name));

        String text = TextExplanation.render(explanation);

        assertThat(text.lines()).allMatch(line -> line.length() <= 100);
        assertThat(text + JsonExplanation.render(explanation)).doesNotContain(KEY);
        golden(name + ".txt", text);
        golden(name + ".json", JsonExplanation.render(explanation) + "\n");
    }

    @Test
    void strictRefusalLooksAtNoRoute() {
        Explanation explanation = why(true).explain(stream("127.0.0.5:19000", PLAIN));

        assertThat(explanation.outcome().sentence())
                .isEqualTo(
                        "closed (mesh_required): strict mode: the client at 192.0.2.7:40000 does"
                                + " not speak mesh TLS");
        assertThat(explanation.winner()).isNull();
    }

    @Test
    void strictNamesTheLegThatIsNotDialled() {
        Why why = why(true);
        Question question = new Question(arrival("10.0.0.1:50000", "127.0.0.5:19000"), PLAIN, null);

        Explanation explanation = why.explain(question);

        assertThat(explanation.leg())
                .extracting(leg -> leg.protection() + " " + leg.detail())
                .isEqualTo(
                        "REFUSED upstream_not_mesh: strict mode: 127.0.0.4:19001 is not known to be"
                                + " in the mesh");
    }

    @Test
    void nearMissNamesTheHeaderAndTheDestination() {
        List<RouteDraft> routes =
                List.of(
                        RouteDraft.http("value").hosts("a").header("x", "2", "3"),
                        RouteDraft.http("absent").hosts("a").header("z", "1"),
                        RouteDraft.http("parent").hosts("a").parent("10.96.0.7:80"));

        Explanation explanation =
                why(routes, Map.of(), false).explain(get(Protocol.HTTP, "a", "/"));

        assertThat(explanation.nearMisses())
                .extracting(Explanation.NearMiss::missing)
                .containsExactlyInAnyOrder(
                        "header x 2 or 3 (got: 1)",
                        "header z 1 (got: none)",
                        "destination 10.96.0.7 port 80 (got: 127.0.0.3:8000)");
    }

    @Test
    void nearMissesAreNotMoreThanFive() {
        List<RouteDraft> routes =
                Stream.of("a", "b", "c", "d", "e", "f", "g")
                        .map(name -> RouteDraft.http(name).hosts(name))
                        .toList();

        Explanation explanation =
                why(routes, Map.of(), false).explain(get(Protocol.HTTP, "none", "/"));

        assertThat(explanation.nearMisses())
                .hasSize(5)
                .first()
                .extracting(Explanation.NearMiss::missing)
                .isEqualTo("host a (got: none)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "hosts a.b, paths / | hosts a.b | it has 2 attributes (hosts, paths), the next has 1"
                        + " (hosts)",
                "hosts a.b | paths / | it has 1 attribute (hosts), the next has 1 (paths), and hosts"
                        + " outrank paths, which outrank methods",
                "hosts a.b | hosts a.* | its host a.b has no wildcard, the next's has one (a.*)",
                "paths /a+ | paths / | its path is a regular expression, the next's is plain (/)",
                "paths /a+ priority 3 | paths /a priority 9 | its path is a regular expression,"
                        + " the next's is plain (/a)",
                "paths /a+ priority 3 | paths /(a) priority -2 | its regular expression has"
                        + " regex_priority 3, the next's -2",
                "paths /aa | paths /a | its path /aa is longer than the next's, /a",
                "paths / only http | paths / only https | its protocols list http, the next's do"
                        + " not",
                "paths / header x=1 | paths / methods GET | it has 2 attributes (headers, paths), the"
                        + " next has 2 (paths, methods), and hosts outrank headers, which outrank"
                        + " paths, which outrank methods",
                "header x=1 header y=1 | header x=1 | it names 2 headers, the next 1",
                "parent 127.0.0.3:8000 | hosts a.b | its Route has a parent, the next's has none",
                "paths / | paths / created 4 | it is older (created_at 0, the next's 4)",
                "paths / | paths / | they are equal in all else, and its id is smaller",
            })
    void rankOfRequestsIsSaidInWords(String winner, String next, String because) {
        List<RouteDraft> routes = List.of(http("w", winner, 1), http("n", next, 2));

        Explanation explanation =
                why(routes, Map.of(), false).explain(get(Protocol.HTTP, "a.b", "/aab"));

        assertThat(explanation.because()).isEqualTo(because);
        assertThat(explanation.winner()).extracting(match -> match.origin().name()).isEqualTo("w");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "192.0.2.7 | * 40000 | its source 192.0.2.7 is more exact than the next's, port"
                        + " 40000",
                "192.0.2.0/24 | 192.0.0.0/16 | its source 192.0.2.0/24 is more exact than the"
                        + " next's, 192.0.0.0/16",
                "192.0.2.0/24 40000 | 192.0.2.0/24 | its source 192.0.2.0/24 port 40000 is more"
                        + " exact than the next's, 192.0.2.0/24",
            })
    void rankOfConnectionsIsSaidInWords(String winner, String next, String because) {
        List<RouteDraft> routes =
                List.of(
                        RouteDraft.tcp("w").sources(winner).createdAt(9),
                        RouteDraft.tcp("n").sources(next));

        Explanation explanation =
                why(routes, Map.of(), false).explain(stream("127.0.0.5:80", PLAIN));

        assertThat(explanation.because()).isEqualTo(because);
    }

    @Test
    void routeWithTlsOutranksOneWithout() {
        List<RouteDraft> routes =
                List.of(
                        RouteDraft.tls("w").sources("192.0.2.7").createdAt(9),
                        RouteDraft.tcp("n").sources("192.0.2.7"));

        Explanation explanation =
                why(routes, Map.of(), false).explain(stream("127.0.0.5:80", tls("x.test")));

        assertThat(explanation.because()).isEqualTo("its protocols list tls, the next's only tcp");
    }

    @Test
    void controlCharactersAreNotShown() {
        String text =
                TextExplanation.render(
                        why(false).explain(get(Protocol.HTTP, "a\u001b[31m", "/\n")));

        assertThat(text).contains("a?[31m/?");
    }

    @Test
    void goldensWithoutAQuestionAreGone() throws IOException {
        Set<String> expected = new TreeSet<>();
        questions().forEach(name -> expected.addAll(List.of(name + ".txt", name + ".json")));

        try (Stream<Path> files = Files.list(GOLDENS)) {
            assertThat(files.map(file -> String.valueOf(file.getFileName())))
                    .containsExactlyInAnyOrderElementsOf(expected);
        }
    }

    private static void golden(String name, String actual) throws IOException {
        Path file = GOLDENS.resolve(name);
        if ("write".equals(System.getProperty("gibbon.goldens"))) {
            Files.createDirectories(GOLDENS);
            Files.writeString(file, actual);
        }
        assertThat(actual).isEqualTo(Files.readString(file, StandardCharsets.UTF_8));
    }

    private static Question question(String name) {
        return Optional.ofNullable(questionsByName().get(name)).orElseThrow();
    }

    private static RouteDraft http(String name, String text, int id) {
        RouteDraft draft = RouteDraft.http(name).id(new UUID(0, id));
        List<String> words = List.of(text.replace(",", "").split(" ", -1));
        for (int i = 0; i < words.size(); i += 2) {
            String value = words.get(i + 1);
            switch (words.get(i)) {
                case "hosts" -> draft.hosts(value);
                case "paths" -> draft.paths(value);
                case "methods" -> draft.methods(value);
                case "parent" -> draft.parent(value);
                case "header" -> draft.header(value.substring(0, 1), value.substring(2));
                case "priority" -> draft.regexPriority(Integer.parseInt(value));
                case "only" -> draft.protocols(Protocol.parse(value).orElseThrow());
                case "created" -> draft.createdAt(Long.parseLong(value));
                default -> throw new IllegalArgumentException(words.get(i));
            }
        }
        return draft;
    }

    private static Why why(boolean strict) {
        return why(ROUTES, SERVICES, strict);
    }

    private static Why why(List<RouteDraft> routes, Map<String, Service> services, boolean strict) {
        List<CompiledRoute> compiled =
                routes.stream().map(route -> RouteCompiler.compile(route.build(), null)).toList();
        Map<UUID, Service> byId = new HashMap<>();
        services.values().forEach(service -> byId.put(service.id(), service));
        ConfigSnapshot config =
                new ConfigSnapshot(
                        7,
                        "gibbon/1/abc",
                        byId,
                        HttpRouter.of(compiled.stream().flatMap(c -> c.http().stream()).toList()),
                        StreamRouter.of(
                                compiled.stream().flatMap(c -> c.streams().stream()).toList()),
                        List.of(
                                new Member(
                                        "gibbon-b",
                                        "spiffe://mesh-1/host/gibbon-b",
                                        List.of(block("10.0.0.9")))));
        LocalNode node =
                new LocalNode(
                        "gibbon-a",
                        List.of(block("10.0.0.1")),
                        List.of(address("127.0.0.3:7000")),
                        null,
                        null,
                        List.of(
                                new Origin(
                                        Protocol.TCP,
                                        "127.0.0.4",
                                        19000,
                                        Protocol.TCP,
                                        "127.0.0.4",
                                        19001)),
                        strict,
                        true);
        return new Why(config, node, WhyTest::lookUp);
    }

    private static Optional<IpAddress> lookUp(String host) {
        return host.equals("bank.example")
                ? Optional.of(IpAddress.of("192.0.2.30"))
                : Optional.empty();
    }

    private static Question stream(String destination, FirstBytes bytes) {
        return new Question(arrival("192.0.2.7:40000", destination), bytes, null);
    }

    private static Question get(Protocol scheme, String host, String path) {
        return new Question(
                new Arrival(
                        address("192.0.2.7:40000"),
                        address("127.0.0.3:8000"),
                        address("127.0.0.3:8000"),
                        false),
                PLAIN,
                new HttpKey(
                        scheme,
                        "GET",
                        host,
                        path,
                        address("127.0.0.3:8000"),
                        name -> name.equals("x") || name.equals("y") ? List.of("1") : List.of()));
    }

    private static Arrival arrival(String client, String destination) {
        return new Arrival(address(client), address(destination), address("127.0.0.3:7000"), true);
    }

    private static FirstBytes tls(@Nullable String sni) {
        return new FirstBytes.Tls(sni, List.of("h2"));
    }

    private static AddressBlock block(String ip) {
        return new AddressBlock(CidrBlock.parse(ip).orElseThrow(), null);
    }

    private static IpPort address(String text) {
        return IpPort.parse(text).orElseThrow();
    }
}

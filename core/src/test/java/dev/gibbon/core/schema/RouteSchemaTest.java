package dev.gibbon.core.schema;

import static dev.gibbon.core.schema.Documents.document;
import static dev.gibbon.core.schema.Documents.record;
import static dev.gibbon.core.schema.Documents.valid;
import static dev.gibbon.core.schema.Documents.violations;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.gibbon.core.entity.AddressMatch;
import dev.gibbon.core.entity.Protocol;
import dev.gibbon.core.entity.Route;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@NullMarked
class RouteSchemaTest {
    private static final EntitySchema<Route> SCHEMA = EntitySchema.ROUTES;
    private static final String SERVICE = "5d5b0a5e-3b7f-4c7b-9c70-0d6f0ab0f6b4";

    private static Map<String, @Nullable Object> http(@Nullable Object... more) {
        Map<String, @Nullable Object> document = document(more);
        document.putIfAbsent("hosts", List.of("example.com"));
        return document;
    }

    private static Map<String, @Nullable Object> stream(@Nullable Object... more) {
        Map<String, @Nullable Object> document = document(more);
        document.putIfAbsent("protocols", List.of("tcp", "tls"));
        document.putIfAbsent("snis", List.of("example.com"));
        return document;
    }

    @Test
    void absentFieldsGetKongsDefaults() {
        assertThat(valid(SCHEMA, document("hosts", List.of("example.com"))))
                .isEqualTo(
                        new Route(
                                UUID.fromString(Documents.ID),
                                1_500_000_000,
                                1_500_000_001,
                                null,
                                List.of(Protocol.HTTP, Protocol.HTTPS),
                                null,
                                List.of("example.com"),
                                null,
                                0,
                                true,
                                false,
                                null,
                                null,
                                null,
                                null,
                                null));
    }

    @Test
    void everyHttpFieldIsTakenAndWrittenAgain() {
        Route route =
                valid(
                        SCHEMA,
                        document(
                                "name", "front",
                                "protocols", List.of("https"),
                                "methods", List.of("GET", "POST"),
                                "hosts", List.of("Example.com", "*.example.org", "a.*"),
                                "paths", List.of("/plain", "/v\\d+$"),
                                "regex_priority", -3,
                                "strip_path", false,
                                "preserve_host", true,
                                "service", record("id", SERVICE),
                                "tags", List.of("x")));

        assertThat(route)
                .isEqualTo(
                        new Route(
                                UUID.fromString(Documents.ID),
                                1_500_000_000,
                                1_500_000_001,
                                "front",
                                List.of(Protocol.HTTPS),
                                List.of("GET", "POST"),
                                List.of("Example.com", "*.example.org", "a.*"),
                                List.of("/plain", "/v\\d+$"),
                                -3,
                                false,
                                true,
                                null,
                                null,
                                null,
                                UUID.fromString(SERVICE),
                                List.of("x")));
        assertThat(valid(SCHEMA, SCHEMA.write(route))).isEqualTo(route);
    }

    @Test
    void everyStreamFieldIsTakenAndWrittenAgain() {
        Route route =
                valid(
                        SCHEMA,
                        document(
                                "protocols", List.of("tls", "tcp"),
                                "snis", List.of("example.com"),
                                "sources",
                                        List.of(
                                                record("ip", "10.0.0.0/8"),
                                                record("ip", "fd00::/8", "port", 1)),
                                "destinations",
                                        List.of(
                                                record("ip", "127.0.0.5", "port", 19000),
                                                record("ip", null, "port", 443),
                                                record("ip", "::1"))));

        assertThat(route.protocols()).containsExactly(Protocol.TLS, Protocol.TCP);
        assertThat(route.sources())
                .containsExactly(
                        new AddressMatch("10.0.0.0/8", null), new AddressMatch("fd00::/8", 1));
        assertThat(route.destinations())
                .containsExactly(
                        new AddressMatch("127.0.0.5", 19000),
                        new AddressMatch(null, 443),
                        new AddressMatch("::1", null));
        assertThat(SCHEMA.write(route))
                .containsEntry(
                        "sources",
                        List.of(
                                record("ip", "10.0.0.0/8", "port", null),
                                record("ip", "fd00::/8", "port", 1)));
        assertThat(valid(SCHEMA, SCHEMA.write(route))).isEqualTo(route);
    }

    @Test
    void fieldsAreThoseThatAreWritten() {
        assertThat(SCHEMA.fields().keySet())
                .isEqualTo(SCHEMA.write(valid(SCHEMA, http())).keySet());
    }

    static Stream<Arguments> wrongHttpValues() {
        return Stream.of(
                arguments("protocols", null, "protocols: required field missing"),
                arguments("protocols", List.of(), "protocols: length must be at least 1"),
                arguments("protocols", "http", "protocols: expected a set"),
                arguments(
                        "protocols",
                        List.of("http", "ws"),
                        "protocols.2: expected one of: http, https, tcp, tls"),
                arguments(
                        "protocols",
                        List.of("http", "tcp"),
                        "protocols: these sets are mutually exclusive: ('http', 'https'), ('tcp',"
                                + " 'tls')"),
                arguments("name", "a".repeat(256), "name: length must be at most 255"),
                arguments(
                        "paths",
                        List.of("/", "/" + "a".repeat(8192)),
                        "paths.2: length must be at most 8192"),
                arguments("methods", List.of("get"), "methods.1: invalid value: get"),
                arguments("methods", List.of("GET", "M1"), "methods.2: invalid value: M1"),
                arguments("methods", "GET", "methods: expected a set"),
                arguments("hosts", "h", "hosts: expected an array"),
                arguments("hosts", Collections.singletonList(null), "hosts.1: expected a string"),
                arguments("hosts", List.of("h:80"), "hosts.1: must not have a port"),
                arguments("hosts", List.of("*.h:80"), "hosts.1: must not have a port"),
                arguments(
                        "hosts",
                        List.of("*.a.*"),
                        "hosts.1: invalid wildcard: must have at most one wildcard"),
                arguments(
                        "hosts",
                        List.of("a.*.b"),
                        "hosts.1: invalid wildcard: must be placed at leftmost or rightmost label"),
                arguments(
                        "hosts",
                        List.of("*a.b"),
                        "hosts.1: invalid wildcard: must be placed at leftmost or rightmost label"),
                arguments(
                        "hosts",
                        List.of("*"),
                        "hosts.1: invalid wildcard: must be placed at leftmost or rightmost label"),
                arguments("hosts", List.of("*.a_-"), "hosts.1: invalid value: *.a_-"),
                arguments("paths", List.of("x"), "paths.1: should start with: /"),
                arguments("paths", List.of("/a//b"), "paths.1: must not have empty segments"),
                arguments("paths", List.of("/%2"), "paths.1: invalid url-encoded value: '%2'"),
                arguments(
                        "paths",
                        List.of("/(a"),
                        "paths.1: invalid regex: '/(a' (RE2 returned: missing closing ))"),
                arguments(
                        "paths",
                        List.of("/(?=a)"),
                        "paths.1: invalid regex: '/(?=a)' (RE2 returned: invalid or unsupported"
                                + " Perl syntax)"),
                arguments(
                        "paths",
                        List.of("/(a)\\1"),
                        "paths.1: invalid regex: '/(a)\\1' (RE2 returned: invalid escape"
                                + " sequence)"),
                arguments("regex_priority", "x", "regex_priority: expected an integer"),
                arguments(
                        "regex_priority",
                        1L << 31,
                        "regex_priority: value should be between -2147483648 and 2147483647"),
                arguments("strip_path", 1, "strip_path: expected a boolean"),
                arguments("preserve_host", "no", "preserve_host: expected a boolean"),
                arguments("service", "x", "service: expected a record"),
                arguments("service", record("id", "x"), "service.id: expected a valid UUID"),
                arguments("service", record(), "service.id: required field missing"),
                arguments(
                        "service",
                        record("id", SERVICE, "name", "x"),
                        "service.name: unknown field"),
                arguments("tags", List.of("ü"), "tags.1: invalid value: ü"),
                arguments("snis", List.of(), ""),
                arguments("headers", record(), "headers: unknown field"));
    }

    @ParameterizedTest
    @MethodSource("wrongHttpValues")
    void aWrongValueOfAnHttpRouteIsNamedInKongsWords(
            String field, @Nullable Object value, String expected) {
        Map<String, @Nullable Object> document = http();
        document.put("paths", List.of("/"));
        document.put(field, value);

        assertThat(violations(SCHEMA, document))
                .isEqualTo(expected.isEmpty() ? List.of() : List.of(expected));
    }

    static Stream<Arguments> wrongStreamValues() {
        return Stream.of(
                arguments("snis", List.of("127.0.0.1"), "snis.1: must not be an IP"),
                arguments("snis", List.of("::1"), "snis.1: must not be an IP"),
                arguments("snis", List.of("a:1"), "snis.1: must not have a port"),
                arguments("snis", List.of("*.a"), "snis.1: invalid value: *.a"),
                arguments("sources", record("ip", "::1"), "sources: expected a set"),
                arguments("sources", List.of("::1"), "sources.1: expected a record"),
                arguments(
                        "sources",
                        List.of(record("ip", "x")),
                        "sources.1.ip: invalid ip or cidr range: 'x'"),
                arguments(
                        "destinations",
                        List.of(record("ip", "::1"), record("ip", "10.0.0.0/33")),
                        "destinations.2.ip: invalid ip or cidr range: '10.0.0.0/33'"),
                arguments(
                        "destinations",
                        List.of(record("ip", "fd00::/129")),
                        "destinations.1.ip: invalid ip or cidr range: 'fd00::/129'"),
                arguments(
                        "destinations",
                        List.of(record("port", 65536)),
                        "destinations.1.port: value should be between 0 and 65535"),
                arguments(
                        "destinations",
                        List.of(record("port", 1, "host", "x")),
                        "destinations.1.host: unknown field"),
                arguments(
                        "destinations",
                        List.of(record("ip", null)),
                        "destinations.1.@entity: at least one of these fields must be non-empty:"
                                + " 'ip', 'port'"));
    }

    @ParameterizedTest
    @MethodSource("wrongStreamValues")
    void aWrongValueOfAStreamRouteIsNamedInKongsWords(String field, Object value, String expected) {
        assertThat(violations(SCHEMA, stream(field, value))).containsExactly(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "https", "http,https"})
    void httpRoutesNeedAnHttpMatcher(String protocols) {
        assertThat(
                        violations(
                                SCHEMA,
                                document(
                                        "protocols",
                                        Arrays.asList(protocols.split(",")),
                                        "hosts",
                                        List.of())))
                .containsExactly(
                        "@entity: must set one of 'methods', 'hosts', 'paths' when 'protocols' is"
                                + " 'http' or 'https'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp", "tls", "tcp,tls"})
    void streamRoutesNeedAStreamMatcher(String protocols) {
        assertThat(violations(SCHEMA, document("protocols", Arrays.asList(protocols.split(",")))))
                .containsExactly(
                        "@entity: must set one of 'sources', 'destinations', 'snis' when"
                                + " 'protocols' is 'tcp' or 'tls'");
    }

    @Test
    void httpRoutesHaveNoStreamMatchers() {
        assertThat(
                        violations(
                                SCHEMA,
                                http(
                                        "snis", List.of("a"),
                                        "sources", List.of(record("port", 1)),
                                        "destinations", List.of(record("port", 1)))))
                .containsExactly(
                        "@entity: cannot set 'snis' when 'protocols' is 'http' or 'https'",
                        "snis: length must be 0",
                        "@entity: cannot set 'sources' when 'protocols' is 'http' or 'https'",
                        "sources: length must be 0",
                        "@entity: cannot set 'destinations' when 'protocols' is 'http' or 'https'",
                        "destinations: length must be 0");
    }

    @Test
    void streamRoutesHaveNoHttpMatchers() {
        assertThat(
                        violations(
                                SCHEMA,
                                stream(
                                        "hosts", List.of("a"),
                                        "paths", List.of("/"),
                                        "methods", List.of("GET"))))
                .containsExactly(
                        "@entity: cannot set 'hosts' when 'protocols' is 'tcp' or 'tls'",
                        "hosts: length must be 0",
                        "@entity: cannot set 'paths' when 'protocols' is 'tcp' or 'tls'",
                        "paths: length must be 0",
                        "@entity: cannot set 'methods' when 'protocols' is 'tcp' or 'tls'",
                        "methods: length must be 0");
    }

    @Test
    void aMatcherThatIsWrongIsNotAlsoCalledMissing() {
        assertThat(violations(SCHEMA, document("hosts", List.of("a:1"))))
                .containsExactly("hosts.1: must not have a port");
    }

    @Test
    void ipv6HostsAreTaken() {
        assertThat(valid(SCHEMA, http("hosts", List.of("::1", "[fd00::5]"))).hosts())
                .containsExactly("::1", "[fd00::5]");
    }

    @ParameterizedTest
    @CsvSource({"100, 100, 0", "101, 100, 1", "10001, 0, 1", "10000, 1, 0"})
    void aRouteIsAtMostTenThousandHttpRules(int hosts, int paths, int violations) {
        Map<String, @Nullable Object> document =
                document("hosts", numbered("h", hosts), "paths", numbered("/p", paths));

        assertThat(violations(SCHEMA, document)).hasSize(violations);
    }

    @Test
    void aRouteIsAtMostTenThousandStreamRules() {
        List<Map<String, @Nullable Object>> ports =
                IntStream.range(1, 23).mapToObj(port -> record("port", port)).toList();

        assertThat(
                        violations(
                                SCHEMA,
                                stream(
                                        "sources", ports,
                                        "destinations", ports,
                                        "snis", numbered("s", 21))))
                .containsExactly(
                        "@entity: 10164 combinations of 'sources' x 'destinations' x 'snis'"
                                + " (expected: at most 10000; split the route)");
    }

    private static List<String> numbered(String prefix, int count) {
        return IntStream.range(0, count).mapToObj(i -> prefix + i).toList();
    }
}

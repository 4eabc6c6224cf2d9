package dev.gibbon.core.schema;

import static dev.gibbon.core.schema.Documents.document;
import static dev.gibbon.core.schema.Documents.valid;
import static dev.gibbon.core.schema.Documents.violations;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.gibbon.core.entity.Protocol;
import dev.gibbon.core.entity.Service;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
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
class ServiceSchemaTest {
    private static final EntitySchema<Service> SCHEMA = EntitySchema.SERVICES;

    @Test
    void absentFieldsGetKongsDefaults() {
        assertThat(valid(SCHEMA, document("host", "example.com")))
                .isEqualTo(
                        new Service(
                                UUID.fromString(Documents.ID),
                                1_500_000_000,
                                1_500_000_001,
                                null,
                                5,
                                Protocol.HTTP,
                                "example.com",
                                80,
                                null,
                                60000,
                                60000,
                                60000,
                                null,
                                null));
    }

    @Test
    void everyFieldIsTakenAndWrittenAgain() {
        Map<String, @Nullable Object> document =
                document(
                        "name",
                        "web_1.0~a-b",
                        "retries",
                        0,
                        "protocol",
                        "https",
                        "host",
                        "a_b.example.com",
                        "port",
                        65535,
                        "path",
                        "/a%20b/c~d",
                        "connect_timeout",
                        1,
                        "write_timeout",
                        2147483646L,
                        "read_timeout",
                        3,
                        "tls_verify",
                        true,
                        "tags",
                        List.of("a", "b.c"));

        Service service = valid(SCHEMA, document);

        assertThat(service)
                .isEqualTo(
                        new Service(
                                UUID.fromString(Documents.ID),
                                1_500_000_000,
                                1_500_000_001,
                                "web_1.0~a-b",
                                0,
                                Protocol.HTTPS,
                                "a_b.example.com",
                                65535,
                                "/a%20b/c~d",
                                1,
                                2147483646,
                                3,
                                true,
                                List.of("a", "b.c")));
        assertThat(valid(SCHEMA, SCHEMA.write(service))).isEqualTo(service);
    }

    @Test
    void writesEveryFieldInAFixedOrderAndUnsetOnesAsNull() {
        Map<String, @Nullable Object> written =
                SCHEMA.write(valid(SCHEMA, document("host", "example.com")));

        assertThat(written.keySet())
                .containsExactly(
                        "id",
                        "created_at",
                        "updated_at",
                        "name",
                        "retries",
                        "protocol",
                        "host",
                        "port",
                        "path",
                        "connect_timeout",
                        "write_timeout",
                        "read_timeout",
                        "tls_verify",
                        "tags");
        assertThat(written).containsEntry("name", null).containsEntry("tags", null);
    }

    @Test
    void fieldsAreThoseThatAreWrittenAndTheShortForm() {
        Set<String> expected =
                new LinkedHashSet<>(SCHEMA.write(valid(SCHEMA, document("host", "h"))).keySet());
        expected.add("url");

        assertThat(SCHEMA.fields().keySet()).isEqualTo(expected);
    }

    static Stream<Arguments> wrongValues() {
        return Stream.of(
                arguments("id", null, "required field missing"),
                arguments("id", "x", "expected a valid UUID"),
                arguments("id", 7, "expected a string"),
                arguments("created_at", "x", "expected an integer"),
                arguments("created_at", 0, "expected a valid timestamp"),
                arguments("updated_at", null, "required field missing"),
                arguments("name", "", "length must be at least 1"),
                arguments("name", 7, "expected a string"),
                arguments("name", "a".repeat(256), "length must be at most 255"),
                arguments(
                        "tags",
                        IntStream.range(0, 70).mapToObj(i -> i + "t".repeat(8000)).toList(),
                        "length must be at most 524288 altogether"),
                arguments("path", "/" + "a".repeat(8192), "length must be at most 8192"),
                arguments(
                        "name",
                        "a b",
                        "invalid value 'a b': it must only contain alphanumeric and '., -, _, ~'"
                                + " characters"),
                arguments(
                        "name",
                        "ä",
                        "invalid value 'ä': it must only contain alphanumeric and '., -, _, ~'"
                                + " characters"),
                arguments("retries", -1, "value should be between 0 and 32767"),
                arguments("retries", 32768, "value should be between 0 and 32767"),
                arguments("retries", 1.5, "expected an integer"),
                arguments("retries", "5", "expected an integer"),
                arguments("retries", true, "expected an integer"),
                arguments("retries", Double.POSITIVE_INFINITY, "expected an integer"),
                arguments("protocol", null, "required field missing"),
                arguments("protocol", "HTTP", "expected one of: http, https, tcp, tls"),
                arguments("protocol", "udp", "expected one of: http, https, tcp, tls"),
                arguments("protocol", "", "length must be at least 1"),
                arguments("host", null, "required field missing"),
                arguments("host", "", "length must be at least 1"),
                arguments("port", null, "required field missing"),
                arguments("port", -1, "value should be between 0 and 65535"),
                arguments("port", 65536, "value should be between 0 and 65535"),
                arguments(
                        "port",
                        new BigInteger("99999999999999999999999"),
                        "value should be between 0 and 65535"),
                arguments("port", new BigDecimal("1e400000000"), "expected an integer"),
                arguments("path", "x", "should start with: /"),
                arguments("path", "/a//b", "must not have empty segments"),
                arguments("path", "/%zz", "invalid url-encoded value: '%zz'"),
                arguments("path", "/a%1", "invalid url-encoded value: '%1'"),
                arguments(
                        "path",
                        "/a b",
                        "invalid path: '/a b' (characters outside of the reserved list of RFC 3986"
                                + " found)"),
                arguments("connect_timeout", 0, "value should be between 1 and 2147483646"),
                arguments("write_timeout", 2147483647L, "value should be between 1 and 2147483646"),
                arguments("read_timeout", -5, "value should be between 1 and 2147483646"),
                arguments("tls_verify", "true", "expected a boolean"),
                arguments(
                        "tls_verify", true, "can only be true when 'protocol' is 'https' or 'tls'"),
                arguments("tags", "a", "expected a set"),
                arguments("url", 7, "expected a string"),
                arguments("url", "", "length must be at least 1"),
                arguments("color", "red", "unknown field"));
    }

    @ParameterizedTest
    @MethodSource("wrongValues")
    void aWrongValueIsNamedInKongsWords(String field, @Nullable Object value, String message) {
        Map<String, @Nullable Object> document = document("host", "example.com");
        document.put(field, value);

        assertThat(violations(SCHEMA, document)).containsExactly(field + ": " + message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "retries",
                "connect_timeout",
                "write_timeout",
                "read_timeout",
                "name",
                "path",
                "tls_verify",
                "tags",
                "url"
            })
    void nullMeansTheDefault(String field) {
        Map<String, @Nullable Object> document = document("host", "example.com", field, null);

        assertThat(valid(SCHEMA, document))
                .isEqualTo(valid(SCHEMA, document("host", "example.com")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.5",
                "example.com",
                "a",
                "a-b.c_d.e1",
                "-a",
                "1a.2",
                "fd00::5",
                "::1",
                "::ffff:127.0.0.5"
            })
    void hostsAreAddressesAndNames(String host) {
        assertThat(valid(SCHEMA, document("host", host)).host()).isEqualTo(host);
    }

    @Test
    void bracketsOfAnAddressAreTakenOff() {
        assertThat(valid(SCHEMA, document("host", "[fd00::5]")).host()).isEqualTo("fd00::5");
    }

    @ParameterizedTest
    @CsvSource({
        "example.com:80, must not have a port",
        "127.0.0.1:80, must not have a port",
        "[::1]:80, must not have a port",
        "127.0.0, invalid value: 127.0.0",
        "127.0.0.256, invalid value: 127.0.0.256",
        "1.2.3.4.5, invalid value: 1.2.3.4.5",
        "example.com., invalid value: example.com.",
        ".example.com, invalid value: .example.com",
        "a..b, invalid value: a..b",
        "a-.b, invalid value: a-.b",
        "a b, invalid value: a b",
        "*.example.com, invalid value: *.example.com",
        "fd00::5::1, invalid value: fd00::5::1",
        "fe80::1%eth0, invalid value: fe80::1%eth0",
        "[fd00::5, invalid value: [fd00::5",
        "[127.0.0.1], invalid value: [127.0.0.1]",
        "[::1]x, invalid value: [::1]x",
    })
    void otherHostsAreRefused(String host, String message) {
        assertThat(violations(SCHEMA, document("host", host))).containsExactly("host: " + message);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "tcp://127.0.0.5:19000, TCP, 127.0.0.5, 19000, -",
                "tls://127.0.0.5:19443, TLS, 127.0.0.5, 19443, -",
                "http://127.0.0.5:18000, HTTP, 127.0.0.5, 18000, -",
                "https://127.0.0.5:18443/, HTTPS, 127.0.0.5, 18443, /",
                "http://example.com, HTTP, example.com, 80, -",
                "https://example.com/a/b?c=d#e, HTTPS, example.com, 443, /a/b",
                "tcp://example.com, TCP, example.com, 80, -",
                "tls://example.com, TLS, example.com, 80, -",
                "http://user:secret@example.com:81/x, HTTP, example.com, 81, /x",
                "tcp://[fd00::5]:19000, TCP, fd00::5, 19000, -",
                "https://[fd00::5]/, HTTPS, fd00::5, 443, /",
                "http://example.com:/x, HTTP, example.com, 80, /x",
            })
    void urlIsShortForFourFields(
            String url, Protocol protocol, String host, int port, @Nullable String path) {
        Service service =
                valid(SCHEMA, document("url", url, "host", "overwritten", "protocol", "http"));

        assertThat(service.protocol()).isEqualTo(protocol);
        assertThat(service.host()).isEqualTo(host);
        assertThat(service.port()).isEqualTo(port);
        assertThat(service.path()).isEqualTo(path);
        assertThat(SCHEMA.write(service)).doesNotContainKey("url");
    }

    @Test
    void urlWithoutAPathLeavesThePathThatIsSentNextToIt() {
        assertThat(valid(SCHEMA, document("url", "http://h", "path", "/kept")).path())
                .isEqualTo("/kept");
    }

    @ParameterizedTest
    @CsvSource({
        "invalid url, host: required field missing|path: should start with: /",
        "http://h:port/, port: expected an integer",
        "http://h:99999/, port: value should be between 0 and 65535",
        "ftp://h, 'protocol: expected one of: http, https, tcp, tls'",
        "http://[::1/, host: invalid value: [:",
        "http://, host: required field missing",
        "http://h//x, path: must not have empty segments",
    })
    void aWrongUrlIsNamedByItsParts(String url, String expected) {
        assertThat(violations(SCHEMA, document("url", url)))
                .containsExactlyInAnyOrder(expected.split("\\|"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp", "tls"})
    void streamsHaveNoPath(String protocol) {
        assertThat(violations(SCHEMA, document("host", "h", "protocol", protocol, "path", "/x")))
                .containsExactly(
                        "@entity: failed conditional validation given value of field 'protocol'",
                        "path: value must be null");
    }

    @Test
    void verificationGoesWithTls() {
        for (String protocol : List.of("https", "tls")) {
            Map<String, @Nullable Object> document =
                    document("host", "h", "protocol", protocol, "tls_verify", true);
            assertThat(valid(SCHEMA, document).demandsVerification()).isTrue();
        }
        for (String protocol : List.of("http", "tcp")) {
            Map<String, @Nullable Object> document =
                    document("host", "h", "protocol", protocol, "tls_verify", false);
            assertThat(valid(SCHEMA, document).demandsVerification()).isFalse();
        }
    }

    @Test
    void tagsAreASetOfWords() {
        assertThat(valid(SCHEMA, document("host", "h", "tags", List.of("b", "a", "b"))).tags())
                .containsExactly("b", "a");
        assertThat(violations(SCHEMA, document("host", "h", "tags", List.of("a", "b c", ""))))
                .containsExactly("tags.2: invalid value: b c", "tags.3: length must be at least 1");
        assertThat(violations(SCHEMA, document("host", "h", "tags", List.of(1))))
                .containsExactly("tags.1: expected a string");
    }

    @Test
    void idsAreReadInAnyCaseAndWrittenInLowerCase() {
        Service service =
                valid(SCHEMA, document("host", "h", "id", Documents.ID.toUpperCase(Locale.ROOT)));

        assertThat(SCHEMA.write(service)).containsEntry("id", Documents.ID);
    }

    @Test
    void wholeNumbersMayLookLikeFractions() {
        assertThat(valid(SCHEMA, document("host", "h", "port", 81.0)).port()).isEqualTo(81);
    }

    @Test
    void allViolationsAreNamedAtOnce() {
        assertThat(
                        violations(
                                SCHEMA,
                                document("port", 70000, "retries", -1, "extra", 1, "name", "?")))
                .hasSize(5);
    }

    @Test
    void aStrangeNameOfAFieldStaysOneSegmentOfItsPath() {
        assertThat(
                        violations(
                                SCHEMA,
                                document(
                                        "host", "h", "a.b", 1, "@entity", 1, "7", 1, "name@-", 1,
                                        "", 1)))
                .containsExactlyInAnyOrder(
                        "a_b: unknown field",
                        "_entity: unknown field",
                        "_7: unknown field",
                        "name@-: unknown field",
                        "_: unknown field");
    }
}

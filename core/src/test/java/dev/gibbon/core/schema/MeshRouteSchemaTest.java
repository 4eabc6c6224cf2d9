package dev.gibbon.core.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.core.entity.Route;
import dev.gibbon.core.net.IpPort;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@NullMarked
class MeshRouteSchemaTest {
    private static final IpPort PARENT = IpPort.parse("10.96.0.7:80").orElseThrow();

    @ParameterizedTest
    @ValueSource(strings = {"headers", "parent"})
    void adminApiDoesNotKnowTheField(String field) {
        Map<String, @Nullable Object> document = Documents.document();
        document.put("hosts", List.of("a.test"));
        document.put(field, Map.of("x", List.of("1")));

        assertThat(EntitySchema.ROUTES.read(document))
                .isEqualTo(
                        new Validated.Invalid<Route>(
                                List.of(new Violation(field, "unknown field"))));
    }

    @Test
    void headersAloneAreMatchersEnough() {
        assertThat(read(Map.of(), Map.of("X-A", List.of("1")), null))
                .isInstanceOf(Validated.Valid.class);
    }

    @Test
    void parentAloneIsMatcherEnoughForBothFamilies() {
        assertThat(read(Map.of(), null, List.of(PARENT))).isInstanceOf(Validated.Valid.class);
        assertThat(read(Map.of("protocols", List.of("tcp")), null, List.of(PARENT)))
                .isInstanceOf(Validated.Valid.class);
    }

    @Test
    void matchersThatCouldHaveBeenSetAreNamed() {
        assertThat(violations(Map.of(), null, null))
                .containsExactly(
                        Violation.ofEntity(
                                "must set one of 'methods', 'hosts', 'paths', 'headers', 'parent'"
                                        + " when 'protocols' is 'http' or 'https'"));
        assertThat(violations(Map.of("protocols", List.of("tls")), null, null))
                .containsExactly(
                        Violation.ofEntity(
                                "must set one of 'sources', 'destinations', 'snis', 'parent' when"
                                        + " 'protocols' is 'tcp' or 'tls'"));
    }

    @Test
    void headersDoNotGoWithConnections() {
        assertThat(
                        violations(
                                Map.of("protocols", List.of("tcp")),
                                Map.of("x", List.of("1")),
                                List.of(PARENT)))
                .contains(
                        Violation.ofEntity(
                                "cannot set 'headers' when 'protocols' is 'tcp' or 'tls'"));
    }

    @Test
    void headerThatIsWrongIsToldOfAndDoesNotCount() {
        Map<String, List<String>> headers = new LinkedHashMap<>();
        headers.put("a b", List.of("1"));
        headers.put("Host", List.of("1"));
        headers.put("x", List.of());
        headers.put("y", List.of("1", "2\n"));
        headers.put("z", List.of("1"));
        headers.put("Z", List.of("1"));

        assertThat(violations(Map.of(), headers, null))
                .containsExactly(
                        new Violation("headers", "invalid header name: 'a b'"),
                        new Violation("headers", "must not be 'host', use 'hosts'"),
                        new Violation("headers.x", "length must be at least 1"),
                        new Violation("headers.y.2", "invalid header value"),
                        new Violation("headers", "must not name a header twice: 'Z'"));
    }

    private static List<Violation> violations(
            Map<String, Object> fields,
            @Nullable Map<String, List<String>> headers,
            @Nullable List<IpPort> parent) {
        return read(fields, headers, parent) instanceof Validated.Invalid<Route>(var violations)
                ? violations
                : List.of();
    }

    private static Validated<Route> read(
            Map<String, Object> fields,
            @Nullable Map<String, List<String>> headers,
            @Nullable List<IpPort> parent) {
        Map<String, @Nullable Object> document = Documents.document();
        document.putAll(fields);
        return MeshRouteSchema.read(document, headers, parent);
    }
}

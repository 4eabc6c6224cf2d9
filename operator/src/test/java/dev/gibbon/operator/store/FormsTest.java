package dev.gibbon.operator.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.core.entity.ClientCertificate;
import dev.gibbon.core.entity.Route;
import dev.gibbon.core.entity.Service;
import dev.gibbon.core.schema.EntitySchema;
import dev.gibbon.core.schema.Validated;
import dev.gibbon.crd.MeshRoute;
import dev.gibbon.crd.MeshService;
import dev.gibbon.crd.MeshStatus;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which entities come back from an object as they are, and what is said of others. */
final class FormsTest {
    private static final UUID SERVICE = new UUID(0, 9);

    /** Asked nothing: what is decided here is decided without an API server. */
    private final KubernetesClient client =
            new KubernetesClientBuilder().withConfig(Config.empty()).build();

    private final Keeper<MeshService, Service> services =
            keeper(new ServiceForm(), MeshService.class);
    private final Keeper<MeshRoute, Route> routes = keeper(new RouteForm(), MeshRoute.class);
    private final References references = new Ledger<>(new ServiceForm(), "shop").references();

    private <R extends CustomResource<?, MeshStatus>, E> Keeper<R, E> keeper(
            Form<R, E> form, Class<R> type) {
        return new Keeper<>(
                form,
                new Ledger<>(form, "shop"),
                new ObjectCalls<>(client.resources(type).inNamespace("shop")),
                "shop");
    }

    @AfterEach
    void close() {
        client.close();
    }

    private static <E> E entity(EntitySchema<E> schema, Map<String, ?> fields) {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("id", new UUID(0, 1).toString());
        document.put("created_at", 100);
        document.put("updated_at", 200);
        document.putAll(fields);
        return switch (schema.read(document)) {
            case Validated.Valid<E>(E entity) -> entity;
            case Validated.Invalid<E>(var violations) -> throw new AssertionError(violations);
        };
    }

    private String serviceObjection(Map<String, ?> fields) {
        return services.objectionTo(entity(EntitySchema.SERVICES, fields), references).orElse("");
    }

    private String routeObjection(Map<String, ?> fields) {
        Map<String, Object> all = new LinkedHashMap<>(fields);
        all.putIfAbsent("service", Map.of("id", SERVICE.toString()));
        return routes.objectionTo(entity(EntitySchema.ROUTES, all), references).orElse("");
    }

    @Test
    void servicesOfTheAdminApiComeBackAsTheyAre() {
        for (Map<String, ?> fields :
                List.<Map<String, ?>>of(
                        Map.of("host", "a.test"),
                        Map.of("host", "[fd00::1]", "port", 1),
                        Map.of("url", "https://a.test/v1", "tls_verify", true, "name", "A_b~c.D"),
                        Map.of("url", "https://a.test", "tls_verify", false),
                        Map.of("host", "10.0.0.1", "protocol", "tls", "tags", List.of("a", "b")),
                        Map.of("host", "a.test", "tags", List.of(), "name", "a".repeat(255)),
                        Map.of("host", "a.test", "retries", 0, "connect_timeout", 1))) {
            assertThat(serviceObjection(fields)).as(fields.toString()).isEmpty();
        }
    }

    @Test
    void routesOfTheAdminApiComeBackAsTheyAre() {
        for (Map<String, ?> fields :
                List.<Map<String, ?>>of(
                        Map.of("paths", List.of("/", "/a(b|c)"), "regex_priority", -3),
                        Map.of(
                                "hosts",
                                List.of("*.a.test"),
                                "methods",
                                List.of("GET"),
                                "name",
                                "r"),
                        Map.of("hosts", List.of("a.test"), "paths", List.of()),
                        Map.of(
                                "paths",
                                List.of("/"),
                                "strip_path",
                                false,
                                "preserve_host",
                                true,
                                "protocols",
                                List.of("https"),
                                "tags",
                                List.of("x")),
                        Map.of(
                                "protocols",
                                List.of("tcp", "tls"),
                                "sources",
                                List.of(Map.of("ip", "10.0.0.0/8"), Map.of("port", 0)),
                                "destinations",
                                List.of(Map.of("ip", "fd00::/8", "port", 443)),
                                "snis",
                                List.of("a.test")))) {
            assertThat(routeObjection(fields)).as(fields.toString()).isEmpty();
        }
    }

    @Test
    void whatDoesNotComeBackIsRefusedWithTheFieldAndTheRule() {
        assertThat(serviceObjection(Map.of("host", "a.test", "port", 0)))
                .isEqualTo(
                        "cannot be kept as a MeshService: spec.port: value should be between 1 and"
                                + " 65535");
        assertThat(serviceObjection(Map.of("host", "::ffff:10.0.0.1")))
                .contains("spec.host: must not be an IPv4-mapped IPv6 address");
        assertThat(serviceObjection(Map.of("host", "a.test", "tls_verify", false)))
                .contains("spec.tls: can only be set when protocol is https or tls");
        List<String> hosts = IntStream.range(0, 65).mapToObj(i -> "a" + i + ".test").toList();
        assertThat(routeObjection(Map.of("hosts", hosts)))
                .contains("spec.hosts: has 65 elements (expected: at most 64)");
        assertThat(
                        services.objectionTo(
                                entity(EntitySchema.SERVICES, Map.of("host", "a.test"))
                                        .withClientCertificate(
                                                new ClientCertificate("chain", "very-secret")),
                                references))
                .contains(
                        "cannot be kept as a MeshService, which has no form for this value of:"
                                + " client_certificate (change the object itself)");
        assertThat(
                        services.objectionTo(
                                entity(EntitySchema.SERVICES, Map.of("host", "a.test"))
                                        .withCa("certificates"),
                                references))
                .contains(
                        "cannot be kept as a MeshService, which has no form for this value of: ca"
                                + " (change the object itself)");
    }
}

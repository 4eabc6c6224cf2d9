package dev.gibbon.crd.translate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.core.entity.AddressMatch;
import dev.gibbon.core.entity.ClientCertificate;
import dev.gibbon.core.entity.Protocol;
import dev.gibbon.core.entity.Route;
import dev.gibbon.core.entity.Service;
import dev.gibbon.core.net.IpAddress;
import dev.gibbon.core.net.IpPort;
import dev.gibbon.crd.MeshRoute;
import dev.gibbon.crd.MeshService;
import dev.gibbon.crd.ResourceTable;
import dev.gibbon.crd.ResourceTable.Row;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@NullMarked
final class TranslationTest {
    static List<Row> bad() {
        return ResourceTable.bad();
    }

    static List<Row> good() {
        return ResourceTable.good();
    }

    @ParameterizedTest
    @MethodSource("bad")
    void badResourceIsRefusedUnderTheFieldsThatAreWrong(Row row) {
        assertThat(translated(row.resource()))
                .isInstanceOfSatisfying(
                        Translated.Invalid.class,
                        invalid -> {
                            Set<String> told = fields(invalid);
                            assertThat(told).containsAll(row.fields());
                            Set<String> allowed = new TreeSet<>(row.fields());
                            allowed.addAll(row.also());
                            assertThat(allowed).as("told of %s", invalid).containsAll(told);
                        });
    }

    @ParameterizedTest
    @MethodSource("good")
    void goodResourceBecomesAnEntity(Row row) {
        assertThat(translated(row.resource())).isInstanceOf(Translated.Valid.class);
    }

    /** Under which of a map's entries something is wrong is told by the header's name. */
    static Set<String> fields(Translated.Invalid<?> invalid) {
        Set<String> fields = new TreeSet<>();
        for (FieldViolation violation : invalid.violations()) {
            assertThat(violation.message()).isNotBlank();
            fields.add(violation.field());
        }
        return fields;
    }

    static Translated<?> translated(HasMetadata resource) {
        return resource instanceof MeshService service
                ? ServiceTranslation.of(service, null)
                : RouteTranslation.of((MeshRoute) resource, List.of(IpAddress.of("10.96.0.7")));
    }

    @Test
    void everyFieldOfAMeshServiceArrives() {
        MeshService resource =
                Serialization.unmarshal(
                        """
                        apiVersion: gibbon.dev/v1alpha1
                        kind: MeshService
                        metadata: {name: web, namespace: shop, creationTimestamp: 2026-01-02T03:04:05Z}
                        spec:
                          protocol: https
                          service: {name: backend, port: 8443}
                          path: /v1
                          retries: 2
                          connectTimeoutMillis: 10
                          writeTimeoutMillis: 20
                          readTimeoutMillis: 30
                          tls:
                            verify: true
                            caSecret: {name: ca}
                            clientCertificateSecret: {name: me}
                        """,
                        MeshService.class);

        ClientCertificate certificate = new ClientCertificate("chain", "key");
        assertThat(ServiceTranslation.of(resource, "pem", certificate))
                .isEqualTo(
                        new Translated.Valid<>(
                                new Service(
                                        EntityIds.ofMeshService("shop", "web"),
                                        1_767_323_045,
                                        1_767_323_045,
                                        "shop/web",
                                        2,
                                        Protocol.HTTPS,
                                        "backend.shop.svc.cluster.local",
                                        8443,
                                        "/v1",
                                        10,
                                        20,
                                        30,
                                        true,
                                        null,
                                        "pem",
                                        certificate)));
    }

    @Test
    void everyFieldOfAMeshRouteArrives() {
        MeshRoute http =
                Serialization.unmarshal(
                        """
                        apiVersion: gibbon.dev/v1alpha1
                        kind: MeshRoute
                        metadata: {name: front, namespace: shop}
                        spec:
                          protocols: [https]
                          methods: [GET]
                          hosts: [a.test]
                          paths: [/a]
                          headers: {X-Version: ["2"]}
                          regexPriority: 3
                          stripPath: false
                          preserveHost: true
                          serviceRef: {name: web}
                          parent: {name: backend, port: 80}
                        """,
                        MeshRoute.class);
        MeshRoute stream =
                Serialization.unmarshal(
                        """
                        apiVersion: gibbon.dev/v1alpha1
                        kind: MeshRoute
                        metadata: {name: s, namespace: shop}
                        spec:
                          protocols: [tcp, tls]
                          snis: [a.test]
                          sources: [{ip: 10.0.0.0/8}]
                          destinations: [{ip: 10.0.0.1, port: 1}]
                          serviceRef: {name: web}
                        """,
                        MeshRoute.class);

        assertThat(
                        RouteTranslation.of(
                                http, List.of(IpAddress.of("10.96.0.7"), IpAddress.of("fd00::7"))))
                .isEqualTo(
                        new Translated.Valid<>(
                                new Route(
                                        EntityIds.ofMeshRoute("shop", "front"),
                                        1,
                                        1,
                                        "shop/front",
                                        List.of(Protocol.HTTPS),
                                        List.of("GET"),
                                        List.of("a.test"),
                                        List.of("/a"),
                                        3,
                                        false,
                                        true,
                                        null,
                                        null,
                                        null,
                                        EntityIds.ofMeshService("shop", "web"),
                                        null,
                                        Map.of("X-Version", List.of("2")),
                                        List.of(
                                                IpPort.parse("10.96.0.7:80").orElseThrow(),
                                                IpPort.parse("[fd00::7]:80").orElseThrow()))));
        assertThat(RouteTranslation.of(stream, List.of()))
                .isEqualTo(
                        new Translated.Valid<>(
                                new Route(
                                        EntityIds.ofMeshRoute("shop", "s"),
                                        1,
                                        1,
                                        "shop/s",
                                        List.of(Protocol.TCP, Protocol.TLS),
                                        null,
                                        null,
                                        null,
                                        0,
                                        true,
                                        false,
                                        List.of("a.test"),
                                        List.of(new AddressMatch("10.0.0.0/8", null)),
                                        List.of(new AddressMatch("10.0.0.1", 1)),
                                        EntityIds.ofMeshService("shop", "web"),
                                        null,
                                        null,
                                        null)));
    }

    @Test
    void parentThatIsNotThereLeavesARouteThatTakesNothing() {
        MeshRoute resource =
                Serialization.unmarshal(
                        """
                        apiVersion: gibbon.dev/v1alpha1
                        kind: MeshRoute
                        metadata: {name: r, namespace: shop}
                        spec: {serviceRef: {name: web}, parent: {name: gone, port: 80}}
                        """,
                        MeshRoute.class);

        assertThat(RouteTranslation.of(resource, List.of()))
                .isInstanceOfSatisfying(
                        Translated.Valid.class,
                        valid ->
                                assertThat(((Route) valid.entity()).parent())
                                        .isNotNull()
                                        .isEmpty());
    }

    @Test
    void idsDependOnKindNamespaceAndNameAlone() {
        assertThat(
                        Set.of(
                                EntityIds.ofMeshService("a", "b"),
                                EntityIds.ofMeshRoute("a", "b"),
                                EntityIds.ofMeshService("b", "a"),
                                EntityIds.ofMeshService("a", "c")))
                .hasSize(4);
        assertThat(EntityIds.ofMeshService("a", "b"))
                .hasToString("8057dbcb-e551-3f03-896b-74bb6a4c88df");
    }
}

package dev.gibbon.crd.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gibbon.core.schema.EntitySchema;
import dev.gibbon.crd.ConditionType;
import dev.gibbon.crd.MeshService;
import dev.gibbon.crd.MeshStatus;
import dev.gibbon.crd.ResourceTable;
import dev.gibbon.crd.ResourceTable.Row;
import dev.gibbon.crd.translate.ServiceTranslation;
import dev.gibbon.crd.translate.Translated;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.StatusCause;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a real API server says to the same tables that the rules in Java are tested with. */
@Tag("cluster")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ApiServerTest {
    private static final int RANDOM_HOSTS = 400;

    private @Nullable ApiServer server;

    @BeforeAll
    void start() throws IOException {
        server = ApiServer.start();
    }

    @AfterAll
    void stop() throws IOException {
        if (server != null) {
            server.close();
        }
    }

    private KubernetesClient client() {
        return Objects.requireNonNull(server).client();
    }

    static List<Row> bad() {
        return ResourceTable.bad();
    }

    static List<Row> good() {
        return ResourceTable.good();
    }

    @ParameterizedTest
    @MethodSource("bad")
    void badResourceIsRefusedUnderTheFieldsThatAreWrong(Row row) {
        if (row.rulesOnly()) {
            client().resource(row.resource()).create();
            return;
        }

        assertThatThrownBy(() -> client().resource(row.resource()).create())
                .isInstanceOfSatisfying(
                        KubernetesClientException.class,
                        refused -> {
                            assertThat(refused.getCode()).as(refused.getMessage()).isEqualTo(422);
                            assertThat(fields(refused))
                                    .as(refused.getMessage())
                                    .containsAll(row.fields());
                            assertThat(refused.getMessage()).contains(row.says());
                        });
    }

    @ParameterizedTest
    @MethodSource("good")
    void goodResourceIsTaken(Row row) {
        assertThat(client().resource(row.resource()).create()).isNotNull();
    }

    @Test
    void examplesOfTheDocumentAreTaken() throws IOException {
        for (HasMetadata example : ResourcesDocumentTest.examples()) {
            assertThat(client().resource(example).create()).isNotNull();
        }
    }

    @Test
    void examplesToApplyAreTaken() throws IOException {
        int number = 0;
        for (HasMetadata example : ExamplesTest.resources()) {
            // Several examples call theirs the same: each is applied alone.
            example.getMetadata().setName("example-" + number++);
            assertThat(client().resource(example).create()).isNotNull();
        }
    }

    @Test
    void kubectlExplainsFieldsAndBounds() throws Exception {
        assertThat(kubectl("explain", "meshroute.spec.headers"))
                .contains("each of those named", "with one of its", "values")
                .doesNotContain("<empty>");
        assertThat(kubectl("explain", "msvc.spec.tls.caSecret"))
                .contains("name\t<string> -required-", "certificates in PEM");
        assertThat(kubectl("explain", "mroute.status.conditions"))
                .contains("lastTransitionTime", "Accepted, ResolvedRefs");
    }

    @Test
    void kubectlPrintsTheColumns() throws Exception {
        client().resource(service("columns", "d.test")).create();

        assertThat(kubectl("get", "msvc", "columns").lines().map(line -> line.split(" +")))
                .satisfiesExactly(
                        titles ->
                                assertThat(titles)
                                        .containsExactly(
                                                "NAME",
                                                "PROTOCOL",
                                                "HOST",
                                                "SERVICE",
                                                "ACCEPTED",
                                                "PROGRAMMED",
                                                "AGE"),
                        values -> assertThat(values).startsWith("columns", "http", "d.test"));
        assertThat(kubectl("get", "gibbon")).contains("meshservice.gibbon.dev/columns");
        assertThat(kubectl("get", "mroute", "-o", "wide"))
                .contains("HOSTS", "PATHS", "MESHSERVICE", "REFS", "SIDECARS");
    }

    private String kubectl(String... arguments) throws Exception {
        return Objects.requireNonNull(server).kubectl(arguments);
    }

    private static Set<String> fields(KubernetesClientException refused) {
        Set<String> fields = new TreeSet<>();
        for (StatusCause cause : refused.getStatus().getDetails().getCauses()) {
            // What is wrong by the schema and what is wrong by CEL is told of in two ways.
            fields.add(String.valueOf(cause.getField()).replace("headers.x-a", "headers[x-a]"));
        }
        return fields;
    }

    @Test
    void randomHostsAreJudgedAlike() {
        Random random = new Random(20_261_126);
        List<String> differing = new ArrayList<>();
        int taken = 0;
        for (int i = 0; i < RANDOM_HOSTS; i++) {
            String host = host(random);
            MeshService resource = service("random-" + i, host);
            boolean valid = ServiceTranslation.of(resource, null) instanceof Translated.Valid<?>;
            if (isTaken(resource) != valid) {
                differing.add(host + (valid ? " refused by CEL" : " taken by CEL"));
            }
            taken += valid ? 1 : 0;
        }

        assertThat(differing).isEmpty();
        assertThat(taken).isBetween(RANDOM_HOSTS / 10, RANDOM_HOSTS * 9 / 10);
    }

    private static String host(Random random) {
        List<String> parts =
                List.of(
                        "a", "1", ".", ".", "10", "255", "256", "-", "_", ":", "::", "fd00", "[",
                        "]", "*", "Z", "0", "%", "ffff");
        StringBuilder host = new StringBuilder();
        for (int length = 1 + random.nextInt(5); length > 0; length--) {
            host.append(parts.get(random.nextInt(parts.size())));
        }
        return host.toString();
    }

    private static MeshService service(String name, String host) {
        MeshService resource =
                Serialization.unmarshal(
                        Serialization.asJson(
                                Map.of(
                                        "apiVersion",
                                        "gibbon.dev/v1alpha1",
                                        "kind",
                                        "MeshService",
                                        "spec",
                                        Map.of("host", host, "port", 80))),
                        MeshService.class);
        resource.setMetadata(new ObjectMetaBuilder().withName(name).withNamespace("shop").build());
        return resource;
    }

    private boolean isTaken(HasMetadata resource) {
        try {
            client().resource(resource).create();
            return true;
        } catch (KubernetesClientException refused) {
            assertThat(refused.getCode()).isEqualTo(422);
            return false;
        }
    }

    @Test
    void defaultsOfTheSchemaAreThoseOfTheRules() {
        MeshService written = client().resource(service("defaults", "b.test")).create();
        var spec = Objects.requireNonNull(written.getSpec());

        assertThat(spec.protocol()).isEqualTo("http");
        assertThat(Objects.requireNonNull(spec.retries())).isEqualTo(5);
        assertThat(spec.tls()).isNull();
        assertThat(
                        List.of(
                                Objects.requireNonNull(spec.connectTimeoutMillis()),
                                Objects.requireNonNull(spec.writeTimeoutMillis()),
                                Objects.requireNonNull(spec.readTimeoutMillis())))
                .containsOnly(60_000);
        assertThat(entity(written)).isEqualTo(entity(service("defaults", "b.test")));
    }

    /** The entity without its times, which the API server gives. */
    private static Map<String, ?> entity(MeshService resource) {
        if (ServiceTranslation.of(resource, null) instanceof Translated.Valid<?>(var entity)
                && entity instanceof dev.gibbon.core.entity.Service service) {
            var document = EntitySchema.SERVICES.write(service);
            document.remove("created_at");
            document.remove("updated_at");
            return document;
        }
        throw new AssertionError(resource);
    }

    @Test
    void statusIsWrittenApartAndKeepsOneConditionOfEachType() {
        MeshService written = client().resource(service("status", "c.test")).create();
        written.setStatus(
                new MeshStatus(
                        written.getMetadata().getGeneration(),
                        List.of(
                                new ConditionBuilder()
                                        .withType(ConditionType.ACCEPTED.text())
                                        .withStatus("True")
                                        .withReason("Accepted")
                                        .withMessage("")
                                        .withObservedGeneration(1L)
                                        .withLastTransitionTime("2026-01-02T03:04:05Z")
                                        .build()),
                        "2/3"));

        MeshService updated = client().resource(written).updateStatus();

        MeshStatus status = Objects.requireNonNull(updated.getStatus());
        assertThat(status.sidecars()).isEqualTo("2/3");
        assertThat(status.conditions()).hasSize(1);
        assertThat(updated.getMetadata().getGeneration())
                .isEqualTo(written.getMetadata().getGeneration());
    }
}

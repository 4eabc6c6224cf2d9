package dev.gibbon.operator.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gibbon.controlplane.store.ConfigStore;
import dev.gibbon.controlplane.store.ConfigStoreContract;
import dev.gibbon.controlplane.store.Configuration;
import dev.gibbon.controlplane.store.Refusal;
import dev.gibbon.controlplane.store.StoreException;
import dev.gibbon.core.entity.Route;
import dev.gibbon.core.entity.Service;
import dev.gibbon.core.log.Log;
import dev.gibbon.core.schema.EntitySchema;
import dev.gibbon.crd.MeshRoute;
import dev.gibbon.crd.MeshService;
import dev.gibbon.crd.MeshServiceSpec;
import dev.gibbon.crd.MeshStatus;
import dev.gibbon.crd.schema.ApiServer;
import dev.gibbon.crd.translate.EntityIds;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** On a real API server; each test has a namespace of its own. */
@NullMarked
@Tag("cluster")
@Timeout(120)
final class KubernetesConfigStoreTest extends ConfigStoreContract {
    private static final int PATIENCE_SECONDS = 30;
    private static final AtomicInteger NAMESPACES = new AtomicInteger();
    private static @Nullable ApiServer server;

    private String namespace = "";

    @BeforeAll
    static void startServer() throws IOException {
        server = ApiServer.start();
    }

    @AfterAll
    static void stopServer() throws IOException {
        if (server != null) {
            server.close();
        }
    }

    private static KubernetesClient client() {
        return Objects.requireNonNull(server).client();
    }

    @Override
    protected ConfigStore open() {
        namespace = "store-" + NAMESPACES.incrementAndGet();
        client().resource(
                        new NamespaceBuilder()
                                .withNewMetadata()
                                .withName(namespace)
                                .endMetadata()
                                .build())
                .create();
        return KubernetesConfigStore.open(client(), namespace, Log.NONE);
    }

    /** A MeshRoute has to lead somewhere: the schema says so. */
    @Override
    protected boolean keepsRoutesWithoutService() {
        return false;
    }

    private Optional<Refusal> put(Service service) {
        return store.edit(draft -> draft.put(EntitySchema.SERVICES, service));
    }

    private Optional<Refusal> put(Route route) {
        return store.edit(draft -> draft.put(EntitySchema.ROUTES, route));
    }

    private Resource<MeshService> meshService(String name) {
        return client().resources(MeshService.class).inNamespace(namespace).withName(name);
    }

    private Resource<MeshRoute> meshRoute(String name) {
        return client().resources(MeshRoute.class).inNamespace(namespace).withName(name);
    }

    /** What somebody applies who knows nothing of the store. */
    private <T extends HasMetadata> T apply(Class<T> type, String name, Map<String, Object> spec) {
        return client().resource(
                        Serialization.unmarshal(
                                Serialization.asJson(
                                        Map.of(
                                                "apiVersion",
                                                "gibbon.dev/v1alpha1",
                                                "kind",
                                                type.getSimpleName(),
                                                "metadata",
                                                Map.of("name", name, "namespace", namespace),
                                                "spec",
                                                spec)),
                                type))
                .create();
    }

    private MeshService applyService(String name) {
        return apply(MeshService.class, name, Map.of("host", name + ".test", "port", 80));
    }

    private void awaitConfiguration(Predicate<Configuration> wanted) throws InterruptedException {
        CountDownLatch seen = new CountDownLatch(1);
        store.follow(configuration -> {
            if (wanted.test(configuration)) {
                seen.countDown();
            }
        });
        assertThat(seen.await(PATIENCE_SECONDS, TimeUnit.SECONDS))
                .as(store.configuration().toString())
                .isTrue();
    }

    private Service service(String name) {
        return store.tables().find(EntitySchema.SERVICES, name).orElseThrow();
    }

    @Test
    void whatWasKeptIsThereForAnotherStore() throws Exception {
        put(service(1, "web", "red", "round"));
        put(service(2, null));
        put(service(3, "Upper_case~"));
        put(service(1, "renamed", "red"));
        put(service(4, "web"));
        put(route(5, "front", 1L));
        put(route(6, null, 4L));

        try (ConfigStore other = KubernetesConfigStore.open(client(), namespace, Log.NONE)) {
            assertThat(other.configuration().services())
                    .isEqualTo(store.configuration().services())
                    .hasSize(4);
            assertThat(other.configuration().routes())
                    .isEqualTo(store.configuration().routes())
                    .hasSize(2);
        }
        assertThat(Objects.requireNonNull(server).kubectl("get", "msvc", "-n", namespace))
                .contains(new UUID(0, 2).toString(), new UUID(0, 4).toString(), "web ");
    }

    @Test
    void whatOthersApplyChangeAndDeleteIsSeenInOrder() throws Exception {
        applyService("web");
        apply(
                MeshRoute.class,
                "front",
                Map.of("paths", List.of("/"), "serviceRef", Map.of("name", "web")));
        awaitConfiguration(now -> now.routes().size() == 1 && now.services().size() == 1);

        assertThat(service("web").id()).isEqualTo(EntityIds.ofMeshService(namespace, "web"));
        assertThat(store.configuration().routes().getFirst().service())
                .isEqualTo(service("web").id());

        meshService("web").delete();
        awaitConfiguration(now -> now.services().isEmpty());
        assertThat(store.configuration().routes())
                .singleElement()
                .satisfies(route -> assertThat(route.service()).isNull());
        // It leads nowhere as before, so it may be written.
        assertThat(put(store.configuration().routes().getFirst())).isEmpty();
    }

    @Test
    void whatTheAdminApiDoesNotKnowStaysInTheObject() throws Exception {
        apply(
                MeshService.class,
                "web",
                Map.of(
                        "protocol",
                        "https",
                        "service",
                        Map.of("name", "backend", "port", 443),
                        "tls",
                        Map.of("verify", true, "caSecret", Map.of("name", "authority"))));
        meshService("web").edit(KubernetesConfigStoreTest::labelled);
        awaitConfiguration(now -> now.services().size() == 1);
        Service before = service("web");

        assertThat(put(withRetries(before, 9))).isEmpty();

        MeshService after = meshService("web").get();
        MeshServiceSpec spec = Objects.requireNonNull(after.getSpec());
        assertThat(spec.retries()).isEqualTo(9);
        assertThat(spec.host()).isNull();
        assertThat(Objects.requireNonNull(spec.service()).name()).isEqualTo("backend");
        assertThat(Objects.requireNonNull(Objects.requireNonNull(spec.tls()).caSecret()).name())
                .isEqualTo("authority");
        assertThat(after.getMetadata().getLabels()).containsEntry("team", "shop");
    }

    private static MeshService labelled(MeshService object) {
        object.getMetadata().setLabels(Map.of("team", "shop"));
        return object;
    }

    private static Service withRetries(Service service, int retries) {
        return new Service(
                service.id(),
                service.createdAt(),
                service.updatedAt() + 1,
                service.name(),
                retries,
                service.protocol(),
                service.host(),
                service.port(),
                service.path(),
                service.connectTimeout(),
                service.writeTimeout(),
                service.readTimeout(),
                service.tlsVerify(),
                service.tags());
    }

    @Test
    void parentAndHeadersAreNotDroppedByThoseWhoDoNotKnowThem() throws Exception {
        put(service(1, "web"));
        apply(
                MeshRoute.class,
                "front",
                Map.of(
                        "protocols",
                        List.of("tls"),
                        "snis",
                        List.of("example.com"),
                        "serviceRef",
                        Map.of("name", "web"),
                        "parent",
                        Map.of("name", "web", "port", 443)));
        awaitConfiguration(now -> now.routes().size() == 1);
        Route shown = store.configuration().routes().getFirst();
        assertThat(shown.parent()).isEmpty();

        Optional<Refusal> refusal = put(withoutParent(shown));

        assertThat(refusal)
                .contains(
                        new Refusal.NotKept(
                                "routes",
                                "cannot be kept as a MeshRoute, which has no form for this value"
                                        + " of: parent (change the object itself)"));
        assertThat(put(shown)).isEmpty();
        assertThat(Objects.requireNonNull(meshRoute("front").get().getSpec()).parent()).isNotNull();
    }

    private static Route withoutParent(Route route) {
        return new Route(
                route.id(),
                route.createdAt(),
                route.updatedAt(),
                route.name(),
                route.protocols(),
                route.methods(),
                route.hosts(),
                route.paths(),
                route.regexPriority(),
                route.stripPath(),
                route.preserveHost(),
                route.snis(),
                route.sources(),
                route.destinations(),
                route.service(),
                route.tags());
    }

    @Test
    void anEditThatMeetsAnUnseenChangeFailsAndShowsIt() {
        put(service(1, "web"));

        assertThatThrownBy(() ->
                        store.edit(draft -> {
                            // The store sees nothing of it while an edit has its lock.
                            meshService("web").edit(KubernetesConfigStoreTest::pointedElsewhere);
                            return draft.put(EntitySchema.SERVICES, service(1, "web", "mine"));
                        }))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("MeshService " + namespace + "/web was made, changed");

        assertThat(Objects.requireNonNull(meshService("web").get().getSpec()).host())
                .isEqualTo("elsewhere.test");
    }

    private static MeshService pointedElsewhere(MeshService object) {
        MeshServiceSpec spec = Objects.requireNonNull(object.getSpec());
        object.setSpec(
                new MeshServiceSpec(
                        spec.protocol(),
                        "elsewhere.test",
                        spec.port(),
                        null,
                        spec.path(),
                        spec.retries(),
                        spec.connectTimeoutMillis(),
                        spec.writeTimeoutMillis(),
                        spec.readTimeoutMillis(),
                        spec.tls()));
        return object;
    }

    @Test
    void aRemovalThatMeetsAnUnseenChangeFails() {
        put(service(1, "web"));

        assertThatThrownBy(() ->
                        store.edit(draft -> {
                            meshService("web").edit(KubernetesConfigStoreTest::pointedElsewhere);
                            return draft.remove(EntitySchema.SERVICES, new UUID(0, 1));
                        }))
                .isInstanceOf(StoreException.class);

        assertThat(meshService("web").get()).isNotNull();
    }

    @Test
    void aStatusIsNoConflict() {
        put(service(1, "web"));
        put(service(2, "other"));

        Optional<Refusal> refusal =
                store.edit(draft -> {
                    writeStatus("web");
                    writeStatus("other");
                    draft.remove(EntitySchema.SERVICES, new UUID(0, 2));
                    return draft.put(EntitySchema.SERVICES, service(1, "web", "mine"));
                });

        assertThat(refusal).isEmpty();
        assertThat(store.configuration().services()).containsExactly(service(1, "web", "mine"));
        assertThat(meshService("other").get()).isNull();
        assertThat(Objects.requireNonNull(meshService("web").get().getStatus()).sidecars())
                .isEqualTo("1/1");
    }

    private void writeStatus(String name) {
        MeshService object = meshService(name).get();
        object.setStatus(new MeshStatus(1L, List.of(), "1/1"));
        client().resource(object).updateStatus();
    }

    @Test
    void anEditOfSeveralObjectsIsTakenBackWhenOneFails() {
        put(service(1, "changed"));
        put(service(2, "removed", "kept"));
        Configuration before = store.configuration();

        assertThatThrownBy(() ->
                        store.edit(draft -> {
                            draft.put(EntitySchema.SERVICES, service(3, "made"));
                            draft.put(EntitySchema.SERVICES, service(1, "changed", "new"));
                            draft.remove(EntitySchema.SERVICES, new UUID(0, 2));
                            draft.put(EntitySchema.SERVICES, service(4, "taken"));
                            applyService("taken");
                            return "";
                        }))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("/taken was made");

        assertThat(store.configuration().services()).containsAll(before.services());
        assertThat(meshService("made").get()).isNull();
        assertThat(store.tables().find(EntitySchema.SERVICES, new UUID(0, 3))).isEmpty();
        try (ConfigStore other = KubernetesConfigStore.open(client(), namespace, Log.NONE)) {
            assertThat(other.configuration().services()).containsAll(before.services()).hasSize(3);
        }
    }

    @Test
    void aCopyOfAnObjectIsAnEntityOfItsOwn() throws Exception {
        put(service(1, "web", "red"));
        MeshService copy = meshService("web").get();
        copy.getMetadata().setName("copy");
        copy.getMetadata().setResourceVersion(null);
        copy.getMetadata().setUid(null);
        client().resource(copy).create();
        awaitConfiguration(now -> now.services().size() == 2);

        assertThat(service("web").id()).isEqualTo(new UUID(0, 1));
        assertThat(service("copy").id()).isEqualTo(EntityIds.ofMeshService(namespace, "copy"));
    }

    @Test
    void twoStoresDoNotGiveOneNameTwice() {
        try (ConfigStore other = KubernetesConfigStore.open(client(), namespace, Log.NONE)) {
            assertThatThrownBy(() ->
                            store.edit(draft -> {
                                other.edit(theirs ->
                                        theirs.put(EntitySchema.SERVICES, service(2, "web")));
                                return draft.put(EntitySchema.SERVICES, service(1, "web"));
                            }))
                    .isInstanceOf(StoreException.class);
        }
        assertThat(client().resources(MeshService.class).inNamespace(namespace).list().getItems())
                .hasSize(1);
    }
}

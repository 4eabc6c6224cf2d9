package dev.gibbon.controlplane.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gibbon.core.entity.Protocol;
import dev.gibbon.core.entity.Route;
import dev.gibbon.core.entity.Service;
import dev.gibbon.core.schema.EntitySchema;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every store does; for stores of other modules too. */
@NullMarked
public abstract class ConfigStoreContract {
    private static final EntitySchema<Service> SERVICES = EntitySchema.SERVICES;
    private static final EntitySchema<Route> ROUTES = EntitySchema.ROUTES;

    @SuppressWarnings("NullAway.Init") // set before each test
    protected ConfigStore store;

    /** A store of nothing, new for each test. */
    protected abstract ConfigStore open();

    /**
     * Whether the store can keep a Route without a Service. One that cannot must say so: such a
     * Route is {@link Refusal.NotKept}, and nothing changes.
     */
    protected boolean keepsRoutesWithoutService() {
        return true;
    }

    @BeforeEach
    void openStore() {
        store = open();
    }

    @AfterEach
    void closeStore() {
        store.close();
    }

    protected static Service service(long id, @Nullable String name, String... tags) {
        return new Service(
                new UUID(0, id),
                1,
                2,
                name,
                5,
                Protocol.TCP,
                "127.0.0.5",
                19000,
                null,
                60000,
                60000,
                60000,
                null,
                tags.length == 0 ? null : List.of(tags));
    }

    protected static Route route(long id, @Nullable String name, @Nullable Long service) {
        return new Route(
                new UUID(0, id),
                1,
                2,
                name,
                List.of(Protocol.TLS),
                null,
                null,
                null,
                0,
                true,
                false,
                List.of("example.com"),
                null,
                null,
                service == null ? null : new UUID(0, service),
                null);
    }

    private Optional<Refusal> put(Service service) {
        return store.edit(draft -> draft.put(SERVICES, service));
    }

    private Optional<Refusal> put(Route route) {
        return store.edit(draft -> draft.put(ROUTES, route));
    }

    private Optional<Refusal> remove(EntitySchema<?> kind, long id) {
        return store.edit(draft -> draft.remove(kind, new UUID(0, id)));
    }

    @Test
    void aNewStoreIsEmptyAtRevisionZero() {
        assertThat(store.configuration()).isEqualTo(new Configuration(0, List.of(), List.of()));
        assertThat(store.isReachable()).isTrue();
    }

    @Test
    void entitiesAreFoundByIdAndByName() {
        put(service(1, "web"));
        put(route(2, "front", 1L));

        assertThat(store.tables().find(SERVICES, new UUID(0, 1))).contains(service(1, "web"));
        assertThat(store.tables().find(SERVICES, "web")).contains(service(1, "web"));
        assertThat(store.tables().find(ROUTES, "front")).contains(route(2, "front", 1L));
        assertThat(store.configuration())
                .isEqualTo(
                        new Configuration(
                                2, List.of(service(1, "web")), List.of(route(2, "front", 1L))));
    }

    @Test
    void insertRefusesAnIdThatIsTaken() {
        put(service(1, "web"));

        Optional<Refusal> refusal =
                store.edit(draft -> draft.insert(SERVICES, service(1, "other")));

        assertThat(refusal).contains(new Refusal.IdTaken("services", new UUID(0, 1)));
        assertThat(store.configuration().services()).containsExactly(service(1, "web"));
        assertThat(store.configuration().revision()).isEqualTo(1);
    }

    @Test
    void aNameBelongsToOneEntityOfItsKind() {
        put(service(1, "web"));

        assertThat(put(service(2, "web"))).contains(new Refusal.NameTaken("services", "web"));
        assertThat(put(route(3, "web", keepsRoutesWithoutService() ? null : 1L))).isEmpty();
        assertThat(put(service(1, "web"))).isEmpty();
    }

    @Test
    void aNameIsFreeAgainAfterARenameOrARemoval() {
        put(service(1, "web"));
        put(service(1, "renamed"));

        assertThat(store.tables().find(SERVICES, "web")).isEmpty();
        assertThat(put(service(2, "web"))).isEmpty();

        remove(SERVICES, 2);
        assertThat(put(service(3, "web"))).isEmpty();
    }

    @Test
    void aRouteNeedsItsService() {
        assertThat(put(route(1, null, 9L))).contains(new Refusal.NoSuchService(new UUID(0, 9)));
        assertThat(store.configuration().revision()).isZero();
    }

    @Test
    void aRouteWithoutAServiceIsKeptOrRefusedWithAReason() {
        Optional<Refusal> refusal = put(route(1, null, null));

        if (keepsRoutesWithoutService()) {
            assertThat(refusal).isEmpty();
            assertThat(store.configuration().routes()).containsExactly(route(1, null, null));
        } else {
            assertThat(refusal)
                    .containsInstanceOf(Refusal.NotKept.class)
                    .hasValueSatisfying(why -> assertThat(why.toString()).contains("service"));
            assertThat(store.configuration()).isEqualTo(new Configuration(0, List.of(), List.of()));
        }
    }

    @Test
    void aServiceStaysWhileARouteRefersToIt() {
        put(service(1, "web"));
        put(route(2, null, 1L));

        assertThat(remove(SERVICES, 1)).contains(new Refusal.StillReferenced("services", "routes"));
        assertThat(store.tables().find(SERVICES, "web")).isPresent();

        remove(ROUTES, 2);
        assertThat(remove(SERVICES, 1)).isEmpty();
        assertThat(store.configuration().services()).isEmpty();
    }

    @Test
    void anEditIsCommittedAsAWholeOrNotAtAll() {
        put(service(1, "web"));
        Configuration before = store.configuration();

        store.edit(draft -> {
            draft.put(SERVICES, service(2, "two"));
            assertThat(draft.tables().find(SERVICES, "two")).isPresent();
            return draft.put(SERVICES, service(3, "web"));
        });
        assertThatThrownBy(() ->
                        store.edit(draft -> {
                            draft.put(SERVICES, service(4, "four"));
                            throw new IllegalStateException("on purpose");
                        }))
                .hasMessage("on purpose");

        assertThat(store.configuration()).isEqualTo(before);
    }

    @Test
    void anEditOfSeveralEntitiesIsOneRevision() {
        store.edit(draft -> {
            draft.put(SERVICES, service(1, "web"));
            return draft.put(ROUTES, route(2, null, 1L));
        });

        assertThat(store.configuration().revision()).isEqualTo(1);
        assertThat(store.configuration().routes()).containsExactly(route(2, null, 1L));
    }

    @Test
    void anEditThatChangesNothingIsNoRevision() {
        remove(SERVICES, 1);

        assertThat(store.configuration().revision()).isZero();
    }

    @Test
    void pagesFollowEachOtherInTheOrderOfIds() {
        List<Long> ids = new ArrayList<>(List.of(1L, 2L, 3L, 4L, 5L, -1L, Long.MIN_VALUE));
        Collections.shuffle(ids, new Random(7));
        ids.forEach(id -> put(service(id, null)));

        Page<Service> first =
                store.tables()
                        .page(SERVICES, new PageRequest(3, Optional.empty()), new TagFilter.Any());
        remove(SERVICES, 3);
        Page<Service> second =
                store.tables()
                        .page(SERVICES, new PageRequest(4, first.next()), new TagFilter.Any());

        assertThat(first.entities())
                .containsExactly(service(1, null), service(2, null), service(3, null));
        assertThat(first.next()).contains(new UUID(0, 3));
        assertThat(second.entities())
                .containsExactly(
                        service(4, null),
                        service(5, null),
                        service(Long.MIN_VALUE, null),
                        service(-1, null));
        assertThat(second.next()).isEmpty();
    }

    @Test
    void listingsFilterByTagsAndByService() {
        put(service(1, "a", "red", "round"));
        put(service(2, "b", "red"));
        put(service(3, "c"));
        put(route(4, null, 1L));
        put(route(5, null, 2L));

        PageRequest all = PageRequest.first();
        assertThat(
                        store.tables()
                                .page(SERVICES, all, new TagFilter.AllOf(List.of("red", "round")))
                                .entities())
                .extracting(Service::name)
                .containsExactly("a");
        assertThat(
                        store.tables()
                                .page(SERVICES, all, new TagFilter.OneOf(List.of("red", "blue")))
                                .entities())
                .extracting(Service::name)
                .containsExactly("a", "b");
        assertThat(store.tables().routesOf(new UUID(0, 2), all).entities())
                .containsExactly(route(5, null, 2L));
    }

    @Test
    void aFollowerSeesTheCurrentConfigurationAndThenEachRevisionInOrder() throws Exception {
        put(service(1, "web"));
        List<Long> seen = Collections.synchronizedList(new ArrayList<>());
        store.follow(configuration -> {
            seen.add(configuration.revision());
            throw new IllegalStateException("a follower's failure hurts nobody");
        });

        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> edits = new ArrayList<>();
            for (long id = 2; id <= 30; id++) {
                Service service = service(id, null);
                edits.add(threads.submit(() -> put(service)));
            }
            for (Future<?> edit : edits) {
                edit.get();
            }
        }

        assertThat(seen).hasSize(30).isSorted().startsWith(1L).endsWith(30L);
    }

    @Test
    void aFollowerMayNotEdit() {
        List<String> failures = new ArrayList<>();
        store.follow(configuration -> {
            if (configuration.revision() > 0) {
                try {
                    put(service(2, null));
                } catch (IllegalStateException e) {
                    failures.add(String.valueOf(e.getMessage()));
                }
            }
        });

        put(service(1, null));

        assertThat(failures).containsExactly("edit within an edit or a follower");
        assertThat(store.configuration().revision()).isEqualTo(1);
    }

    @Test
    void aClosedStoreTakesNoEditAndKeepsWhatItShows() {
        put(service(1, "web"));
        Configuration before = store.configuration();

        store.close();

        assertThatThrownBy(() -> put(service(2, "late"))).isInstanceOf(StoreException.class);
        assertThat(store.isReachable()).isFalse();
        assertThat(store.configuration()).isEqualTo(before);
    }
}

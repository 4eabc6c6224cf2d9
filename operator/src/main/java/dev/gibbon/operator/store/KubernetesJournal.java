package dev.gibbon.operator.store;

import dev.gibbon.controlplane.store.Committer;
import dev.gibbon.controlplane.store.Draft;
import dev.gibbon.controlplane.store.StoreException;
import dev.gibbon.controlplane.store.Tables;
import dev.gibbon.core.entity.Route;
import dev.gibbon.core.entity.Service;
import dev.gibbon.core.log.Log;
import dev.gibbon.core.schema.EntitySchema;
import dev.gibbon.crd.MeshRoute;
import dev.gibbon.crd.MeshService;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Writes the changes of an edit one object after the other, in their order, and takes back what was
 * written when one fails. Used under the lock of the edits.
 */
final class KubernetesJournal implements Committer.Journal {
    private final Ledger<MeshService, Service> serviceLedger;
    private final Ledger<MeshRoute, Route> routeLedger;
    private final Keeper<MeshService, Service> services;
    private final Keeper<MeshRoute, Route> routes;
    private final Log log;
    private volatile boolean closed;

    KubernetesJournal(
            Ledger<MeshService, Service> serviceLedger,
            Ledger<MeshRoute, Route> routeLedger,
            Keeper<MeshService, Service> services,
            Keeper<MeshRoute, Route> routes,
            Log log) {
        this.serviceLedger = serviceLedger;
        this.routeLedger = routeLedger;
        this.services = services;
        this.routes = routes;
        this.log = log;
    }

    /** What the objects say now. */
    Tables tables() {
        References references = serviceLedger.references();
        return Tables.of(serviceLedger.entities(references), routeLedger.entities(references));
    }

    @Override
    public <T> Optional<String> objectionTo(EntitySchema<T> kind, T entity) {
        return switch (entity) {
            case Service service -> services.objectionTo(service, serviceLedger.references());
            case Route route -> routes.objectionTo(route, serviceLedger.references());
            default -> throw new IllegalArgumentException("entity: " + entity.getClass());
        };
    }

    @Override
    public void append(long revision, List<Draft.Change> changes) {
        if (closed) {
            throw new StoreException("the store is closed");
        }
        Deque<Keeper.Undo> done = new ArrayDeque<>();
        try {
            for (Draft.Change change : changes) {
                apply(change).ifPresent(done::push);
            }
        } catch (StoreException e) {
            List<String> left = takeBack(done);
            throw left.isEmpty()
                    ? e
                    : new StoreException(e.getMessage() + "; could not be taken back: " + left, e);
        }
    }

    private Optional<Keeper.Undo> apply(Draft.Change change) {
        References references = serviceLedger.references();
        return switch (change) {
            case Draft.Change.PutService(Service service) ->
                    Optional.of(services.put(service, references));
            case Draft.Change.PutRoute(Route route) -> Optional.of(routes.put(route, references));
            case Draft.Change.Remove(EntitySchema<?> kind, UUID id) ->
                    kind == EntitySchema.ROUTES ? routes.remove(id) : services.remove(id);
        };
    }

    /** Gives the objects that are not as before. */
    private List<String> takeBack(Deque<Keeper.Undo> done) {
        List<String> left = new ArrayList<>();
        for (Keeper.Undo undo : done) {
            try {
                undo.step().run();
            } catch (StoreException e) {
                log.error("change could not be taken back", "object", undo.object(), "error", e);
                left.add(undo.object());
            }
        }
        return left;
    }

    boolean isClosed() {
        return closed;
    }

    void close() {
        closed = true;
    }
}

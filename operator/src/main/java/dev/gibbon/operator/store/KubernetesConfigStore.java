package dev.gibbon.operator.store;

import dev.gibbon.controlplane.store.Committer;
import dev.gibbon.controlplane.store.ConfigStore;
import dev.gibbon.controlplane.store.Configuration;
import dev.gibbon.controlplane.store.Edit;
import dev.gibbon.controlplane.store.StoreException;
import dev.gibbon.controlplane.store.Tables;
import dev.gibbon.core.entity.Route;
import dev.gibbon.core.entity.Service;
import dev.gibbon.core.log.Log;
import dev.gibbon.crd.MeshRoute;
import dev.gibbon.crd.MeshService;
import dev.gibbon.operator.watch.Informers;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * A configuration that is kept as the MeshServices and MeshRoutes of one namespace. Others may
 * write them too, at any time: what they change comes by a watch and is a revision like any other,
 * told by the thread of the watch. Objects that break rules are not shown.
 *
 * <p>An edit returns when the API server has taken all of it. One that meets a change that was not
 * seen yet fails and is to be tried again. An edit of several entities is several objects, written
 * one after the other: others can see it half done, and a process that ends in between leaves it
 * so. When one object is refused, those before it are put back; what cannot be put back, the {@link
 * StoreException} names, and the configuration then shows it. Names are unique as far as this
 * process sees. Revisions count from 0 in each process. Decision 15 says more.
 */
public final class KubernetesConfigStore implements ConfigStore {
    private static final long START_SECONDS = 60;

    private final KubernetesClient client;
    private final String namespace;
    private final Informers informers;
    private final KubernetesJournal journal;
    private final Committer committer;

    /** Whether all that was there at first is in the ledgers. */
    private volatile boolean complete;

    private KubernetesConfigStore(
            KubernetesClient client,
            String namespace,
            Informers informers,
            KubernetesJournal journal,
            Committer committer) {
        this.client = client;
        this.namespace = namespace;
        this.informers = informers;
        this.journal = journal;
        this.committer = committer;
    }

    /**
     * Opens a namespace and reads what is in it.
     *
     * @param client may get, list, watch, create, update and delete the two kinds there; stays the
     *     caller's
     * @throws StoreException when the API server does not answer, or not as needed
     */
    public static KubernetesConfigStore open(KubernetesClient client, String namespace, Log log) {
        Ledger<MeshService, Service> serviceLedger = new Ledger<>(new ServiceForm(), namespace);
        Ledger<MeshRoute, Route> routeLedger = new Ledger<>(new RouteForm(), namespace);
        var serviceObjects = client.resources(MeshService.class).inNamespace(namespace);
        var routeObjects = client.resources(MeshRoute.class).inNamespace(namespace);
        ObjectCalls<MeshService> serviceCalls = new ObjectCalls<>(serviceObjects);
        ObjectCalls<MeshRoute> routeCalls = new ObjectCalls<>(routeObjects);
        KubernetesJournal journal =
                new KubernetesJournal(
                        serviceLedger,
                        routeLedger,
                        new Keeper<>(new ServiceForm(), serviceLedger, serviceCalls, namespace),
                        new Keeper<>(new RouteForm(), routeLedger, routeCalls, namespace),
                        log);
        Committer committer = new Committer(Tables.of(List.of(), List.of()), 0, journal, log);
        Informers informers = new Informers(log);
        KubernetesConfigStore store =
                new KubernetesConfigStore(client, namespace, informers, journal, committer);
        informers.fill(
                serviceObjects,
                MeshService::new,
                List.of(new Follower<>(serviceLedger, store::take, log)));
        informers.fill(
                routeObjects,
                MeshRoute::new,
                List.of(new Follower<>(routeLedger, store::take, log)));
        try {
            informers.start(START_SECONDS);
            // Handlers of informers run later. What is missing in this list they will be told of.
            serviceCalls.list().forEach(object -> store.take(() -> serviceLedger.see(object)));
            routeCalls.list().forEach(object -> store.take(() -> routeLedger.see(object)));
        } catch (IOException | StoreException e) {
            store.close();
            throw new StoreException("store: namespace " + namespace + ": " + e.getMessage(), e);
        }
        store.complete = true;
        committer.refresh(journal::tables);
        return store;
    }

    /** Changes ledgers while no edit uses them, and commits what that changes. */
    private void take(BooleanSupplier change) {
        if (!journal.isClosed() && committer.whileIdle(change) && complete) {
            committer.refresh(journal::tables);
        }
    }

    @Override
    public Tables tables() {
        return committer.tables();
    }

    @Override
    public Configuration configuration() {
        return committer.configuration();
    }

    @Override
    public <R> R edit(Edit<R> edit) {
        R result;
        try {
            result = committer.edit(edit);
        } catch (StoreException e) {
            showWhatIs();
            throw e;
        }
        showWhatIs();
        return result;
    }

    /** The API server may have kept other than was written, or half of it. */
    private void showWhatIs() {
        if (!journal.isClosed()) {
            committer.refresh(journal::tables);
        }
    }

    @Override
    public void follow(Consumer<Configuration> listener) {
        committer.follow(listener);
    }

    @Override
    public boolean isReachable() {
        try {
            client.resources(MeshService.class)
                    .inNamespace(namespace)
                    .list(new ListOptionsBuilder().withLimit(1L).build());
            return !journal.isClosed();
        } catch (KubernetesClientException _) {
            return false;
        }
    }

    @Override
    public void close() {
        journal.close();
        informers.close();
    }
}

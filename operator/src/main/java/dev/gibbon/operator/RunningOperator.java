package dev.gibbon.operator;

import dev.gibbon.controlplane.authority.CertificateAuthority;
import dev.gibbon.controlplane.feed.FeedServer;
import dev.gibbon.controlplane.feed.ReplicaClient;
import dev.gibbon.controlplane.feed.SidecarStatus;
import dev.gibbon.core.log.Log;
import dev.gibbon.core.net.IpPort;
import dev.gibbon.operator.config.Programming;
import dev.gibbon.operator.config.ReferencedSecrets;
import dev.gibbon.operator.config.StatusWriter;
import dev.gibbon.operator.discovery.Discovery;
import dev.gibbon.operator.feed.ChangeLoop;
import dev.gibbon.operator.feed.MeshPublication;
import dev.gibbon.operator.identity.CountingDesk;
import dev.gibbon.operator.identity.PodDesk;
import dev.gibbon.operator.identity.PodNames;
import dev.gibbon.operator.identity.ReleaseOwner;
import dev.gibbon.operator.identity.TokenReviews;
import dev.gibbon.operator.identity.TrustConfigMaps;
import dev.gibbon.operator.replica.ReplicaFact;
import dev.gibbon.operator.replica.ReplicaReport;
import dev.gibbon.operator.replica.Replicas;
import dev.gibbon.operator.status.AskerReviews;
import dev.gibbon.operator.status.MeshQuestions;
import dev.gibbon.operator.status.StatusServer;
import dev.gibbon.operator.unmeshed.UnmeshedPod;
import dev.gibbon.operator.unmeshed.UnmeshedPods;
import dev.gibbon.operator.unmeshed.UnmeshedReader;
import dev.gibbon.operator.watch.Informers;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** An operator at work. Closing it leaves sidecars serving with what they have. */
public final class RunningOperator implements AutoCloseable {
    /** Changes that come together, e.g. a rollout's pods and endpoints, become one revision. */
    private static final Duration GATHERING = Duration.ofMillis(20);

    private static final Duration RETRY = Duration.ofSeconds(5);
    private static final Duration POD_PATIENCE = Duration.ofSeconds(10);
    private static final Duration NAME_PATIENCE = Duration.ofSeconds(2);
    private static final long SYNC_SECONDS = 60;

    private final OperatorSettings settings;
    private final InstantSource clock;
    private final Log log;
    private final CertificateAuthority authority;
    private final ClusterTables tables;
    private final Informers informers;
    private final TrustConfigMaps trust;
    private final KubernetesClient client;
    private final ReferencedSecrets secrets;
    private final EventWriter events;
    private final UnmeshedLoop unmeshed;
    private final ReplicaClient replicas;
    private final StatusLoop statuses;
    private final LeaderDuties leader;
    private final Publications publications;
    private final Programming programming = new Programming();
    private final ChangeLoop loop;
    private final CountingDesk desk;
    private final AuthorityReload reload;
    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    private volatile @Nullable FeedServer feed;
    private volatile @Nullable StatusServer status;
    private volatile @Nullable InjectionWebhook webhook;

    private RunningOperator(
            OperatorSettings settings,
            KubernetesClient client,
            List<OwnerReference> owners,
            CertificateAuthority authority,
            InstantSource clock,
            Log log) {
        this.settings = settings;
        this.clock = clock;
        this.log = log;
        this.authority = authority;
        this.client = client;
        this.loop = new ChangeLoop("publisher", GATHERING, this::publish, log);
        this.events = new EventWriter(client, settings.podName(), clock, log);
        this.leader = new LeaderDuties(settings, client, owners, authority, events, clock, log);
        this.unmeshed = new UnmeshedLoop(this::unmeshed, leader::isLeading, events, log);
        this.tables =
                new ClusterTables(
                        client,
                        settings.namespace(),
                        settings.clusterDomain(),
                        unmeshedReader(settings, client),
                        loop::changed,
                        unmeshed::changed,
                        log);
        this.secrets = new ReferencedSecrets(client, clock, loop::changed, log);
        this.publications =
                new Publications(tables, secrets, authority, settings.mode(), programming);
        this.replicas = new ReplicaClient(authority, clock);
        this.statuses =
                new StatusLoop(
                        new StatusWriter(client, clock, new ConditionEvents(events), log),
                        new Replicas(this::ask, clock, log),
                        log);
        this.informers = new Informers(log);
        this.trust = new TrustConfigMaps(client, owners, log);
        this.desk =
                new CountingDesk(
                        new PodDesk(authority, new TokenReviews(client), tables, POD_PATIENCE));
        this.reload = new AuthorityReload(authority, this::renewOwnCertificates, log);
        tables.register(informers);
    }

    /** Without a webhook no pod should be meshed. */
    private static Function<Pod, Optional<UnmeshedPod>> unmeshedReader(
            OperatorSettings settings, KubernetesClient client) {
        return settings.injection().isPresent()
                ? new UnmeshedReader(
                                settings.injection().get(), client.getKubernetesSerialization())
                        ::read
                : _ -> Optional.empty();
    }

    private List<UnmeshedPods.Found> unmeshed() {
        return tables.unmeshed();
    }

    private byte[] ask(ReplicaFact replica) throws IOException, InterruptedException {
        return replicas.ask(new IpPort(replica.address(), settings.feed().port()));
    }

    /**
     * Starts one: looks at the cluster, serves.
     *
     * @param client closed by the caller, after the operator
     * @param authority see {@link AuthorityOpening}
     * @throws IOException with one sentence when that cannot be done; nothing is left open
     */
    public static RunningOperator start(
            OperatorSettings settings,
            KubernetesClient client,
            CertificateAuthority authority,
            InstantSource clock,
            Log log)
            throws IOException {
        List<OwnerReference> owners = ReleaseOwner.find(client, log);
        RunningOperator operator =
                new RunningOperator(settings, client, owners, authority, clock, log);
        try {
            operator.open();
            return operator;
        } catch (IOException | RuntimeException e) {
            operator.close();
            throw e;
        }
    }

    private void open() throws IOException {
        StatusServer statusServer =
                StatusServer.start(
                        settings.status(),
                        () -> publications.last() == null ? "nothing is published yet" : "",
                        this::metrics,
                        new MeshQuestions(publications::last, this::sidecars),
                        new AskerReviews(client, settings.namespace()),
                        log);
        status = statusServer;
        open.push(statusServer);
        open.push(loop);
        open.push(unmeshed);
        open.push(secrets);
        open.push(replicas);
        open.push(informers);
        informers.start(SYNC_SECONDS);
        FeedServer server =
                FeedServer.start(
                        new FeedServer.Listeners(Optional.empty(), Optional.of(settings.feed())),
                        authority,
                        new FeedServer.Home(
                                desk,
                                new PodNames(authority.trustDomain(), tables, NAME_PATIENCE),
                                loop::changed,
                                () -> report().encode()),
                        clock,
                        log);
        open.push(server);
        feed = server;
        if (settings.injection().isPresent()) {
            InjectionWebhook started =
                    InjectionWebhook.start(
                            settings.injection().get(),
                            settings.webhook().port(),
                            authority,
                            tables,
                            new PodEvents(events),
                            log);
            open.push(started);
            webhook = started;
        }
        loop.changed();
        open.push(leader);
        leader.start(
                statuses,
                new StatusLoop.Sources(
                        this::report,
                        () -> tables.replicasBut(settings.podName()),
                        publications::serving,
                        programming::verdicts,
                        tables::statuses),
                publications,
                tables::authority);
    }

    private void renewOwnCertificates() {
        FeedServer server = feed;
        if (server != null) {
            server.renewIdentity();
        }
        InjectionWebhook hook = webhook;
        if (hook != null) {
            hook.renew();
        }
    }

    private ReplicaReport report() {
        FeedServer server = feed;
        return programming.report(
                server == null ? List.of() : server.sidecars(), publications::isServing);
    }

    /** On the publisher's thread. */
    private void publish() {
        FeedServer server = feed;
        if (server == null) {
            return;
        }
        if (!reload.upTo(tables.authority().version())) {
            loop.changedIn(RETRY);
        }
        MeshPublication next = publications.next();
        Discovery discovery = next.discovery();
        server.publish(next);
        publications.published(next);
        server.forget(name -> discovery.pod(name).isEmpty());
        log.debug("published", "revision", next.revision(), "members", discovery.members().size());
        boolean kept = trust.keep(discovery, authority.bundle(), tables.trustFound());
        InjectionWebhook hook = webhook;
        if (hook != null && tables.webhookRoots().isPresent()) {
            kept &= hook.keepRoots(client, tables.webhookRoots().get());
        }
        if (!kept) {
            loop.changedIn(RETRY);
        }
    }

    private List<SidecarStatus> sidecars() {
        FeedServer server = feed;
        return server == null ? List.of() : server.sidecars();
    }

    private String metrics() {
        MeshPublication now = publications.last();
        InjectionWebhook hook = webhook;
        return new OperatorMetrics(
                                now == null ? 0 : now.revision(),
                                sidecars(),
                                now == null ? 0 : now.discovery().members().size(),
                                informers.areWatching(),
                                desk.granted(),
                                desk.refused(),
                                authority.signing(),
                                authority.bundle().roots().size(),
                                leader.issuer())
                        .text()
                + unmeshed.metrics()
                + (hook == null ? "" : hook.metrics());
    }

    /**
     * Where sidecars reach it.
     *
     * @throws IllegalStateException when it does not listen
     */
    public IpPort feedAddress() {
        FeedServer server = feed;
        if (server == null) {
            throw new IllegalStateException("not started");
        }
        return server.remoteAddress();
    }

    /**
     * Where health and metrics are.
     *
     * @throws IllegalStateException when it does not listen
     */
    public IpPort statusAddress() {
        StatusServer server = status;
        if (server == null) {
            throw new IllegalStateException("not started");
        }
        return server.address();
    }

    @Override
    public void close() {
        while (!open.isEmpty()) {
            try {
                open.pop().close();
            } catch (Exception e) {
                log.warn("could not be closed", "cause", e);
            }
        }
    }
}

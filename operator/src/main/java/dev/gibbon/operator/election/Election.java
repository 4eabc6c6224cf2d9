package dev.gibbon.operator.election;

import dev.gibbon.core.log.Log;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfig;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfigBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Takes part in the election of a leader by a Lease, again and again: whoever loses, e.g. because
 * the API server was away, stands for election anew. A replica that is not the leader serves all
 * the same.
 */
public final class Election implements AutoCloseable {
    /** The Lease, in the operator's namespace. */
    public static final String LEASE = "gibbon-operator";

    private static final Duration LEASE_DURATION = Duration.ofSeconds(15);
    private static final Duration RENEW_DEADLINE = Duration.ofSeconds(10);
    private static final Duration RETRY = Duration.ofSeconds(2);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(3);

    private final KubernetesClient client;
    private final ObjectMeta lease;
    private final String identity;
    private final Log log;
    private final Thread thread =
            Thread.ofPlatform().name("election").daemon().unstarted(this::run);
    private volatile boolean leading;
    private volatile boolean closed;

    private Election(KubernetesClient client, ObjectMeta lease, String identity, Log log) {
        this.client = client;
        this.lease = lease;
        this.identity = identity;
        this.log = log;
    }

    /**
     * Begins to take part.
     *
     * @param owners of the Lease, if it has to be made
     * @param identity unique among the replicas
     */
    public static Election start(
            KubernetesClient client,
            String namespace,
            List<OwnerReference> owners,
            String identity,
            Log log) {
        ObjectMeta lease =
                new ObjectMetaBuilder()
                        .withNamespace(namespace)
                        .withName(LEASE)
                        .withOwnerReferences(owners)
                        .build();
        Election election = new Election(client, lease, identity, log);
        election.thread.start();
        return election;
    }

    /** Whether this replica leads at this moment. */
    public boolean isLeading() {
        return leading;
    }

    private void run() {
        LeaderElectionConfig config =
                new LeaderElectionConfigBuilder()
                        .withName(LEASE)
                        .withLock(new LeaseLock(lease, identity))
                        .withLeaseDuration(LEASE_DURATION)
                        .withRenewDeadline(RENEW_DEADLINE)
                        .withRetryPeriod(RETRY)
                        .withReleaseOnCancel(true)
                        .withLeaderCallbacks(
                                new LeaderCallbacks(
                                        () -> lead(true),
                                        () -> lead(false),
                                        leader -> log.info("leader", "identity", leader)))
                        .build();
        while (!closed) {
            try {
                client.leaderElector().withConfig(config).build().run();
            } catch (RuntimeException e) {
                if (!closed) {
                    log.warn("election failed and is begun anew", "cause", e);
                }
            }
            leading = false;
            try {
                TimeUnit.MILLISECONDS.sleep(RETRY.toMillis());
            } catch (InterruptedException _) {
                return;
            }
        }
    }

    private void lead(boolean now) {
        leading = now && !closed;
    }

    /** Gives leadership up, so that another can take it at once. */
    @Override
    public void close() {
        closed = true;
        leading = false;
        thread.interrupt();
        try {
            thread.join(CLOSE_TIMEOUT);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}

package dev.gibbon.controlplane;

import dev.gibbon.controlplane.authority.CertificateAuthority;
import dev.gibbon.controlplane.authority.WorkloadStore;
import dev.gibbon.controlplane.compile.FeedCompiler;
import dev.gibbon.controlplane.feed.FeedServer;
import dev.gibbon.controlplane.store.Configuration;
import dev.gibbon.core.decision.ConfigSnapshot;
import dev.gibbon.core.decision.SnapshotCompiler;
import dev.gibbon.core.feed.FeedConfig;
import dev.gibbon.core.feed.FeedSnapshot;
import dev.gibbon.core.log.Log;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Turns every change of the configuration or of the membership into one revision of the feed.
 * Changes that come while one is being compiled are taken together: the newest state is what
 * counts.
 */
final class Publisher {
    private final CertificateAuthority authority;
    private final WorkloadStore workloads;
    private final RevisionCounter counter;
    private final Log log;
    private final ReentrantLock publishing = new ReentrantLock();
    private volatile @Nullable Configuration configuration;
    private volatile long wanted;
    private volatile @Nullable Published published;
    private @Nullable FeedServer feed;

    /**
     * What the sidecars were last told.
     *
     * @param revision of the feed; grows with every change of configuration or membership, and with
     *     each start of the control plane
     */
    record Published(long revision, FeedCompiler.Compiled compiled) {

        ConfigSnapshot snapshot() {
            FeedSnapshot feed = FeedSnapshot.of(revision, compiled.resources());
            try {
                return SnapshotCompiler.compile(
                        FeedConfig.of(revision, feed.hash(), feed.resources()));
            } catch (FeedConfig.IncompleteFeed e) {
                throw new IllegalStateException("what was published is not complete", e);
            }
        }
    }

    Publisher(
            CertificateAuthority authority,
            WorkloadStore workloads,
            RevisionCounter counter,
            Log log) {
        this.authority = authority;
        this.workloads = workloads;
        this.counter = counter;
        this.log = log;
        this.wanted = counter.last();
    }

    /** Called by the store after each commit, in order; compiling happens elsewhere. */
    void configurationChanged(Configuration changed) {
        configuration = changed;
        request(changed.revision());
    }

    /** Called when a workload has joined, changed or left. */
    void membershipChanged() {
        request(0);
    }

    /** Begins to publish; the first revision is out when this returns. */
    void publishTo(FeedServer server) {
        publishing.lock();
        try {
            feed = server;
        } finally {
            publishing.unlock();
        }
        publishNewest();
    }

    /** What was published last; null before the first time. */
    @Nullable Published published() {
        return published;
    }

    /**
     * The revision of the newest change, which sidecars have been told of or are about to be; 0
     * before the first. Whoever has made a change and then asks never hears of an older one.
     */
    long newest() {
        return published == null ? 0 : wanted;
    }

    /** What a sidecar makes of what was published last. */
    ConfigSnapshot snapshot() {
        Published last = published;
        return last == null ? ConfigSnapshot.empty() : last.snapshot();
    }

    private void request(long atLeast) {
        synchronized (this) {
            wanted = Math.max(wanted + 1, atLeast);
            // Kept before anybody hears of it, so that no revision is given twice.
            counter.reached(wanted);
        }
        Thread.ofVirtual().name("publisher").start(this::publishNewest);
    }

    private void publishNewest() {
        publishing.lock();
        try {
            FeedServer server = feed;
            Configuration newest = configuration;
            long revision = wanted;
            Published last = published;
            if (server == null || newest == null || (last != null && last.revision() == revision)) {
                return;
            }
            FeedCompiler.Compiled compiled =
                    FeedCompiler.compile(
                            newest,
                            workloads.all(),
                            authority.bundle(),
                            last == null ? null : last.compiled());
            if (last == null || !last.compiled().skipped().equals(compiled.skipped())) {
                for (String skipped : compiled.skipped()) {
                    log.warn("left out or without effect", "entity", skipped);
                }
            }
            server.publish(compiled.resources(), revision);
            published = new Published(revision, compiled);
        } catch (IOException | RuntimeException e) {
            log.error(
                    "configuration could not be published; sidecars keep the last one", "error", e);
        } finally {
            publishing.unlock();
        }
    }

    /** Services and Routes that were left out or can have no effect, and why. */
    List<String> skipped() {
        Published last = published;
        return last == null ? List.of() : last.compiled().skipped();
    }
}

package dev.gibbon.operator;

import dev.gibbon.core.log.Log;
import dev.gibbon.operator.config.StatusFact;
import dev.gibbon.operator.config.StatusWriter;
import dev.gibbon.operator.config.Verdict;
import dev.gibbon.operator.replica.ReplicaFact;
import dev.gibbon.operator.replica.ReplicaReport;
import dev.gibbon.operator.replica.Replicas;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Once a second, while this replica leads, asks the other replicas what their sidecars have, and
 * looks whether statuses are what they should be. Acks come in by the hundred after each change;
 * once a second is often enough for people.
 */
final class StatusLoop implements AutoCloseable {
    private static final long INTERVAL_MILLIS = 1_000;

    private final StatusWriter writer;
    private final Replicas replicas;
    private final Log log;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("status").daemon().factory());

    private volatile Fleet fleet = Fleet.UNKNOWN;

    /**
     * Where it looks.
     *
     * @param own what this replica knows of its sidecars
     * @param others the other replicas
     * @param serving sidecars that are ready, by namespace
     * @param verdicts about each object that is published
     * @param found what objects say of themselves
     */
    record Sources(
            Supplier<ReplicaReport> own,
            Supplier<Collection<ReplicaFact>> others,
            Supplier<Map<String, Integer>> serving,
            Supplier<List<Verdict>> verdicts,
            Supplier<Map<String, StatusFact>> found) {}

    StatusLoop(StatusWriter writer, Replicas replicas, Log log) {
        this.writer = writer;
        this.replicas = replicas;
        this.log = log;
    }

    void start(BooleanSupplier leading, Sources sources) {
        var _ =
                thread.scheduleWithFixedDelay(
                        () -> {
                            try {
                                if (leading.getAsBoolean()) {
                                    look(sources);
                                } else {
                                    fleet = Fleet.UNKNOWN;
                                }
                            } catch (InterruptedException _) {
                                Thread.currentThread().interrupt();
                            } catch (RuntimeException e) {
                                log.error("statuses could not be written", "cause", e);
                            }
                        },
                        INTERVAL_MILLIS,
                        INTERVAL_MILLIS,
                        TimeUnit.MILLISECONDS);
    }

    private void look(Sources sources) throws InterruptedException {
        replicas.ask(sources.others().get());
        List<ReplicaReport> reports = new ArrayList<>(replicas.reports());
        reports.add(sources.own().get());
        fleet = new Fleet(reports, replicas.isComplete());
        writer.write(
                sources.verdicts().get(), reports, sources.serving().get(), sources.found().get());
    }

    /** As it was a second ago; unknown while this replica does not lead. Any thread. */
    Fleet fleet() {
        return fleet;
    }

    @Override
    public void close() {
        thread.shutdownNow();
        replicas.close();
    }
}

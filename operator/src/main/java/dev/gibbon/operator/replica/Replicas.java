package dev.gibbon.operator.replica;

import dev.gibbon.core.log.Log;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/**
 * What the other replicas said last. One that does not answer counts with its last answer for ten
 * seconds; by then its sidecars have gone to others, or it has not many. Confined to one thread.
 */
public final class Replicas implements AutoCloseable {
    private static final Duration MEMORY = Duration.ofSeconds(10);
    private static final long PATIENCE_SECONDS = 3;
    private static final int MOST = 16;

    private final Asker asker;
    private final InstantSource clock;
    private final Log log;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, Answer> answers = new HashMap<>();
    private Set<String> known = Set.of();

    /** Asks one replica. */
    @FunctionalInterface
    public interface Asker {
        /**
         * What it says.
         *
         * @throws IOException when it says nothing within about two seconds
         */
        byte[] ask(ReplicaFact replica) throws IOException, InterruptedException;
    }

    private record Answer(ReplicaReport report, Instant at) {}

    public Replicas(Asker asker, InstantSource clock, Log log) {
        this.asker = asker;
        this.clock = clock;
        this.log = log;
    }

    /**
     * Asks all, at the same time; takes three seconds at most.
     *
     * @param others without this one; of more than sixteen the others are left out
     */
    public void ask(Collection<ReplicaFact> others) throws InterruptedException {
        known = others.stream().map(ReplicaFact::name).collect(Collectors.toSet());
        answers.keySet().retainAll(known);
        Map<ReplicaFact, Future<ReplicaReport>> asked = new HashMap<>();
        for (ReplicaFact replica : others.stream().limit(MOST).toList()) {
            asked.put(replica, threads.submit(() -> ReplicaReport.decode(asker.ask(replica))));
        }
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        for (Map.Entry<ReplicaFact, Future<ReplicaReport>> one : asked.entrySet()) {
            try {
                ReplicaReport report =
                        one.getValue().get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                answers.put(one.getKey().name(), new Answer(report, clock.instant()));
            } catch (ExecutionException | TimeoutException e) {
                one.getValue().cancel(true);
                log.debug(
                        "replica does not answer",
                        "replica",
                        one.getKey().name(),
                        "cause",
                        String.valueOf(e.getMessage()));
            }
        }
        Instant oldest = clock.instant().minus(MEMORY);
        answers.values().removeIf(answer -> answer.at().isBefore(oldest));
    }

    /** What they said, at most ten seconds ago. */
    public List<ReplicaReport> reports() {
        return answers.values().stream().map(Answer::report).toList();
    }

    /** Whether each of those that there are has said something. */
    public boolean isComplete() {
        return answers.keySet().containsAll(known);
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}

package dev.gibbon.operator;

import dev.gibbon.core.log.Log;
import dev.gibbon.operator.EventWriter.Outcome;
import dev.gibbon.operator.feed.ChangeLoop;
import dev.gibbon.operator.unmeshed.UnmeshedPod;
import dev.gibbon.operator.unmeshed.UnmeshedPods;
import dev.gibbon.operator.unmeshed.UnmeshedPods.Found;
import dev.gibbon.operator.unmeshed.UnmeshedReporter;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Looks for pods that should be meshed and are not, when pods or namespaces have changed. All
 * replicas count them; the one that leads tells of them, by an Event about each and in the log.
 */
final class UnmeshedLoop implements AutoCloseable {
    private static final Duration GATHERING = Duration.ofSeconds(1);

    /** While something is left to be told, or would be if this replica led. */
    private static final Duration AGAIN = Duration.ofSeconds(2);

    private final Supplier<List<Found>> finder;
    private final BooleanSupplier leading;
    private final EventWriter events;
    private final Log log;
    private final Duration again;
    private final UnmeshedReporter reporter = new UnmeshedReporter(this::tell);
    private final ChangeLoop loop;
    private volatile List<Found> found = List.of();

    UnmeshedLoop(
            Supplier<List<Found>> finder, BooleanSupplier leading, EventWriter events, Log log) {
        this(finder, leading, events, log, GATHERING, AGAIN);
    }

    /**
     * @param gathering how long after a first change others are waited for
     * @param again how long until what is left to be told is tried again
     */
    UnmeshedLoop(
            Supplier<List<Found>> finder,
            BooleanSupplier leading,
            EventWriter events,
            Log log,
            Duration gathering,
            Duration again) {
        this.finder = finder;
        this.leading = leading;
        this.events = events;
        this.log = log;
        this.again = again;
        this.loop = new ChangeLoop("unmeshed", gathering, this::look, log);
    }

    /** A pod or a namespace has changed. Any thread; does not block. */
    void changed() {
        loop.changed();
    }

    private void look() {
        List<Found> now = finder.get();
        found = now;
        if (!now.isEmpty() && !(leading.getAsBoolean() && reporter.report(now))) {
            loop.changedIn(again);
        }
    }

    private boolean tell(Found one) {
        UnmeshedPod pod = one.pod();
        String reason = one.missing().reason().id();
        // The same from each replica, so that a new leader does not say it again.
        UUID id =
                UUID.nameUUIDFromBytes((pod.uid() + " " + reason).getBytes(StandardCharsets.UTF_8));
        Outcome outcome =
                events.writeOnce(
                        "gibbon-unmeshed." + id,
                        new ObjectReferenceBuilder()
                                .withApiVersion("v1")
                                .withKind("Pod")
                                .withNamespace(pod.namespace())
                                .withName(pod.name())
                                .withUid(pod.uid())
                                .build(),
                        "Warning",
                        "GibbonUnmeshed",
                        "the pod " + one.missing().sentence());
        if (outcome == Outcome.WRITTEN) {
            log.warn("pod should be meshed and is not", "pod", pod.fullName(), "reason", reason);
        }
        return outcome != Outcome.FAILED;
    }

    /** Figures, in the text format of Prometheus. */
    String metrics() {
        return UnmeshedPods.metrics(found);
    }

    @Override
    public void close() {
        loop.close();
    }
}

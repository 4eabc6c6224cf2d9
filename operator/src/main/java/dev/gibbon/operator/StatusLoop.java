package dev.gibbon.operator;

import dev.gibbon.controlplane.feed.SidecarStatus;
import dev.gibbon.core.log.Log;
import dev.gibbon.operator.config.Programming;
import dev.gibbon.operator.config.StatusFact;
import dev.gibbon.operator.config.StatusWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Looks once a second whether statuses are what they should be, while this replica leads. Acks come
 * in by the hundred after each change; once a second is often enough for people.
 */
final class StatusLoop implements AutoCloseable {
    private static final long INTERVAL_MILLIS = 1_000;

    private final StatusWriter writer;
    private final Log log;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("status").daemon().factory());

    StatusLoop(StatusWriter writer, Log log) {
        this.writer = writer;
        this.log = log;
    }

    void start(
            BooleanSupplier leading,
            Programming programming,
            Supplier<List<SidecarStatus>> sidecars,
            Supplier<Map<String, StatusFact>> found) {
        var _ =
                thread.scheduleWithFixedDelay(
                        () -> {
                            try {
                                if (leading.getAsBoolean()) {
                                    writer.write(programming, sidecars.get(), found.get());
                                }
                            } catch (RuntimeException e) {
                                log.error("statuses could not be written", "cause", e);
                            }
                        },
                        INTERVAL_MILLIS,
                        INTERVAL_MILLIS,
                        TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}

package dev.gibbon.operator;

import dev.gibbon.core.log.Log;
import dev.gibbon.operator.rotation.RotationLoop;
import java.io.IOException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Looks every few seconds, while this replica leads, whether the root is to be changed. */
final class RootKeeper implements AutoCloseable {
    private static final long INTERVAL_SECONDS = 5;

    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("roots").daemon().factory());

    private RootKeeper() {}

    static RootKeeper start(
            RotationLoop rotation,
            BooleanSupplier leading,
            Supplier<RotationLoop.Request> request,
            Supplier<RotationLoop.Supply> supply,
            Log log) {
        RootKeeper keeper = new RootKeeper();
        var _ =
                keeper.thread.scheduleWithFixedDelay(
                        () -> {
                            try {
                                if (leading.getAsBoolean()) {
                                    rotation.look(request.get(), supply.get());
                                }
                            } catch (IOException | RuntimeException e) {
                                log.error(
                                        "change of roots failed; trying again",
                                        "cause",
                                        String.valueOf(e.getMessage()));
                            }
                        },
                        INTERVAL_SECONDS,
                        INTERVAL_SECONDS,
                        TimeUnit.SECONDS);
        return keeper;
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}

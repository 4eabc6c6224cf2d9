package dev.gibbon.operator.feed;

import dev.gibbon.core.log.Log;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Runs a task after changes: those that come within a short time are taken together. The task runs
 * on one thread, never twice at a time, and sees all that changed before it began.
 */
public final class ChangeLoop implements AutoCloseable {
    private final Duration gathering;
    private final Runnable task;
    private final Log log;
    private final AtomicBoolean due = new AtomicBoolean();
    private final ScheduledExecutorService thread;

    /**
     * A loop that waits for a change.
     *
     * @param name of its thread
     * @param gathering how long after a first change others are waited for
     */
    public ChangeLoop(String name, Duration gathering, Runnable task, Log log) {
        this.thread =
                Executors.newSingleThreadScheduledExecutor(
                        Thread.ofPlatform().name(name).daemon().factory());
        this.gathering = gathering;
        this.task = task;
        this.log = log;
    }

    /** Something has changed. Any thread; does not block. */
    public void changed() {
        if (!due.getAndSet(true)) {
            try {
                var _ = thread.schedule(this::run, gathering.toMillis(), TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException _) {
                // Closed; there is nobody left to tell.
            }
        }
    }

    /** Runs the task again after a while, if no change makes it run earlier. */
    public void changedIn(Duration delay) {
        try {
            var _ = thread.schedule(this::changed, delay.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException _) {
            // Closed.
        }
    }

    private void run() {
        due.set(false);
        try {
            task.run();
        } catch (RuntimeException e) {
            log.error("a change could not be dealt with; the last state stays", "cause", e);
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}

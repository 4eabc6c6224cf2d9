package dev.gibbon.sidecar.http;

import io.netty.channel.EventLoop;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A deadline that is moved often and seldom reached: moving it costs no timer, the one that is
 * pending looks at the clock when it fires and goes to sleep again. Confined to its event loop.
 */
final class Watchdog {
    private final EventLoop loop;
    private final Runnable onTimeout;
    private boolean armed;
    private long deadline;
    private long wakesAt;
    private @Nullable Future<?> task;

    Watchdog(EventLoop loop, Runnable onTimeout) {
        this.loop = loop;
        this.onTimeout = onTimeout;
    }

    /** Calls back after that time, unless moved or disarmed before. */
    void arm(long nanos) {
        armed = true;
        deadline = System.nanoTime() + nanos;
        if (task != null && wakesAt - deadline > 0) {
            task.cancel(false);
            task = null;
        }
        if (task == null) {
            sleep(nanos);
        }
    }

    /** The deadline no longer holds; the pending timer stays and does nothing. */
    void disarm() {
        armed = false;
    }

    /** Ends it for good. */
    void stop() {
        armed = false;
        if (task != null) {
            task.cancel(false);
            task = null;
        }
    }

    private void sleep(long nanos) {
        wakesAt = System.nanoTime() + nanos;
        task = loop.schedule(this::wake, Math.max(nanos, 1), TimeUnit.NANOSECONDS);
    }

    private void wake() {
        task = null;
        if (!armed) {
            return;
        }
        long left = deadline - System.nanoTime();
        if (left > 0) {
            sleep(left);
        } else {
            armed = false;
            onTimeout.run();
        }
    }
}

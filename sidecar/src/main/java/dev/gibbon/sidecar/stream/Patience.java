package dev.gibbon.sidecar.stream;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The one time-out that a connection waits under. Confined to its event loop. */
final class Patience {
    private final EventLoop loop;
    private final Runnable onTimeout;
    private @Nullable Future<?> timer;

    Patience(EventLoop loop, Runnable onTimeout) {
        this.loop = loop;
        this.onTimeout = onTimeout;
    }

    /** Calls back after that time, unless it is restarted or stopped before. */
    void restart(Duration after) {
        stop();
        timer = loop.schedule(onTimeout, after.toNanos(), TimeUnit.NANOSECONDS);
    }

    void stop() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }
}

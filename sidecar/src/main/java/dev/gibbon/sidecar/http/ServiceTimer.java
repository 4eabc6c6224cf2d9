package dev.gibbon.sidecar.http;

import dev.gibbon.core.entity.Service;
import io.netty.channel.Channel;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A Service's limits on how long its upstream may neither read nor write: {@code write_timeout}
 * while it does not take what is sent, {@code read_timeout} while it is its turn to speak. Confined
 * to the channel's event loop.
 */
final class ServiceTimer {
    private final @Nullable Service service;
    private final Channel channel;
    private final Watchdog watchdog;

    /**
     * @param service null for no limits
     */
    ServiceTimer(@Nullable Service service, Channel channel, Runnable onTimeout) {
        this.service = service;
        this.channel = channel;
        this.watchdog = new Watchdog(channel.eventLoop(), onTimeout);
    }

    /**
     * Something has happened: the time begins anew.
     *
     * @param asked whether the upstream has been told all that it will be
     */
    void touch(boolean asked) {
        if (service == null) {
            return;
        }
        if (!channel.isWritable()) {
            watchdog.arm(TimeUnit.MILLISECONDS.toNanos(service.writeTimeout()));
        } else if (asked && channel.config().isAutoRead()) {
            watchdog.arm(TimeUnit.MILLISECONDS.toNanos(service.readTimeout()));
        } else {
            watchdog.disarm();
        }
    }

    void stop() {
        watchdog.stop();
    }
}

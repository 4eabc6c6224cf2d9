package dev.gibbon.sidecar.listener;

import dev.gibbon.core.decision.Arrival;
import dev.gibbon.core.entity.Protocol;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/** Takes over connections of an HTTP listener once it is known that they speak HTTP. */
@FunctionalInterface
public interface HttpEntry {

    /**
     * Adds the HTTP handlers at the end of the channel's pipeline. Called on the channel's event
     * loop, before any application byte passes; bytes that were peeked at follow through the
     * pipeline, and {@code AUTO_READ} is switched on by the caller afterwards.
     *
     * @param scheme {@link Protocol#HTTPS} when TLS ends at this sidecar, else {@link
     *     Protocol#HTTP}
     * @param sni the server name of the client's TLS; null for none
     */
    void accept(Channel channel, Arrival arrival, Protocol scheme, @Nullable String sni);
}

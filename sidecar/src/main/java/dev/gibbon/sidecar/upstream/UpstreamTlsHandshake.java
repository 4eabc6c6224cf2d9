package dev.gibbon.sidecar.upstream;

import dev.gibbon.core.decision.UpstreamTls;
import dev.gibbon.core.net.IpPort;
import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;

/** Protects a fresh connection to an upstream as the decision says. */
@FunctionalInterface
public interface UpstreamTlsHandshake {

    /**
     * Puts the TLS handler in front of the pipeline and shakes hands. Called on the event loop.
     *
     * @return what the connection became; fails with {@link ConnectException}
     */
    Future<UpstreamConnection> protect(
            Channel channel, IpPort address, UpstreamTls tls, DialRequest request);
}

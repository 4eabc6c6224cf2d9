package dev.gibbon.sidecar.upstream;

import dev.gibbon.core.decision.UpstreamTls;
import dev.gibbon.core.net.IpPort;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/**
 * A connection to an upstream, ready for application bytes: TLS handshake done, leg header written.
 * {@code AUTO_READ} is off and nothing after the TLS handler is in the pipeline; the receiver adds
 * its handlers on the channel's event loop and starts to read.
 *
 * @param tls how it is protected: {@code Negotiated} that became mesh TLS is reported as {@code
 *     Mesh} with the peer's identity, one that did not as {@code Unverified}
 * @param identity the SPIFFE ID of the mesh peer; null when the connection is not a mesh leg
 */
public record UpstreamConnection(
        Channel channel, IpPort address, UpstreamTls tls, @Nullable String identity) {}

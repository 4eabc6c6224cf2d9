package dev.gibbon.core.decision;

import dev.gibbon.core.entity.Protocol;
import dev.gibbon.core.net.IpAddress;
import dev.gibbon.core.net.IpPort;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the near sidecar tells the far one at the start of a mesh leg (PROXY protocol v2 and TLVs).
 * It serves policy and logs; nothing in it is ever dialled.
 *
 * @param source the real client
 * @param destination the client's original destination
 * @param clientScheme what the client spoke
 * @param upstreamProtocol what the Service speaks
 * @param sni the server name that the client asked for; null for none
 * @param service the Service's id; null for none
 * @param route the Route's id; null for none
 */
public record LegHeader(
        IpPort source,
        IpPort destination,
        Protocol clientScheme,
        Protocol upstreamProtocol,
        @Nullable String sni,
        @Nullable UUID service,
        @Nullable UUID route) {

    /** This, of a client at that address. */
    public LegHeader from(IpAddress client) {
        return new LegHeader(
                new IpPort(client, source.port()),
                destination,
                clientScheme,
                upstreamProtocol,
                sni,
                service,
                route);
    }
}

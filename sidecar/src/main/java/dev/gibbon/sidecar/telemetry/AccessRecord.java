package dev.gibbon.sidecar.telemetry;

import dev.gibbon.core.decision.Arrival;
import dev.gibbon.core.decision.CloseReason;
import dev.gibbon.core.entity.Protocol;
import dev.gibbon.core.net.IpPort;
import dev.gibbon.core.rule.RuleOrigin;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What is said of one connection (a stream or a mesh leg) or one HTTP request at its end.
 *
 * @param startedMillis milliseconds since the epoch
 * @param durationNanos from accept, or from the request's first byte, to the end
 * @param protocol what the client spoke, as far as it was found out
 * @param client the real client: for a mesh leg that of its header, otherwise that of the socket
 * @param meshIn whether the client's side was mesh TLS
 * @param clientIdentity the SPIFFE ID of the mesh peer on the client's side
 * @param destinationName what the endpoints stand for that were chosen among; null where there was
 *     nothing to choose
 * @param upstream the address that was dialled; null when none was
 * @param upstreamTls {@code none}, {@code mesh}, {@code unverified} or {@code verified}; null when
 *     nothing was dialled
 * @param upstreamIdentity the SPIFFE ID of the mesh peer on the upstream's side
 * @param received bytes from the client, sent bytes to it (for a request: of bodies)
 * @param detail one sentence that says more about the reason; null for none
 * @param request null for a stream
 */
public record AccessRecord(
        long startedMillis,
        long durationNanos,
        Protocol protocol,
        Arrival arrival,
        IpPort client,
        boolean meshIn,
        @Nullable String clientIdentity,
        @Nullable String sni,
        @Nullable RuleOrigin route,
        @Nullable UUID serviceId,
        @Nullable String serviceName,
        @Nullable String destinationName,
        @Nullable IpPort upstream,
        @Nullable String upstreamTls,
        @Nullable String upstreamIdentity,
        long received,
        long sent,
        CloseReason reason,
        @Nullable String detail,
        @Nullable Request request) {

    /**
     * The HTTP part.
     *
     * @param path without the query string
     * @param status 0 when none was sent
     */
    public record Request(String method, String host, String path, int status) {}
}

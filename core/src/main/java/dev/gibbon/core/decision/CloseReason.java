package dev.gibbon.core.decision;

import java.util.Locale;

/** Why a connection ended or a request was not served: one per connection, in logs and metrics. */
public enum CloseReason {
    /** Both ends were done. */
    FINISHED(Side.NONE, 200),
    /** The client closed or reset before the exchange was over. */
    CLIENT_GONE(Side.DOWNSTREAM, 499),
    /** No rule takes the connection or request. */
    NO_ROUTE(Side.INTERNAL, 404),
    /** The sidecar has not had a configuration from its control plane yet. */
    NOT_CONFIGURED(Side.INTERNAL, 503),
    /** The Route has no Service. */
    NO_SERVICE(Side.INTERNAL, 503),
    /** The Route takes only https and the request came over http. */
    HTTPS_REQUIRED(Side.DOWNSTREAM, 426),
    /** The bytes are not what the listener speaks, or could be read in two ways. */
    BAD_REQUEST(Side.DOWNSTREAM, 400),
    /** A part of the request is longer than the limits allow. */
    TOO_LARGE(Side.DOWNSTREAM, 413),
    /** The header fields are larger than the limit. */
    HEADERS_TOO_LARGE(Side.DOWNSTREAM, 431),
    /** The request line is longer than the limit. */
    URI_TOO_LONG(Side.DOWNSTREAM, 414),
    /** The client sent nothing, or not enough, within the limit. */
    CLIENT_TIMEOUT(Side.DOWNSTREAM, 408),
    /** The TLS handshake with the client failed. */
    CLIENT_TLS(Side.DOWNSTREAM, 400),
    /** Strict mode: the client does not speak mesh TLS. */
    MESH_REQUIRED(Side.DOWNSTREAM, 403),
    /** The mesh peer's certificate was not accepted. */
    PEER_REJECTED(Side.DOWNSTREAM, 403),
    /** The leg's destination is not this sidecar's own workload. */
    NOT_LOCAL(Side.DOWNSTREAM, 403),
    /**
     * Strict mode: the control plane has not said in time where the destination leads, and it may
     * be in the mesh.
     */
    DESTINATION_UNKNOWN(Side.INTERNAL, 503),
    /** The leg names a Service that this sidecar does not know. */
    UNKNOWN_SERVICE(Side.DOWNSTREAM, 503),
    /** The destination is one of the sidecar's own listeners, or its own dial came back to it. */
    LOOP(Side.INTERNAL, 508),
    /** The host name has no address. */
    NAME_RESOLUTION(Side.UPSTREAM, 503),
    /** The upstream refused the connection. */
    UPSTREAM_REFUSED(Side.UPSTREAM, 502),
    /** The upstream did not answer the connection attempt in time. */
    CONNECT_TIMEOUT(Side.UPSTREAM, 504),
    /** No local port or address could be bound to dial from. */
    SOURCE_UNAVAILABLE(Side.INTERNAL, 503),
    /** The TLS handshake with the upstream failed, or its certificate did not verify. */
    UPSTREAM_TLS(Side.UPSTREAM, 502),
    /** Mesh TLS was mandatory and the upstream did not speak it, or is not who it should be. */
    UPSTREAM_NOT_MESH(Side.UPSTREAM, 502),
    /** The upstream closed or reset before it had answered. */
    UPSTREAM_GONE(Side.UPSTREAM, 502),
    /** The upstream's answer is not valid HTTP. */
    BAD_RESPONSE(Side.UPSTREAM, 502),
    /** The upstream neither read nor wrote within the Service's limits. */
    UPSTREAM_TIMEOUT(Side.UPSTREAM, 504),
    /** The sidecar holds as many connections as it may. */
    OVERLOADED(Side.INTERNAL, 503),
    /** The sidecar is stopping. */
    DRAINING(Side.INTERNAL, 503),
    /** A defect of the sidecar. */
    INTERNAL(Side.INTERNAL, 500);

    /** Who the cause lies with. */
    public enum Side {
        NONE,
        DOWNSTREAM,
        UPSTREAM,
        INTERNAL
    }

    private final Side side;
    private final int status;

    CloseReason(Side side, int status) {
        this.side = side;
        this.status = status;
    }

    public Side side() {
        return side;
    }

    /** The HTTP status that stands for this reason; for a stream it is only logged. */
    public int status() {
        return status;
    }

    /** Lower case, as in logs and metric labels, e.g. {@code no_route}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}

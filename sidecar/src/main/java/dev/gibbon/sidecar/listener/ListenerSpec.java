package dev.gibbon.sidecar.listener;

import dev.gibbon.core.net.IpPort;

/**
 * What to listen on.
 *
 * @param address port 0 for any
 * @param ssl whether an HTTP listener ends TLS; no meaning for streams, which all recognise it
 * @param transparent whether it takes connections that were meant for other addresses; needs
 *     NET_RAW or NET_ADMIN
 */
public record ListenerSpec(IpPort address, Kind kind, boolean ssl, boolean transparent) {

    /** What a listener speaks. */
    public enum Kind {
        /** Streams only, never HTTP. */
        STREAM,
        /** HTTP only. */
        HTTP,
        /** Whatever the application of a pod speaks. */
        POD
    }
}

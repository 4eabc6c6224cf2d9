package dev.gibbon.core.decision;

import dev.gibbon.core.net.IpPort;

/**
 * An accepted connection.
 *
 * @param client who connected
 * @param destination the local address of the accepted socket; the client's original destination
 *     where the listener is transparent
 * @param listener the address the listener was opened on
 * @param transparent whether the listener takes connections that were meant for others
 */
public record Arrival(IpPort client, IpPort destination, IpPort listener, boolean transparent) {

    /** Whether the connection was meant for another address and was intercepted. */
    public boolean intercepted() {
        return transparent
                && !(destination.port() == listener.port()
                        && (listener.ip().isUnspecified()
                                || destination.ip().equals(listener.ip())));
    }
}

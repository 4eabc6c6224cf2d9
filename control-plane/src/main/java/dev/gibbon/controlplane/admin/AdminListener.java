package dev.gibbon.controlplane.admin;

import dev.gibbon.core.net.IpAddress;
import dev.gibbon.core.net.IpPort;

/**
 * Where the Admin API listens.
 *
 * @param port 0-65535; 0 for any free one
 * @param ssl whether it speaks TLS
 */
public record AdminListener(IpAddress address, int port, boolean ssl) {

    public AdminListener {
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("port: " + port + " (expected: 0-65535)");
        }
    }

    /** As in the setting {@code admin_listen}, e.g. {@code 127.0.0.1:8444 ssl}. */
    @Override
    public String toString() {
        return new IpPort(address, port) + (ssl ? " ssl" : "");
    }
}

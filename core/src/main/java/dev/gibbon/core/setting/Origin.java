package dev.gibbon.core.setting;

import dev.gibbon.core.entity.Protocol;

/**
 * A scheme with a host and a port, e.g. {@code https://127.0.0.5:18443}.
 *
 * @param host an IP address in canonical form without brackets, or a host name in lower case
 * @param port 1-65535
 */
public record Origin(Protocol scheme, String host, int port) {

    @Override
    public String toString() {
        return scheme.text() + "://" + new HostPort(host, port);
    }
}

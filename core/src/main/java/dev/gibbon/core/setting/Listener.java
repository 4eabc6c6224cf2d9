package dev.gibbon.core.setting;

import dev.gibbon.core.net.IpPort;

/**
 * One entry of a listen setting, e.g. {@code 127.0.0.3:8443 ssl transparent}. Syntax and flags of
 * Kong 1.1 ({@code kong/conf_loader/listeners.lua@1.1.0}).
 *
 * @param address where to listen; port 0 is any free port
 * @param ssl whether TLS is spoken on the port
 * @param transparent whether the socket gets IP_TRANSPARENT, so that it accepts connections that
 *     interception rules divert to it, and reports their original destination
 */
public record Listener(IpPort address, boolean ssl, boolean transparent) {

    @Override
    public String toString() {
        return address + (ssl ? " ssl" : "") + (transparent ? " transparent" : "");
    }
}

package dev.gibbon.capture.host;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/** Addresses as rules may hold them. */
final class Addresses {
    private Addresses() {}

    static void requireHost(String what, InetAddress address) {
        if (address.isAnyLocalAddress()
                || address.isMulticastAddress()
                || address.isLinkLocalAddress()) {
            throw new IllegalArgumentException(
                    what
                            + ": "
                            + text(address)
                            + " (expected: an address of one host, not link-local)");
        }
    }

    static void requirePort(String what, int port) {
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException(what + ": port " + port + " (expected: 1-65535)");
        }
    }

    /** The address without host name and zone. */
    static String text(InetAddress address) {
        try {
            return InetAddress.getByAddress(address.getAddress()).getHostAddress();
        } catch (UnknownHostException e) {
            throw new AssertionError("an address of 4 or 16 bytes is always accepted", e);
        }
    }

    static String text(InetSocketAddress address) {
        String host = text(address.getAddress());
        return (isV6(address.getAddress()) ? "[" + host + "]" : host) + ":" + address.getPort();
    }

    static boolean isV6(InetAddress address) {
        return address.getAddress().length == 16;
    }
}

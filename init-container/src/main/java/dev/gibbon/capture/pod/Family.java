package dev.gibbon.capture.pod;

import java.net.Inet6Address;
import java.net.InetAddress;

/** A family of addresses. Rules, routes and listeners exist once for each. */
public enum Family {
    IPV4("IPv4", "127.0.0.1", 32),
    IPV6("IPv6", "::1", 128);

    private final String text;
    private final String loopback;
    private final int bits;

    Family(String text, String loopback, int bits) {
        this.text = text;
        this.loopback = loopback;
        this.bits = bits;
    }

    static Family of(InetAddress address) {
        return address instanceof Inet6Address ? IPV6 : IPV4;
    }

    /** Where the sidecar's listeners are. */
    public String loopback() {
        return loopback;
    }

    /** The length of an address. */
    int bits() {
        return bits;
    }

    @Override
    public String toString() {
        return text;
    }
}

package dev.gibbon.core.net;

import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * One end of a TCP connection, e.g. {@code 127.0.0.5:19000} or {@code [fd00::5]:19000}.
 *
 * @param port 0-65535
 */
public record IpPort(IpAddress ip, int port) {

    public IpPort {
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("port: " + port + " (expected: 0-65535)");
        }
    }

    /** Reads {@code ip:port}, an IPv6 address in brackets. */
    public static Optional<IpPort> parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon <= 0) {
            return Optional.empty();
        }
        String host = text.substring(0, colon);
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        if (bracketed) {
            host = host.substring(1, host.length() - 1);
        }
        String digits = text.substring(colon + 1);
        if (bracketed != host.contains(":")
                || digits.isEmpty()
                || digits.length() > 5
                || !digits.chars().allMatch(c -> c >= '0' && c <= '9')
                || Integer.parseInt(digits) > 65535) {
            return Optional.empty();
        }
        int port = Integer.parseInt(digits);
        return IpAddress.parse(host).map(ip -> new IpPort(ip, port));
    }

    /**
     * The address of a socket.
     *
     * @throws IllegalArgumentException when the address is unresolved
     */
    public static IpPort of(InetSocketAddress address) {
        if (address.getAddress() == null) {
            throw new IllegalArgumentException(
                    "address: " + address + " (expected: a resolved address)");
        }
        return new IpPort(IpAddress.of(address.getAddress()), address.getPort());
    }

    public InetSocketAddress toSocketAddress() {
        return new InetSocketAddress(ip.toInetAddress(), port);
    }

    @Override
    public String toString() {
        return ip.isV6() ? "[" + ip + "]:" + port : ip + ":" + port;
    }
}

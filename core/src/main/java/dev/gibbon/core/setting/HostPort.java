package dev.gibbon.core.setting;

import dev.gibbon.core.net.IpAddress;
import java.util.Locale;
import java.util.Optional;

/**
 * A place to connect to, by name or address, e.g. {@code mesh.example.com:8005} or {@code
 * [fd00::1]:8005}.
 *
 * @param host an IP address in canonical form without brackets, or a host name in lower case
 * @param port 1-65535
 */
public record HostPort(String host, int port) {
    private static final int MAX_NAME = 253;

    public HostPort {
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("port: " + port + " (expected: 1-65535)");
        }
    }

    /** Reads {@code host:port}; an IPv6 address stands in brackets. */
    public static Optional<HostPort> parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon <= 0) {
            return Optional.empty();
        }
        Optional<String> host = parseHost(text.substring(0, colon));
        int port = parsePort(text.substring(colon + 1));
        return port < 1 ? Optional.empty() : host.map(h -> new HostPort(h, port));
    }

    /** Reads a host as it stands in front of a port, in canonical form. */
    static Optional<String> parseHost(String text) {
        if (text.startsWith("[") && text.endsWith("]")) {
            return IpAddress.parse(text.substring(1, text.length() - 1))
                    .filter(ip -> text.contains(":"))
                    .map(IpAddress::toString);
        }
        if (text.chars().allMatch(c -> (c >= '0' && c <= '9') || c == '.')) {
            return IpAddress.parse(text).map(IpAddress::toString);
        }
        return isName(text) ? Optional.of(text.toLowerCase(Locale.ROOT)) : Optional.empty();
    }

    /** Reads a port; 0 when the text is none. */
    static int parsePort(String digits) {
        if (digits.isEmpty()
                || digits.length() > 5
                || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return 0;
        }
        int port = Integer.parseInt(digits);
        return port > 65535 ? 0 : port;
    }

    private static boolean isName(String text) {
        if (text.length() > MAX_NAME) {
            return false;
        }
        for (String label : text.split("\\.", -1)) {
            if (!label.matches("[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?")) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
    }
}

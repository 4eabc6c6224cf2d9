package dev.gibbon.sidecar.http;

import dev.gibbon.core.net.IpAddress;
import java.util.Locale;
import java.util.Optional;

/**
 * A host and port as in Host, e.g. {@code example.com:8080}, read strictly: letters, digits,
 * hyphen, underscore and dots, or an IPv6 address in brackets. What RFC 3986 allows beyond that
 * (escapes, sub-delimiters, user information, an empty port) is refused, because programs read it
 * differently.
 *
 * @param host lower case; one trailing dot removed; IPv6 in canonical form without brackets
 * @param port -1 when there is none
 */
record Authority(String host, int port) {
    private static final int MAX_HOST = 255;

    static Optional<Authority> parse(String text) {
        int portColon;
        String host;
        if (text.startsWith("[")) {
            int close = text.indexOf(']');
            if (close < 0) {
                return Optional.empty();
            }
            Optional<IpAddress> ip =
                    IpAddress.parse(text.substring(1, close))
                            .filter(_ -> text.substring(1, close).indexOf(':') >= 0);
            if (ip.isEmpty()) {
                return Optional.empty();
            }
            host = ip.get().toString();
            portColon = close + 1 == text.length() ? -1 : close + 1;
            if (portColon >= 0 && text.charAt(portColon) != ':') {
                return Optional.empty();
            }
        } else {
            portColon = text.indexOf(':');
            host = name(portColon < 0 ? text : text.substring(0, portColon));
        }
        if (host.isEmpty()) {
            return Optional.empty();
        }
        if (portColon < 0) {
            return Optional.of(new Authority(host, -1));
        }
        String digits = text.substring(portColon + 1);
        if (!Tokens.isDigits(digits) || digits.length() > 5 || Integer.parseInt(digits) > 65535) {
            return Optional.empty();
        }
        return Optional.of(new Authority(host, Integer.parseInt(digits)));
    }

    /** The canonical name, or empty when it is none. */
    private static String name(String text) {
        String name = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
        char before = '.';
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean label =
                    (c >= 'a' && c <= 'z')
                            || (c >= 'A' && c <= 'Z')
                            || (c >= '0' && c <= '9')
                            || c == '-'
                            || c == '_';
            if (!label && (c != '.' || before == '.')) {
                return "";
            }
            before = c;
        }
        return before == '.' || name.length() > MAX_HOST ? "" : name.toLowerCase(Locale.ROOT);
    }

    int portOr(int standard) {
        return port < 0 ? standard : port;
    }

    /** The host as it stands in a URI: IPv6 in brackets. */
    String hostText() {
        return host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    }
}

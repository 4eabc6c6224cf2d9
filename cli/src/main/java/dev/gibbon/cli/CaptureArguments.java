package dev.gibbon.cli;

import dev.gibbon.capture.host.CaptureSpec;
import dev.gibbon.core.net.IpAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * What the arguments of {@code gibbon capture} mean. Everything throws {@link
 * IllegalArgumentException} with a message of one line.
 */
final class CaptureArguments {

    /** One side that is captured, and its sidecar. */
    record Pair(InetAddress captured, InetAddress sidecar) {}

    /** A captured port and the port of the sidecar's listener. */
    record PortPair(int port, int listener) {}

    List<Pair> pairs(String option, List<String> texts) {
        List<Pair> pairs = new ArrayList<>();
        for (String text : texts) {
            int equals = text.indexOf('=');
            if (equals < 0) {
                throw new IllegalArgumentException(
                        option + ": " + text + " (expected: <ip>=<ip of the sidecar>)");
            }
            pairs.add(
                    new Pair(
                            ip(option, text.substring(0, equals)),
                            ip(option, text.substring(equals + 1))));
        }
        return pairs;
    }

    List<PortPair> ports(List<String> texts) {
        List<PortPair> pairs = new ArrayList<>();
        for (String text : texts) {
            int colon = text.indexOf(':');
            if (colon < 0) {
                throw badPorts(text);
            }
            pairs.add(
                    new PortPair(
                            port(text, text.substring(0, colon)),
                            port(text, text.substring(colon + 1))));
        }
        return pairs;
    }

    InetAddress ip(String option, String text) {
        return IpAddress.parse(text)
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                option + ": " + text + " (expected: an IP address)"))
                .toInetAddress();
    }

    /** Every pair of addresses with every pair of ports. */
    CaptureSpec spec(
            List<Pair> outbound,
            List<Pair> inbound,
            List<PortPair> ports,
            List<InetAddress> exempt) {
        List<CaptureSpec.Outbound> out = new ArrayList<>();
        for (Pair pair : outbound) {
            for (PortPair port : ports) {
                out.add(
                        new CaptureSpec.Outbound(
                                pair.captured(), port.port(), listener(pair, port)));
            }
        }
        List<CaptureSpec.Inbound> in = new ArrayList<>();
        for (Pair pair : inbound) {
            for (PortPair port : ports) {
                in.add(new CaptureSpec.Inbound(pair.captured(), port.port(), listener(pair, port)));
            }
        }
        return new CaptureSpec(out, in, new LinkedHashSet<>(exempt));
    }

    private static InetSocketAddress listener(Pair pair, PortPair port) {
        return new InetSocketAddress(pair.sidecar(), port.listener());
    }

    private static int port(String pair, String digits) {
        if (!digits.matches("[0-9]{1,5}")) {
            throw badPorts(pair);
        }
        int port = Integer.parseInt(digits);
        if (port < 1 || port > 65535) {
            throw badPorts(pair);
        }
        return port;
    }

    private static IllegalArgumentException badPorts(String pair) {
        return new IllegalArgumentException(
                "--ports: " + pair + " (expected: <port>:<listener's port>, each 1-65535)");
    }
}

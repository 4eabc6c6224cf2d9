package dev.gibbon.capture.host;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Specifications that several tests use. */
final class Specs {
    /** The ports of the tutorial: those of the workload, and the sidecar's for each. */
    private static final Map<Integer, Integer> PORTS =
            new TreeMap<>(Map.of(18000, 8000, 18443, 8443, 19000, 9000, 19443, 9443));

    private Specs() {}

    /** The eight rules of the tutorial, in one family. */
    static CaptureSpec pairs(
            String client, String near, String workload, String far, String... exempt) {
        List<CaptureSpec.Outbound> outbound = new ArrayList<>();
        List<CaptureSpec.Inbound> inbound = new ArrayList<>();
        PORTS.forEach((port, listener) -> {
            outbound.add(new CaptureSpec.Outbound(ip(client), port, at(near, listener)));
            inbound.add(new CaptureSpec.Inbound(ip(workload), port, at(far, listener)));
        });
        Set<InetAddress> sources = new LinkedHashSet<>();
        for (String source : exempt) {
            sources.add(ip(source));
        }
        return new CaptureSpec(outbound, inbound, sources);
    }

    static CaptureSpec tutorial(String... exempt) {
        return pairs("127.0.0.2", "127.0.0.3", "127.0.0.5", "127.0.0.4", exempt);
    }

    static InetAddress ip(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException e) {
            throw new AssertionError(literal, e);
        }
    }

    static InetSocketAddress at(String ip, int port) {
        return new InetSocketAddress(ip(ip), port);
    }
}

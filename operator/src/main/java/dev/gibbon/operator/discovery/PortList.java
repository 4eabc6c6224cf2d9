package dev.gibbon.operator.discovery;

import java.util.Set;
import java.util.TreeSet;

/** Ports as an annotation lists them, e.g. {@code 9090,9100-9110}. */
final class PortList {
    /** More than anybody lists; every sidecar is told each of them. */
    private static final int MAX = 1_000;

    private static final int MAX_PORT = 65535;

    private PortList() {}

    /**
     * Reads a list. Entries that are no ports are left out, and so is everything when there are
     * more than a thousand: a port that is not excluded is the safe reading, as it is only reached
     * through the mesh.
     */
    static Set<Integer> parse(String text) {
        Set<Integer> ports = new TreeSet<>();
        for (String entry : text.split(",", -1)) {
            String[] ends = entry.strip().split("-", -1);
            int first = port(ends[0]);
            int last = ends.length == 1 ? first : ends.length == 2 ? port(ends[1]) : 0;
            if (first == 0 || last < first) {
                continue;
            }
            if (ports.size() + last - first >= MAX) {
                return Set.of();
            }
            for (int port = first; port <= last; port++) {
                ports.add(port);
            }
        }
        return ports;
    }

    private static int port(String digits) {
        boolean number =
                !digits.isEmpty()
                        && digits.length() <= 5
                        && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        int port = number ? Integer.parseInt(digits) : 0;
        return port <= MAX_PORT ? port : 0;
    }
}

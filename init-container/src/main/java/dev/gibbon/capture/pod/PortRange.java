package dev.gibbon.capture.pod;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Ports, e.g. {@code 9090} or {@code 9100-9110}.
 *
 * @param from the first port, 1-65535
 * @param to the last one, not below the first
 */
public record PortRange(int from, int to) {
    private static final Pattern TEXT = Pattern.compile("([0-9]{1,5})(?:-([0-9]{1,5}))?");

    public PortRange {
        if (from < 1 || to > 65535 || from > to) {
            throw new IllegalArgumentException(
                    "port " + text(from, to) + " (expected: 1-65535, or two ports with - between)");
        }
    }

    /** A single port. */
    public static PortRange of(int port) {
        return new PortRange(port, port);
    }

    /**
     * Reads a port or a range.
     *
     * @throws IllegalArgumentException when it is neither; the message is one line
     */
    public static PortRange parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "port " + Quoted.of(text) + " (expected: e.g. 9090 or 9100-9110)");
        }
        int from = Integer.parseInt(matcher.group(1));
        return new PortRange(
                from, matcher.group(2) == null ? from : Integer.parseInt(matcher.group(2)));
    }

    /** The same ports in order, in as few ranges as possible: nft takes no overlapping ones. */
    static List<PortRange> merged(Collection<PortRange> ranges) {
        List<PortRange> merged = new ArrayList<>();
        for (PortRange next :
                ranges.stream().sorted(Comparator.comparingInt(PortRange::from)).toList()) {
            if (!merged.isEmpty() && next.from() <= merged.getLast().to() + 1) {
                PortRange last = merged.removeLast();
                merged.add(new PortRange(last.from(), Math.max(last.to(), next.to())));
            } else {
                merged.add(next);
            }
        }
        return merged;
    }

    boolean contains(int port) {
        return from <= port && port <= to;
    }

    boolean isSingle() {
        return from == to;
    }

    @Override
    public String toString() {
        return text(from, to);
    }

    private static String text(int from, int to) {
        return from == to ? Integer.toString(from) : from + "-" + to;
    }
}

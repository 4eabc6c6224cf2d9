package dev.gibbon.core.feed;

import dev.gibbon.core.net.IpPort;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The destinations that a sidecar asks for, checked: they come from a peer, and each is answered
 * and kept.
 */
final class SubscribedIds {
    /** How many one sidecar may ask for. */
    static final int MAX = 10_000;

    /** A name of the DNS and a port. */
    private static final int MAX_LENGTH = 253 + 6;

    private SubscribedIds() {}

    /** What is wrong with these; empty when nothing is. */
    static Optional<String> refusal(List<String> ids) {
        if (ids.size() > MAX) {
            return Optional.of("subscribe: " + ids.size() + " ids (expected: at most " + MAX + ")");
        }
        return ids.stream().allMatch(SubscribedIds::isId)
                ? Optional.empty()
                : Optional.of(
                        "subscribe: an id that is none (expected: an address or a name, ':' and a"
                                + " port)");
    }

    static SortedSet<String> of(List<String> ids) {
        return new TreeSet<>(ids);
    }

    private static boolean isId(String id) {
        int colon = id.lastIndexOf(':');
        return id.length() <= MAX_LENGTH
                && (IpPort.parse(id).isPresent()
                        || (colon > 0
                                && isName(id.substring(0, colon))
                                && isPort(id.substring(colon + 1))));
    }

    private static boolean isName(String name) {
        return name.chars()
                .allMatch(c ->
                        (c >= 'a' && c <= 'z')
                                || (c >= 'A' && c <= 'Z')
                                || (c >= '0' && c <= '9')
                                || c == '.'
                                || c == '-'
                                || c == '_');
    }

    private static boolean isPort(String digits) {
        return !digits.isEmpty()
                && digits.length() <= 5
                && digits.chars().allMatch(c -> c >= '0' && c <= '9')
                && Integer.parseInt(digits) <= 65535;
    }
}

package dev.gibbon.core.identity;

import java.util.List;
import java.util.Optional;

/**
 * A name in a mesh, e.g. {@code spiffe://mesh-4f1c09a2b7de/host/gibbon-b} (SPIFFE ID
 * specification).
 *
 * @param path begins with a slash; its segments are of letters, digits, dots, dashes and
 *     underscores, never empty, {@code .} or {@code ..}
 */
public record SpiffeId(TrustDomain trustDomain, String path) {
    private static final String SCHEME = "spiffe://";
    private static final String HOST = "/host/";
    private static final int MAX_LENGTH = 2048;

    public SpiffeId {
        if (!isPath(path)) {
            throw new IllegalArgumentException(
                    "SPIFFE path: "
                            + Printable.of(path)
                            + " (expected: segments of letters, digits, '.', '-', '_')");
        }
    }

    /** Reads an ID; empty when the text is none. */
    public static Optional<SpiffeId> parse(String text) {
        if (!text.startsWith(SCHEME) || text.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        int slash = text.indexOf('/', SCHEME.length());
        if (slash < 0 || !isPath(text.substring(slash))) {
            return Optional.empty();
        }
        return TrustDomain.parse(text.substring(SCHEME.length(), slash))
                .map(domain -> new SpiffeId(domain, text.substring(slash)));
    }

    /**
     * The ID of a sidecar on a plain host.
     *
     * @param name one segment
     * @throws IllegalArgumentException when it is none
     */
    public static SpiffeId host(TrustDomain trustDomain, String name) {
        if (!isSegment(name)) {
            throw new IllegalArgumentException(
                    "name: " + Printable.of(name) + " (expected: letters, digits, '.', '-', '_')");
        }
        return new SpiffeId(trustDomain, HOST + name);
    }

    /**
     * The ID of a pod: that of its ServiceAccount.
     *
     * @throws IllegalArgumentException when one of the names is no segment
     */
    public static SpiffeId serviceAccount(
            TrustDomain trustDomain, String namespace, String serviceAccount) {
        for (String name : List.of(namespace, serviceAccount)) {
            if (!isSegment(name)) {
                throw new IllegalArgumentException(
                        "name: "
                                + Printable.of(name)
                                + " (expected: letters, digits, '.', '-', '_')");
            }
        }
        return new SpiffeId(trustDomain, "/ns/" + namespace + "/sa/" + serviceAccount);
    }

    /** The ID of the control plane itself. */
    public static SpiffeId controlPlane(TrustDomain trustDomain) {
        return new SpiffeId(trustDomain, "/control-plane");
    }

    /** The name of a sidecar on a plain host; empty for other IDs. */
    public Optional<String> hostName() {
        return path.startsWith(HOST) && path.indexOf('/', HOST.length()) < 0
                ? Optional.of(path.substring(HOST.length()))
                : Optional.empty();
    }

    /** Whether the text may be the name of a sidecar on a plain host. */
    public static boolean isHostName(String name) {
        return isSegment(name);
    }

    private static boolean isPath(String path) {
        if (!path.startsWith("/") || path.length() > MAX_LENGTH) {
            return false;
        }
        for (String segment : path.substring(1).split("/", -1)) {
            if (!isSegment(segment)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isSegment(String text) {
        return !text.isEmpty()
                && text.length() <= 255
                && !text.equals(".")
                && !text.equals("..")
                && text.chars()
                        .allMatch(c ->
                                (c >= 'a' && c <= 'z')
                                        || (c >= 'A' && c <= 'Z')
                                        || (c >= '0' && c <= '9')
                                        || c == '.'
                                        || c == '-'
                                        || c == '_');
    }

    @Override
    public String toString() {
        return SCHEME + trustDomain + path;
    }
}

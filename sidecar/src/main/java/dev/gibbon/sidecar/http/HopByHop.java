package dev.gibbon.sidecar.http;

import java.util.HashSet;
import java.util.Set;

/** Fields that end at each proxy (RFC 9110 section 7.6.1). */
final class HopByHop {
    private static final Set<String> ALWAYS =
            Set.of(
                    "connection",
                    "keep-alive",
                    "proxy-connection",
                    "proxy-authenticate",
                    "proxy-authorization",
                    "te",
                    "transfer-encoding",
                    "content-length",
                    "upgrade");

    /** Naming these in Connection must not take away what the other side decides by. */
    private static final Set<String> NEVER_BY_NAME =
            Set.of("host", "authorization", "cookie", "set-cookie", "forwarded", "via", "expect");

    private HopByHop() {}

    /**
     * The names that must not be passed on, in lower case: the fixed ones, the framing (which is
     * written anew) and those that Connection lists.
     */
    static Set<String> of(Fields fields) {
        Set<String> names = new HashSet<>(ALWAYS);
        for (String token : fields.tokens("connection")) {
            if (!NEVER_BY_NAME.contains(token)) {
                names.add(token);
            }
        }
        return names;
    }

    /** Whether a trailer field may be passed on (RFC 9110 section 6.5.1). */
    static boolean mayTrail(String lowerName) {
        return !ALWAYS.contains(lowerName)
                && !NEVER_BY_NAME.contains(lowerName)
                && !lowerName.equals("trailer")
                && !lowerName.equals("content-encoding")
                && !lowerName.equals("content-type")
                && !lowerName.equals("content-range")
                && !ForwardedFields.isOurs(lowerName);
    }
}

package dev.gibbon.core.route;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the first bytes of a connection are, as far as they have been seen. */
public sealed interface FirstBytes {

    /** The client has not sent enough to tell. */
    record Unknown() implements FirstBytes {}

    /** Not a ClientHello. */
    record Plain() implements FirstBytes {}

    /**
     * A TLS ClientHello (RFC 8446 section 4.1.2).
     *
     * @param sni the server name (RFC 6066 section 3), lower case; null when there is none
     * @param alpn the protocols offered (RFC 7301), in the client's order; empty when there are
     *     none
     */
    record Tls(@Nullable String sni, List<String> alpn) implements FirstBytes {
        public Tls {
            alpn = List.copyOf(alpn);
        }
    }
}

package dev.gibbon.core.rule;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A rule for connections.
 *
 * @param bytes which first bytes the rule takes, and whether TLS ends here
 * @param source null for any
 * @param destination the original destination of the connection; null for any
 * @param sni the server name that the ClientHello must carry, lower case; null for any or none
 */
public record StreamRule(
        String key,
        RuleOrigin origin,
        @Nullable UUID service,
        Bytes bytes,
        @Nullable AddressBlock source,
        @Nullable AddressBlock destination,
        @Nullable String sni)
        implements Rule {

    /** What a rule takes as the first bytes of a connection. */
    public enum Bytes {
        /** Anything, left alone: of a Route with only {@code tcp}. TLS passes through. */
        OPAQUE,
        /**
         * Bytes that are not a ClientHello, left alone: of a Route with {@code tcp} and {@code
         * tls}.
         */
        PLAIN,
        /** A ClientHello, and the sidecar ends the TLS: of a Route with {@code tls}. */
        TLS
    }
}

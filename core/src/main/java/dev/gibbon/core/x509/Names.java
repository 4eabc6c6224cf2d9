package dev.gibbon.core.x509;

import dev.gibbon.core.net.IpAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whom a certificate is for: its subject alternative names, and a common name for people.
 *
 * @param commonName at most 64 characters; null leaves the subject empty, which makes the
 *     alternative names critical (RFC 5280 section 4.1.2.6)
 * @param uri e.g. a SPIFFE ID; null for none
 */
public record Names(
        @Nullable String commonName,
        @Nullable String uri,
        List<IpAddress> addresses,
        List<String> dnsNames) {

    private static final int MAX_COMMON_NAME = 64;

    public Names {
        addresses = List.copyOf(addresses);
        dnsNames = List.copyOf(dnsNames);
        if (commonName != null && (commonName.isEmpty() || commonName.length() > MAX_COMMON_NAME)) {
            throw new IllegalArgumentException(
                    "commonName: " + commonName.length() + " characters (expected: 1-64)");
        }
        requireAscii("uri", uri == null ? List.of() : List.of(uri));
        requireAscii("dnsNames", dnsNames);
    }

    private static void requireAscii(String field, List<String> texts) {
        for (String text : texts) {
            if (text.isEmpty() || !text.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
                throw new IllegalArgumentException(
                        field + ": " + text + " (expected: printable ASCII)");
            }
        }
    }

    boolean hasAlternatives() {
        return uri != null || !addresses.isEmpty() || !dnsNames.isEmpty();
    }
}

package dev.gibbon.core.identity;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/**
 * The name of one mesh, e.g. {@code mesh-4f1c09a2b7de}.
 *
 * @param name lower-case letters, digits, dots, dashes and underscores, at most 255 (SPIFFE ID
 *     specification, section 2.1)
 */
public record TrustDomain(String name) {
    private static final int MAX_LENGTH = 255;
    private static final int FINGERPRINT_BYTES = 12;

    public TrustDomain {
        if (!isValid(name)) {
            throw new IllegalArgumentException(
                    "trust domain: "
                            + Printable.of(name)
                            + " (expected: 1-255 of a-z, 0-9, '.', '-', '_')");
        }
    }

    /** Reads a name; empty when it is none. */
    public static Optional<TrustDomain> parse(String text) {
        return isValid(text) ? Optional.of(new TrustDomain(text)) : Optional.empty();
    }

    private static boolean isValid(String name) {
        return !name.isEmpty()
                && name.length() <= MAX_LENGTH
                && name.chars()
                        .allMatch(c ->
                                (c >= 'a' && c <= 'z')
                                        || (c >= '0' && c <= '9')
                                        || c == '.'
                                        || c == '-'
                                        || c == '_');
    }

    /** The first 12 bytes of the SHA-256 of the name, base64url without padding: 16 characters. */
    public String fingerprint() {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(name.getBytes(StandardCharsets.US_ASCII));
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(Arrays.copyOf(digest, FINGERPRINT_BYTES));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JDK has no SHA-256", e);
        }
    }

    /** The application protocol of mesh TLS in this domain: {@code gibbon/1/<fingerprint>}. */
    public String meshProtocol() {
        return "gibbon/1/" + fingerprint();
    }

    @Override
    public String toString() {
        return name;
    }
}

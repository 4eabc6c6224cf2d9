package dev.gibbon.core.join;

import dev.gibbon.core.json.JsonFormatException;
import dev.gibbon.core.json.JsonObject;
import dev.gibbon.core.json.JsonText;
import dev.gibbon.core.net.IpAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.time.Instant;
import java.util.Base64;
import java.util.List;

/**
 * What lets a sidecar on another host into the mesh. As text it is one word of base64url.
 *
 * @param controlPlane {@code host:port} to join at
 * @param pin see {@link #pin}; the control plane must show an authority with this key
 * @param secret proves that the holder was given the token; never in logs
 * @param name the name its holder may claim
 * @param addresses the addresses its holder may claim
 * @param expires whole seconds
 */
public record JoinToken(
        String controlPlane,
        String pin,
        String secret,
        String name,
        List<IpAddress> addresses,
        Instant expires) {
    private static final int MAX_LENGTH = 8192;

    public JoinToken {
        addresses = List.copyOf(addresses);
        expires = Instant.ofEpochSecond(expires.getEpochSecond());
    }

    /** The SHA-256 of a key's SubjectPublicKeyInfo, base64url without padding. */
    public static String pin(PublicKey key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(key.getEncoded());
            return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JDK has no SHA-256", e);
        }
    }

    /** The token as its holder is given it. It is a secret. */
    public String text() {
        byte[] json =
                JsonText.of(out -> {
                    out.writeStringField("control_plane", controlPlane);
                    out.writeStringField("pin", pin);
                    out.writeStringField("secret", secret);
                    out.writeStringField("name", name);
                    out.writeArrayFieldStart("addresses");
                    for (IpAddress address : addresses) {
                        out.writeString(address.toString());
                    }
                    out.writeEndArray();
                    out.writeNumberField("expires", expires.getEpochSecond());
                });
        return Base64.getUrlEncoder().withoutPadding().encodeToString(json);
    }

    /**
     * Reads a token.
     *
     * @throws JsonFormatException when the text is none; the message holds nothing of the secret
     */
    public static JoinToken parse(String text) throws JsonFormatException {
        if (text.length() > MAX_LENGTH) {
            throw new JsonFormatException("join token: too long (expected: one of gibbon token)");
        }
        byte[] decoded;
        try {
            decoded =
                    Base64.getUrlDecoder()
                            .decode(text.strip().getBytes(StandardCharsets.ISO_8859_1));
        } catch (IllegalArgumentException _) {
            throw new JsonFormatException("join token: not base64url (expected: it whole)");
        }
        JsonObject json = JsonObject.parse(decoded);
        List<IpAddress> addresses = json.addresses("addresses");
        return new JoinToken(
                json.string("control_plane"),
                json.string("pin"),
                json.string("secret"),
                json.string("name"),
                addresses,
                Instant.ofEpochSecond(json.number("expires")));
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "JoinToken[name="
                + name
                + ", addresses="
                + addresses
                + ", controlPlane="
                + controlPlane
                + ", expires="
                + expires
                + "]";
    }
}

package dev.gibbon.controlplane.authority;

import dev.gibbon.controlplane.authority.TokenStore.StoredToken;
import dev.gibbon.core.identity.SpiffeId;
import dev.gibbon.core.join.JoinToken;
import dev.gibbon.core.net.IpAddress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/**
 * Makes and verifies join tokens. Only a hash of a secret is kept, so the store gives no token
 * away. A token may be used again by the same name until it expires. Any thread but an event loop.
 */
public final class JoinTokens {
    private static final int SECRET_BYTES = 24;

    private final TokenStore store;
    private final SecureRandom random;

    public JoinTokens(TokenStore store, SecureRandom random) {
        this.store = store;
        this.random = random;
    }

    /**
     * Makes a token. {@link JoinToken#text} of it is what its holder needs.
     *
     * @param name one segment of letters, digits, dots, dashes, underscores
     * @param addresses that the holder may claim; at least one
     * @param lifetime counted from {@code now}; positive
     * @param controlPlane {@code host:port} that the holder can reach
     * @param pin of the authority
     */
    public JoinToken create(
            String name,
            List<IpAddress> addresses,
            Duration lifetime,
            String controlPlane,
            String pin,
            Instant now)
            throws IOException {
        if (!SpiffeId.isHostName(name)) {
            throw new IllegalArgumentException(
                    "name: " + name + " (expected: letters, digits, '.', '-', '_')");
        }
        if (addresses.isEmpty()) {
            throw new IllegalArgumentException("addresses: none (expected: at least one)");
        }
        if (!lifetime.isPositive()) {
            throw new IllegalArgumentException("lifetime: " + lifetime + " (expected: positive)");
        }
        byte[] bytes = new byte[SECRET_BYTES];
        random.nextBytes(bytes);
        String secret = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        Instant expires = now.plus(lifetime);
        store.removeExpired(now.minus(Duration.ofDays(7)));
        store.add(new StoredToken(hash(secret), name, addresses, expires));
        return new JoinToken(controlPlane, pin, secret, name, addresses, expires);
    }

    /**
     * Whether the holder of a secret may have this name and these addresses.
     *
     * @param claimed all addresses that he claims, for whatever purpose
     */
    public TokenVerdict verify(
            String secret, String name, Collection<IpAddress> claimed, Instant now)
            throws IOException {
        Optional<StoredToken> found = store.find(hash(secret));
        if (found.isEmpty()) {
            return new TokenVerdict.Unknown();
        }
        StoredToken token = found.get();
        if (!now.isBefore(token.expires())) {
            return new TokenVerdict.Expired(token.expires());
        }
        if (!token.name().equals(name)) {
            return new TokenVerdict.OtherName(token.name());
        }
        if (!new HashSet<>(token.addresses()).containsAll(claimed)) {
            return new TokenVerdict.OtherAddresses(token.addresses());
        }
        return new TokenVerdict.Accepted();
    }

    /** A plain hash will do: the secret is random, so it cannot be guessed from a list. */
    private static String hash(String secret) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(secret.getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JDK has no SHA-256", e);
        }
    }
}

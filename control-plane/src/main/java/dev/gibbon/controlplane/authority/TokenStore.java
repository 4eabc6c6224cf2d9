package dev.gibbon.controlplane.authority;

import dev.gibbon.core.net.IpAddress;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The join tokens that have been given out, without their secrets. Any thread may call. */
public interface TokenStore {
    /**
     * One token.
     *
     * @param hash SHA-256 of the secret, base64url; the key of the row
     * @param expires whole seconds
     */
    record StoredToken(String hash, String name, List<IpAddress> addresses, Instant expires) {
        public StoredToken {
            addresses = List.copyOf(addresses);
            expires = Instant.ofEpochSecond(expires.getEpochSecond());
        }
    }

    Optional<StoredToken> find(String hash) throws IOException;

    /** Adds a token; when the call returns, it is kept. */
    void add(StoredToken token) throws IOException;

    /** Forgets tokens that expired before this instant. */
    void removeExpired(Instant before) throws IOException;
}

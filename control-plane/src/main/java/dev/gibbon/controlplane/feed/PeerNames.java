package dev.gibbon.controlplane.feed;

import dev.gibbon.core.identity.PeerIdentity;
import dev.gibbon.core.identity.SpiffeId;
import java.io.IOException;
import java.util.Optional;

/**
 * Who may call himself what on the feed. Each home of the mesh has its own rule. Any thread but an
 * event loop: it may ask elsewhere.
 */
@FunctionalInterface
public interface PeerNames {
    /** On plain hosts the name is in the SPIFFE ID. */
    PeerNames HOSTS =
            (identity, name) ->
                    SpiffeId.isHostName(name) && identity.id().hostName().equals(Optional.of(name));

    /**
     * Whether the holder of this certificate, which has been verified, bears this name.
     *
     * @param name what the peer says; anything
     * @throws IOException when that cannot be found out
     */
    boolean bears(PeerIdentity identity, String name) throws IOException;
}

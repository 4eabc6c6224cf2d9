package dev.gibbon.core.decision;

import dev.gibbon.core.entity.ClientCertificate;
import org.jspecify.annotations.Nullable;

/** How a connection to an upstream is protected. */
public sealed interface UpstreamTls {

    /** Not at all. */
    record None() implements UpstreamTls {}

    /**
     * Mesh TLS or nothing: the destination is registered.
     *
     * @param identity the SPIFFE ID that the peer must present
     */
    record Mesh(String identity) implements UpstreamTls {}

    /**
     * TLS that offers the mesh ALPN: a peer of the mesh makes it mesh TLS, any other gets TLS that
     * is not verified. Protects against passive readers only.
     *
     * @param serverName sent as SNI; null for none
     * @param required whether a peer that is not of the mesh is refused
     */
    record Negotiated(@Nullable String serverName, boolean required) implements UpstreamTls {}

    /**
     * TLS that verifies nothing and offers no mesh.
     *
     * @param serverName sent as SNI; null for none
     * @param certificate shown to a peer that asks for one; null for none
     */
    record Unverified(@Nullable String serverName, @Nullable ClientCertificate certificate)
            implements UpstreamTls {

        /** Without a certificate of this side. */
        public Unverified(@Nullable String serverName) {
            this(serverName, null);
        }
    }

    /**
     * TLS whose certificate must verify and carry the name.
     *
     * @param authorities what it must lead to, certificates in PEM; null for those that the node
     *     trusts
     * @param certificate shown to a peer that asks for one; null for none
     */
    record Verified(
            String serverName,
            @Nullable String authorities,
            @Nullable ClientCertificate certificate)
            implements UpstreamTls {

        /** Verified against the authorities that the node trusts. */
        public Verified(String serverName) {
            this(serverName, null);
        }

        /** Without a certificate of this side. */
        public Verified(String serverName, @Nullable String authorities) {
            this(serverName, authorities, null);
        }
    }
}

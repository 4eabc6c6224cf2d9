package dev.gibbon.sidecar.control;

import dev.gibbon.core.identity.TrustBundle;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/**
 * Who this sidecar is in the mesh, and whom it trusts.
 *
 * @param key on P-256, in memory only
 * @param certificates leaf first
 */
public record Identity(PrivateKey key, List<X509Certificate> certificates, TrustBundle bundle) {
    public Identity {
        certificates = List.copyOf(certificates);
    }

    /** The certificates as TLS engines want them, leaf first; a copy. */
    public X509Certificate[] chain() {
        return certificates.toArray(X509Certificate[]::new);
    }

    /** When the leaf ends. */
    public Instant notAfter() {
        return certificates.getFirst().getNotAfter().toInstant();
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "Identity[trustDomain=" + bundle.trustDomain() + ", notAfter=" + notAfter() + "]";
    }
}

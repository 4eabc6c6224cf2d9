package dev.gibbon.sidecar.tls;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * What a sidecar is in the mesh, at one time; replaced as a whole when the certificate is renewed
 * or the bundle changes.
 *
 * @param chain leaf first
 * @param roots the authorities of the trust domain
 */
public record MeshIdentity(
        PrivateKey key, List<X509Certificate> chain, List<X509Certificate> roots) {

    public MeshIdentity {
        chain = List.copyOf(chain);
        roots = List.copyOf(roots);
    }

    @Override
    public String toString() {
        return "MeshIdentity[" + chain.getFirst().getSubjectX500Principal() + "]";
    }
}

package dev.gibbon.controlplane.authority;

import dev.gibbon.core.identity.TrustBundle;
import dev.gibbon.core.identity.TrustDomain;
import dev.gibbon.core.x509.Pem;
import dev.gibbon.core.x509.X509FormatException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * What signs for the mesh, and whom the mesh trusts. The root that signs, or above what signs, is
 * the first of the bundle.
 *
 * @param chain what signs first, without the root; empty when the root does
 */
record Signer(PrivateKey key, List<X509Certificate> chain, TrustBundle bundle) {
    Signer {
        chain = List.copyOf(chain);
    }

    static Signer of(Intermediate issued) {
        return new Signer(
                issued.key(),
                issued.chain(),
                new TrustBundle(issued.trustDomain(), List.of(issued.root())));
    }

    /** Reads what {@link #pem} wrote. */
    static Signer parse(String pem, TrustDomain domain) throws X509FormatException {
        List<X509Certificate> certificates = Pem.certificates(pem);
        List<X509Certificate> roots = certificates.stream().filter(Intermediate::isRoot).toList();
        List<X509Certificate> chain =
                certificates.stream().filter(one -> !Intermediate.isRoot(one)).toList();
        if (roots.isEmpty()) {
            throw new X509FormatException("no root (expected: at least one)");
        }
        return new Signer(Pem.privateKey(pem), chain, new TrustBundle(domain, roots));
    }

    /** Key, chain, then the roots. Holds the key: for a {@link SecretStore} only. */
    String pem() {
        return Pem.ofPrivateKey(key)
                + Pem.ofCertificates(chain)
                + Pem.ofCertificates(bundle.roots());
    }

    X509Certificate root() {
        return bundle.roots().getFirst();
    }

    /** The certificate of the key. */
    X509Certificate certificate() {
        return chain.isEmpty() ? root() : chain.getFirst();
    }

    /** The certificate of the key first, its root last; one when the root itself signs. */
    List<X509Certificate> certificates() {
        return Stream.concat(chain.stream(), Stream.of(root())).toList();
    }

    /** What is signed ends by then, for a chain is no longer valid than each of its parts. */
    Instant end() {
        return certificates().stream()
                .map(one -> one.getNotAfter().toInstant())
                .min(Comparator.naturalOrder())
                .orElseThrow();
    }

    /** The same, but these are trusted; its own root is to be the first. */
    Signer trusting(List<X509Certificate> roots) {
        return new Signer(key, chain, new TrustBundle(bundle.trustDomain(), roots));
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "Signer[" + bundle.trustDomain() + "]";
    }
}

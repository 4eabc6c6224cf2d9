package dev.gibbon.controlplane.authority;

import dev.gibbon.core.identity.TrustBundle;
import dev.gibbon.core.x509.P256;
import java.io.IOException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The steps by which a mesh comes to another root without a refused connection: the next root is
 * trusted, then it signs, then the old one is forgotten. When each may be taken is the caller's
 * business. All of it stands in the store, so it goes on after a restart at any moment, and in
 * another process.
 *
 * <p>Any thread may call; nothing of it on an event loop.
 */
public final class RootChange {
    /** How far a change of roots has come. */
    public enum Stage {
        /** None is going on: one root signs, and no other one is prepared. */
        NONE,
        /** The next root is trusted; the old one signs. */
        PREPARED,
        /** The next root signs; the old one is still trusted. */
        ACTIVE
    }

    /** How what is issued relates to what signs. */
    public enum Relation {
        /** It signs, or will when the change of roots that goes on has come that far. */
        IN_USE,
        /** It is of the root that signs, or of the next one, and can follow at once. */
        SAME_ROOT,
        /** It is of another root, which takes a change of roots. */
        OTHER_ROOT
    }

    private final CertificateAuthority authority;
    private final AuthorityDocuments documents;

    /** Two of them for one authority are one change: what they know is the authority's. */
    RootChange(CertificateAuthority authority, AuthorityDocuments documents) {
        this.authority = authority;
        this.documents = documents;
    }

    /**
     * How far a change of roots has come, by what the store holds. A change that ended before the
     * next root was trusted has not begun.
     *
     * @throws IOException when the store fails or holds something unreadable
     */
    public Stage stage() throws IOException {
        synchronized (authority) {
            authority.reload();
            Signer signer = authority.signer();
            List<X509Certificate> roots = signer.bundle().roots();
            Optional<Signer> next = roots.size() == 1 ? Optional.empty() : next();
            if (next.isEmpty()) {
                return Stage.NONE;
            }
            X509Certificate root = next.get().root();
            if (root.equals(signer.root())) {
                return Stage.ACTIVE;
            }
            return roots.contains(root) ? Stage.PREPARED : Stage.NONE;
        }
    }

    private Optional<Signer> next() throws IOException {
        return documents.next(authority.trustDomain());
    }

    /**
     * How this relates to what the store holds.
     *
     * @throws IOException when the store fails or holds something unreadable
     */
    public Relation relation(Intermediate issued) throws IOException {
        synchronized (authority) {
            Stage stage = stage();
            Signer signer = authority.signer();
            if (issued.certificates().equals(signer.certificates())) {
                return Relation.IN_USE;
            }
            if (issued.root().equals(signer.root())) {
                return Relation.SAME_ROOT;
            }
            if (stage == Stage.PREPARED) {
                Signer next = next().orElseThrow();
                if (next.root().equals(issued.root())) {
                    return next.chain().equals(issued.chain())
                            ? Relation.IN_USE
                            : Relation.SAME_ROOT;
                }
            }
            return Relation.OTHER_ROOT;
        }
    }

    /**
     * Signs with what the issuer has renewed; whom to trust stays. While its root is only prepared,
     * it waits in the place of the one that was prepared. No step of a change.
     *
     * @throws IOException when the store fails; then nothing changes
     * @throws IllegalArgumentException when it is of another root, see {@link #relation}
     */
    public void renew(Intermediate issued) throws IOException {
        synchronized (authority) {
            requireDomain(issued);
            if (relation(issued) == Relation.OTHER_ROOT) {
                throw new IllegalArgumentException(
                        "intermediate: of another root (expected: of the one that signs)");
            }
            Signer renewed = Signer.of(issued);
            Signer signer = authority.signer();
            if (renewed.root().equals(signer.root())) {
                authority.keep(renewed.trusting(signer.bundle().roots()));
            } else {
                documents.replaceNext(renewed);
            }
        }
    }

    private void requireDomain(Intermediate issued) {
        if (!issued.trustDomain().equals(authority.trustDomain())) {
            throw new IllegalArgumentException(
                    "trust domain: "
                            + issued.trustDomain()
                            + " (expected: "
                            + authority.trustDomain()
                            + ")");
        }
    }

    /**
     * First step: makes the next key and root, keeps them, and trusts the root from now on. It does
     * not sign before everybody who is to trust it knows it.
     *
     * @return the new bundle, which is to be published
     */
    public TrustBundle prepare(SecureRandom random) throws IOException {
        synchronized (authority) {
            return prepare(authority.newRoot(P256.generate(random)));
        }
    }

    /**
     * First step, towards a root that another authority has issued. Can be taken again with another
     * one while the first waits.
     *
     * @return the new bundle, which is to be published
     */
    public TrustBundle prepare(Intermediate issued) throws IOException {
        synchronized (authority) {
            requireDomain(issued);
            return prepare(Signer.of(issued));
        }
    }

    private TrustBundle prepare(Signer next) throws IOException {
        documents.replaceNext(next);
        return authority.trust(next.root());
    }

    /**
     * Second step: the next root signs. To be taken when all sidecars have acknowledged the bundle
     * of the first. The old root stays trusted.
     *
     * @throws IOException when none was prepared, or the store fails; then nothing changes
     */
    public void activate() throws IOException {
        synchronized (authority) {
            authority.reload();
            Signer next =
                    next().orElseThrow(() ->
                            new IOException(
                                    "next.pem: missing (expected: a root that was prepared)"));
            List<X509Certificate> roots = new ArrayList<>(next.bundle().roots());
            roots.addAll(authority.bundle().roots());
            authority.keep(next.trusting(roots));
        }
    }

    /**
     * Last step: only the root that signs is trusted. To be taken when the last certificate that an
     * old one signed has ended: a lifetime after the second step.
     */
    public void retireOthers() throws IOException {
        synchronized (authority) {
            authority.reload();
            Signer signer = authority.signer();
            authority.keep(signer.trusting(List.of(signer.root())));
        }
    }
}

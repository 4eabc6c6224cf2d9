package dev.gibbon.controlplane.authority;

import dev.gibbon.core.identity.PeerCheck;
import dev.gibbon.core.identity.PeerVerdict.Rejected;
import dev.gibbon.core.identity.PeerVerdict.Trusted;
import dev.gibbon.core.identity.SpiffeId;
import dev.gibbon.core.identity.TrustBundle;
import dev.gibbon.core.identity.TrustDomain;
import dev.gibbon.core.net.IpAddress;
import dev.gibbon.core.x509.CertificateIssuer;
import dev.gibbon.core.x509.Names;
import dev.gibbon.core.x509.P256;
import dev.gibbon.core.x509.Pem;
import dev.gibbon.core.x509.Validity;
import dev.gibbon.core.x509.X509FormatException;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What another authority has issued for the mesh to sign with: a key, its certificate and those up
 * to a root. {@link #read} lets nothing pass that peers would not accept; what it returns can sign.
 *
 * @param key on P-256
 * @param chain the certificate of the key first, each signed by the next, without the root; empty
 *     when the key is the root's own
 * @param root self-signed; the only one that is trusted for this chain
 */
public record Intermediate(
        PrivateKey key,
        List<X509Certificate> chain,
        X509Certificate root,
        TrustDomain trustDomain) {
    /** Peers take five certificates: a leaf, these, and a root that a control plane shows. */
    public static final int MAX_CHAIN = 3;

    private static final int KEY_CERT_SIGN = 5;
    private static final int MAX_NAME = 120;

    public Intermediate {
        chain = List.copyOf(chain);
    }

    /**
     * The three documents of a Secret of cert-manager.
     *
     * @param certificates {@code tls.crt}, PEM: the certificate of the key, then those above it
     * @param key {@code tls.key}, PEM, PKCS#8
     * @param authorities {@code ca.crt}, PEM: the root, perhaps among others
     */
    public record Documents(String certificates, String key, String authorities) {
        /** Without the key. */
        @Override
        public String toString() {
            return "Documents[" + certificates.length() + " characters of certificates]";
        }
    }

    /**
     * Reads and checks what was issued. Pure but for the random numbers of a trial signature.
     *
     * @param domain of the mesh; empty to name it after the root's key
     * @throws UnusableIntermediateException when anything about it is not as it has to be
     */
    public static Intermediate read(
            Documents documents, Optional<TrustDomain> domain, Instant now, SecureRandom random)
            throws UnusableIntermediateException {
        List<X509Certificate> authorities = certificates("ca.crt", documents.authorities());
        List<X509Certificate> shown = certificates("tls.crt", documents.certificates());
        PrivateKey key = key(documents.key());
        List<X509Certificate> chain =
                shown.stream().filter(certificate -> !isRoot(certificate)).toList();
        if (chain.size() > MAX_CHAIN) {
            throw new UnusableIntermediateException(
                    "tls.crt: "
                            + chain.size()
                            + " certificates below the root (expected: at most "
                            + MAX_CHAIN
                            + ")");
        }
        if (!chain.isEmpty() && !chain.getFirst().equals(shown.getFirst())) {
            throw new UnusableIntermediateException(
                    "tls.crt: begins with a root (expected: the certificate of tls.key)");
        }
        X509Certificate root =
                root(chain.isEmpty() ? shown.getFirst() : chain.getLast(), authorities);
        Intermediate issued =
                new Intermediate(
                        key,
                        chain,
                        root,
                        domain.orElseGet(() -> CertificateAuthority.domainOf(root.getPublicKey())));
        issued.checkEach(now);
        issued.checkLinks();
        issued.tryOut(now, random);
        return issued;
    }

    private static List<X509Certificate> certificates(String name, String text)
            throws UnusableIntermediateException {
        if (text.isBlank()) {
            throw new UnusableIntermediateException(name + ": missing (expected: certificates)");
        }
        try {
            return Pem.certificates(text);
        } catch (X509FormatException e) {
            throw new UnusableIntermediateException(name + ": " + e.getMessage());
        }
    }

    private static PrivateKey key(String text) throws UnusableIntermediateException {
        try {
            return Pem.privateKey(text);
        } catch (X509FormatException e) {
            throw new UnusableIntermediateException("tls.key: " + e.getMessage());
        }
    }

    /** Whether a certificate claims to be signed by its own key. */
    public static boolean isRoot(X509Certificate certificate) {
        return certificate.getSubjectX500Principal().equals(certificate.getIssuerX500Principal());
    }

    private static X509Certificate root(X509Certificate last, List<X509Certificate> authorities)
            throws UnusableIntermediateException {
        for (X509Certificate authority : authorities) {
            if (isRoot(authority)
                    && isSignedBy(authority, authority)
                    && isSignedBy(last, authority)) {
                return authority;
            }
        }
        throw new UnusableIntermediateException(
                "ca.crt: no self-signed root that has signed "
                        + name(last)
                        + " (expected: the root that the chain of tls.crt leads to)");
    }

    private static boolean isSignedBy(X509Certificate certificate, X509Certificate by) {
        if (!certificate.getIssuerX500Principal().equals(by.getSubjectX500Principal())) {
            return false;
        }
        try {
            certificate.verify(by.getPublicKey());
            return true;
        } catch (GeneralSecurityException _) {
            return false;
        }
    }

    /** The certificate of the key first, the root last. */
    List<X509Certificate> certificates() {
        return Stream.concat(chain.stream(), Stream.of(root)).toList();
    }

    /** When the first of its certificates ends. */
    public Instant notAfter() {
        return certificates().stream()
                .map(certificate -> certificate.getNotAfter().toInstant())
                .min(Instant::compareTo)
                .orElseThrow();
    }

    private void checkEach(Instant now) throws UnusableIntermediateException {
        List<X509Certificate> all = certificates();
        for (int below = 0; below < all.size(); below++) {
            X509Certificate one = all.get(below);
            Instant begin = one.getNotBefore().toInstant();
            Instant end = one.getNotAfter().toInstant();
            boolean[] usage = one.getKeyUsage();
            int pathLength = one.getBasicConstraints();
            if (pathLength < 0) {
                throw new UnusableIntermediateException(
                        name(one) + ": is no authority (expected: isCA)");
            } else if (usage != null && !usage[KEY_CERT_SIGN]) {
                throw new UnusableIntermediateException(
                        name(one) + ": may not sign certificates (expected: usage cert sign)");
            } else if (pathLength < below) {
                throw new UnusableIntermediateException(
                        name(one)
                                + ": path length "
                                + pathLength
                                + " (expected: at least "
                                + below
                                + ", for the authorities below it)");
            } else if (begin.isAfter(now)) {
                throw new UnusableIntermediateException(
                        name(one) + ": begins at " + begin + " (now: " + now + ")");
            } else if (!end.isAfter(now)) {
                throw new UnusableIntermediateException(
                        name(one) + ": ended at " + end + " (now: " + now + ")");
            }
        }
    }

    private void checkLinks() throws UnusableIntermediateException {
        List<X509Certificate> all = certificates();
        for (int i = 0; i + 1 < all.size(); i++) {
            if (!isSignedBy(all.get(i), all.get(i + 1))) {
                throw new UnusableIntermediateException(
                        name(all.get(i)) + ": not signed by " + name(all.get(i + 1)));
            }
        }
    }

    /**
     * Signs a certificate as a pod's, and looks at it as a peer would: that finds a key that is not
     * the certificate's or not on P-256, and constraints on names.
     */
    private void tryOut(Instant now, SecureRandom random) throws UnusableIntermediateException {
        X509Certificate own = certificates().getFirst();
        PublicKey pod = P256.generate(random).getPublic();
        if (!(own.getPublicKey() instanceof ECPublicKey ec
                && pod instanceof ECPublicKey p256
                && ec.getParams().getCurve().equals(p256.getParams().getCurve()))) {
            throw new UnusableIntermediateException(
                    name(own) + ": another kind of key (expected: tls.key on P-256)");
        }
        SpiffeId id = SpiffeId.serviceAccount(trustDomain, "trial", "trial");
        List<X509Certificate> trial = new ArrayList<>();
        try {
            trial.add(
                    new CertificateIssuer(random)
                            .leaf(
                                    own,
                                    key,
                                    pod,
                                    new Names(
                                            null,
                                            id.toString(),
                                            List.of(
                                                    IpAddress.of("192.0.2.1"),
                                                    IpAddress.of("2001:db8::1")),
                                            List.of("trial.pod." + trustDomain)),
                                    Validity.from(now, Duration.ofMinutes(1))));
        } catch (IllegalArgumentException _) {
            throw new UnusableIntermediateException("tls.key: cannot sign (expected: on P-256)");
        }
        try {
            trial.getFirst().verify(own.getPublicKey());
        } catch (GeneralSecurityException _) {
            throw new UnusableIntermediateException(
                    "tls.key: not the key of "
                            + name(own)
                            + " (expected: the two belong together, on P-256)");
        }
        trial.addAll(chain);
        switch (PeerCheck.checkChain(trial, new TrustBundle(trustDomain, List.of(root)), now)) {
            case Trusted _ -> {}
            case Rejected rejected ->
                    throw new UnusableIntermediateException(
                            "a certificate that it signs would be refused: " + rejected);
        }
    }

    /** A stranger's text, made fit for a message. */
    private static String name(X509Certificate certificate) {
        String name = certificate.getSubjectX500Principal().getName();
        String printable = name.replaceAll("[^ -~]", "?");
        return "'"
                + (printable.length() > MAX_NAME
                        ? printable.substring(0, MAX_NAME) + "..."
                        : printable)
                + "'";
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "Intermediate[" + name(certificates().getFirst()) + ", until " + notAfter() + "]";
    }
}

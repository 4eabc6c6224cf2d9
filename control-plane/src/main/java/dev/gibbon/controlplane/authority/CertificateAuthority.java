package dev.gibbon.controlplane.authority;

import dev.gibbon.core.identity.SpiffeId;
import dev.gibbon.core.identity.TrustBundle;
import dev.gibbon.core.identity.TrustDomain;
import dev.gibbon.core.join.JoinToken;
import dev.gibbon.core.net.IpAddress;
import dev.gibbon.core.x509.CertificateIssuer;
import dev.gibbon.core.x509.CertificateRequest;
import dev.gibbon.core.x509.Names;
import dev.gibbon.core.x509.P256;
import dev.gibbon.core.x509.Validity;
import java.io.IOException;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * The authority of one mesh: it signs the certificates of members. Its key and root are made at the
 * first start and kept in a {@link SecretStore}. Or another authority has issued it (an {@link
 * Intermediate}); then the issued certificates stand between the key and the root. The trust domain
 * is named after the first root key: {@code mesh-<12 hexadecimal digits>}.
 *
 * <p>Any thread may call; signing takes about a millisecond and may read the random device, so not
 * on an event loop.
 */
public final class CertificateAuthority {
    /** How long certificates live unless it is said otherwise. */
    public static final Duration DEFAULT_LIFETIME = Duration.ofHours(24);

    private static final Duration ROOT_LIFETIME = Duration.ofDays(3650);
    private static final int DOMAIN_BYTES = 6;

    private final AuthorityDocuments documents;
    private final InstantSource clock;
    private final Duration lifetime;
    private final CertificateIssuer issuer;
    private volatile Signer signer;

    private CertificateAuthority(
            AuthorityDocuments documents,
            InstantSource clock,
            Duration lifetime,
            CertificateIssuer issuer,
            Signer signer) {
        this.documents = documents;
        this.clock = clock;
        this.lifetime = lifetime;
        this.issuer = issuer;
        this.signer = signer;
    }

    /** Whether the store holds an authority, be it readable or not. */
    public static boolean isIn(SecretStore store) throws IOException {
        return new AuthorityDocuments(store).exist();
    }

    /**
     * Opens the authority that the store holds, or makes one whose trust domain is named after its
     * key.
     *
     * @param lifetime of the certificates that it signs, at least one second
     * @throws IOException when the store fails, or holds something unreadable; nothing is replaced
     */
    public static CertificateAuthority open(
            SecretStore store, InstantSource clock, SecureRandom random, Duration lifetime)
            throws IOException {
        return open(store, clock, random, lifetime, Optional.empty());
    }

    /**
     * Opens the authority that the store holds, or makes one.
     *
     * @param lifetime of the certificates that it signs, at least one second
     * @param domain the name of the trust domain; empty to take it from the store, or from the key
     * @throws IOException when the store fails, or holds something unreadable or another trust
     *     domain; nothing is replaced
     */
    public static CertificateAuthority open(
            SecretStore store,
            InstantSource clock,
            SecureRandom random,
            Duration lifetime,
            Optional<TrustDomain> domain)
            throws IOException {
        if (lifetime.toSeconds() < 1) {
            throw new IllegalArgumentException(
                    "lifetime: " + lifetime + " (expected: at least one second)");
        }
        CertificateIssuer issuer = new CertificateIssuer(random);
        AuthorityDocuments documents = new AuthorityDocuments(store);
        if (!documents.exist()) {
            KeyPair keys = P256.generate(random);
            documents.createFirst(
                    root(
                            issuer,
                            keys,
                            domain.orElseGet(() -> domainOf(keys.getPublic())),
                            clock.instant()));
        }
        Signer signer = documents.current();
        TrustDomain found = signer.bundle().trustDomain();
        if (domain.isPresent() && !domain.get().equals(found)) {
            throw new IOException(
                    "trust domain: "
                            + domain.get()
                            + " (expected: "
                            + found
                            + ", which the authority was made for)");
        }
        return new CertificateAuthority(documents, clock, lifetime, issuer, signer);
    }

    private static Signer root(
            CertificateIssuer issuer, KeyPair keys, TrustDomain domain, Instant now) {
        X509Certificate root =
                issuer.root(keys, "Gibbon " + domain, Validity.from(now, ROOT_LIFETIME));
        return new Signer(keys.getPrivate(), List.of(), new TrustBundle(domain, List.of(root)));
    }

    /** A root that this authority could sign with next. */
    Signer newRoot(KeyPair keys) {
        return root(issuer, keys, trustDomain(), clock.instant());
    }

    /**
     * Makes what another authority has issued the authority of this mesh, unless the store holds
     * one. To be opened afterwards.
     */
    public static void create(SecretStore store, Intermediate issued) throws IOException {
        new AuthorityDocuments(store).createFirst(Signer.of(issued));
    }

    /**
     * Reads the store again, where another process may have changed it: another key may sign from
     * now on, other roots may be trusted.
     *
     * @return whether the bundle is another one, which is to be published
     * @throws IOException when the store fails or holds something unreadable, or another trust
     *     domain; then nothing changes
     */
    public synchronized boolean reload() throws IOException {
        Signer old = signer;
        Signer read = documents.current();
        if (!read.bundle().trustDomain().equals(trustDomain())) {
            throw new IOException(
                    "trust domain: "
                            + read.bundle().trustDomain()
                            + " (expected: "
                            + trustDomain()
                            + ")");
        }
        signer = read;
        return !read.bundle().equals(old.bundle());
    }

    static TrustDomain domainOf(PublicKey key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(key.getEncoded());
            return new TrustDomain(
                    "mesh-" + HexFormat.of().formatHex(Arrays.copyOf(digest, DOMAIN_BYTES)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JDK has no SHA-256", e);
        }
    }

    public TrustDomain trustDomain() {
        return signer.bundle().trustDomain();
    }

    /** Whom members of the mesh trust: the own root first. */
    public TrustBundle bundle() {
        return signer.bundle();
    }

    /**
     * What signs: the certificate of its key first, its root last. One certificate when the root
     * itself signs.
     */
    public List<X509Certificate> signing() {
        return signer.certificates();
    }

    /** The pin of the root that signs; see {@link JoinToken#pin}. */
    public String pin() {
        return JoinToken.pin(signer.root().getPublicKey());
    }

    /**
     * Trusts a further root, e.g. of an authority that will follow this one. Kept.
     *
     * @return the new bundle, which is to be published
     */
    public synchronized TrustBundle trust(X509Certificate further) throws IOException {
        reload();
        Signer old = signer;
        List<X509Certificate> roots = new ArrayList<>(old.bundle().roots());
        roots.add(further);
        keep(old.trusting(roots));
        return bundle();
    }

    /** How it comes to sign with another root. */
    public RootChange rootChange() {
        return new RootChange(this, documents);
    }

    Signer signer() {
        return signer;
    }

    /** Signs and trusts by this from now on; nothing changes when the store fails. */
    synchronized void keep(Signer next) throws IOException {
        documents.replaceCurrent(next);
        signer = next;
    }

    /**
     * Signs a certificate with the names that the caller has established; those in a request count
     * for nothing. It ends no later than what signs it.
     *
     * @return leaf first, then what signs unless that is the root; without the root
     * @throws IllegalStateException when what signs has ended
     */
    public List<X509Certificate> sign(
            CertificateRequest request, SpiffeId id, List<IpAddress> addresses) {
        return sign(request, id, addresses, List.of());
    }

    /**
     * Signs a certificate with the names that the caller has established, DNS names among them.
     *
     * @return leaf first, without the root
     */
    public List<X509Certificate> sign(
            CertificateRequest request,
            SpiffeId id,
            List<IpAddress> addresses,
            List<String> dnsNames) {
        return chain(
                signer, request.publicKey(), new Names(null, id.toString(), addresses, dnsNames));
    }

    /**
     * Signs the certificate of a server that is called by its DNS names, by clients outside the
     * mesh. It has no SPIFFE ID, so it makes nobody a member.
     *
     * @param dnsNames at least one
     * @return leaf first, without the root
     */
    public List<X509Certificate> signServer(PublicKey publicKey, List<String> dnsNames) {
        return chain(signer, publicKey, new Names(null, null, List.of(), dnsNames));
    }

    /**
     * Signs the control plane's own certificate.
     *
     * @return leaf first, the root last, by which a sidecar that joins recognises the pin
     */
    public List<X509Certificate> signControlPlane(PublicKey publicKey) {
        String id = SpiffeId.controlPlane(trustDomain()).toString();
        Signer now = signer;
        List<X509Certificate> chain =
                new ArrayList<>(chain(now, publicKey, new Names(null, id, List.of(), List.of())));
        chain.add(now.root());
        return List.copyOf(chain);
    }

    private List<X509Certificate> chain(Signer by, PublicKey publicKey, Names names) {
        List<X509Certificate> chain = new ArrayList<>();
        chain.add(issuer.leaf(by.certificate(), by.key(), publicKey, names, validity(by)));
        chain.addAll(by.chain());
        return List.copyOf(chain);
    }

    private Validity validity(Signer by) {
        Instant now = clock.instant();
        Instant end = by.end();
        if (!end.isAfter(now)) {
            throw new IllegalStateException(
                    "the certificate that signs ended at " + end + " (now: " + now + ")");
        }
        Duration left = Duration.between(now, end);
        return Validity.from(now, left.compareTo(lifetime) < 0 ? left : lifetime);
    }

    /** How long certificates live. */
    public Duration lifetime() {
        return lifetime;
    }
}

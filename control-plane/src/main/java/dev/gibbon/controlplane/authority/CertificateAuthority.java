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
import dev.gibbon.core.x509.Pem;
import dev.gibbon.core.x509.Validity;
import dev.gibbon.core.x509.X509FormatException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Stream;

/**
 * The authority of one mesh. Its key and root are made at the first start and kept in the document
 * {@code authority.pem}: key, root, then further roots that are trusted but do not sign. Or another
 * authority has issued it (an {@link Intermediate}); then the issued certificates stand between the
 * key and the roots, and are told from them by not being self-signed. The trust domain is named
 * after the first root key: {@code mesh-<12 hexadecimal digits>}.
 *
 * <p>Any thread may call; signing takes about a millisecond and may read the random device, so not
 * on an event loop.
 */
public final class CertificateAuthority {
    /** How long certificates live unless it is said otherwise. */
    public static final Duration DEFAULT_LIFETIME = Duration.ofHours(24);

    private static final Duration ROOT_LIFETIME = Duration.ofDays(3650);
    private static final String DOCUMENT = "authority.pem";
    private static final String NEXT_DOCUMENT = "next.pem";
    private static final String DOMAIN_DOCUMENT = "trust-domain";
    private static final int DOMAIN_BYTES = 6;

    private final SecretStore store;
    private final InstantSource clock;
    private final Duration lifetime;
    private final CertificateIssuer issuer;
    private volatile Signer signer;

    /**
     * The root that signs, or above what signs, is the first of the bundle.
     *
     * @param chain what signs first, without the root; empty when the root does
     */
    private record Signer(PrivateKey key, List<X509Certificate> chain, TrustBundle bundle) {
        X509Certificate root() {
            return bundle.roots().getFirst();
        }

        X509Certificate certificate() {
            return chain.isEmpty() ? root() : chain.getFirst();
        }

        /** What is signed ends by then, for a chain is no longer valid than each of its parts. */
        Instant end() {
            return Stream.concat(chain.stream(), Stream.of(root()))
                    .map(one -> one.getNotAfter().toInstant())
                    .min(Comparator.naturalOrder())
                    .orElseThrow();
        }

        Signer trusting(List<X509Certificate> roots) {
            return new Signer(key, chain, new TrustBundle(bundle.trustDomain(), roots));
        }

        byte[] document() {
            return CertificateAuthority.document(key, chain, bundle.roots());
        }

        @Override
        public String toString() {
            return "Signer[" + bundle.trustDomain() + "]";
        }
    }

    private CertificateAuthority(
            SecretStore store,
            InstantSource clock,
            Duration lifetime,
            CertificateIssuer issuer,
            Signer signer) {
        this.store = store;
        this.clock = clock;
        this.lifetime = lifetime;
        this.issuer = issuer;
        this.signer = signer;
    }

    /** Whether the store holds an authority, be it readable or not. */
    public static boolean isIn(SecretStore store) throws IOException {
        return store.read(DOCUMENT).isPresent();
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
        if (store.read(DOCUMENT).isEmpty()) {
            KeyPair keys = P256.generate(random);
            create(
                    store,
                    issuer,
                    keys,
                    domain.orElseGet(() -> domainOf(keys.getPublic())),
                    clock.instant());
        }
        Signer signer = read(store);
        TrustDomain found = signer.bundle().trustDomain();
        if (domain.isPresent() && !domain.get().equals(found)) {
            throw new IOException(
                    "trust domain: "
                            + domain.get()
                            + " (expected: "
                            + found
                            + ", which the authority was made for)");
        }
        return new CertificateAuthority(store, clock, lifetime, issuer, signer);
    }

    private static Signer read(SecretStore store) throws IOException {
        String document = text(store, DOCUMENT);
        String domain = text(store, DOMAIN_DOCUMENT);
        try {
            TrustDomain trustDomain =
                    TrustDomain.parse(domain.strip())
                            .orElseThrow(() ->
                                    new IOException(
                                            DOMAIN_DOCUMENT
                                                    + ": unreadable (expected: the name"
                                                    + " of a trust domain)"));
            return signer(document, trustDomain);
        } catch (X509FormatException e) {
            throw new IOException(
                    DOCUMENT
                            + ": "
                            + e.getMessage()
                            + "; restore it from a backup, for a new one would lock out"
                            + " every sidecar",
                    e);
        }
    }

    private static Signer signer(String document, TrustDomain trustDomain)
            throws X509FormatException {
        List<X509Certificate> certificates = Pem.certificates(document);
        List<X509Certificate> roots = certificates.stream().filter(Intermediate::isRoot).toList();
        List<X509Certificate> chain =
                certificates.stream().filter(one -> !Intermediate.isRoot(one)).toList();
        if (roots.isEmpty()) {
            throw new X509FormatException("no root (expected: at least one)");
        }
        return new Signer(Pem.privateKey(document), chain, new TrustBundle(trustDomain, roots));
    }

    private static void create(
            SecretStore store,
            CertificateIssuer issuer,
            KeyPair keys,
            TrustDomain domain,
            Instant now)
            throws IOException {
        X509Certificate root =
                issuer.root(keys, "Gibbon " + domain, Validity.from(now, ROOT_LIFETIME));
        create(store, domain, document(keys.getPrivate(), List.of(), List.of(root)));
    }

    private static void create(SecretStore store, TrustDomain domain, byte[] authority)
            throws IOException {
        // The key is written last: it is the sign that all is there.
        SequencedMap<String, byte[]> documents = new LinkedHashMap<>();
        documents.put(DOMAIN_DOCUMENT, (domain + "\n").getBytes(StandardCharsets.US_ASCII));
        documents.put(DOCUMENT, authority);
        store.writeFirst(documents);
    }

    /**
     * Makes what another authority has issued the authority of this mesh, unless the store holds
     * one. To be opened afterwards.
     */
    public static void create(SecretStore store, Intermediate issued) throws IOException {
        create(store, issued.trustDomain(), document(issued));
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
        Signer read = read(store);
        if (!read.bundle().trustDomain().equals(trustDomain())) {
            throw new IOException(
                    DOMAIN_DOCUMENT
                            + ": "
                            + read.bundle().trustDomain()
                            + " (expected: "
                            + trustDomain()
                            + ")");
        }
        signer = read;
        return !read.bundle().equals(old.bundle());
    }

    private static byte[] document(
            PrivateKey key, List<X509Certificate> chain, List<X509Certificate> roots) {
        return (Pem.ofPrivateKey(key) + Pem.ofCertificates(chain) + Pem.ofCertificates(roots))
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static String text(SecretStore store, String name) throws IOException {
        byte[] content =
                store.read(name)
                        .orElseThrow(() -> new IOException(name + ": missing (expected: one)"));
        return new String(content, StandardCharsets.US_ASCII);
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
        Signer now = signer;
        return Stream.concat(now.chain().stream(), Stream.of(now.root())).toList();
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

    private void keep(Signer next) throws IOException {
        store.write(DOCUMENT, next.document());
        signer = next;
    }

    /** How far a change of roots has come. */
    public enum Change {
        /** None is going on: one root signs, and no other one is prepared. */
        NONE,
        /** The next root is trusted; the old one signs. */
        PREPARED,
        /** The next root signs; the old one is still trusted. */
        ACTIVE
    }

    /**
     * How far a change of roots has come, by what the store holds: it survives a restart at any
     * moment. A change that ended before the next root was trusted has not begun.
     *
     * @throws IOException when the store fails or holds something unreadable
     */
    public synchronized Change change() throws IOException {
        reload();
        List<X509Certificate> roots = signer.bundle().roots();
        Optional<byte[]> document = store.read(NEXT_DOCUMENT);
        if (roots.size() == 1 || document.isEmpty()) {
            return Change.NONE;
        }
        X509Certificate next = next(document.get()).root();
        if (next.equals(signer.root())) {
            return Change.ACTIVE;
        }
        return roots.contains(next) ? Change.PREPARED : Change.NONE;
    }

    private Signer next(byte[] document) throws IOException {
        try {
            return signer(new String(document, StandardCharsets.US_ASCII), trustDomain());
        } catch (X509FormatException e) {
            throw new IOException(NEXT_DOCUMENT + ": " + e.getMessage(), e);
        }
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

    /**
     * How this relates to what the store holds.
     *
     * @throws IOException when the store fails or holds something unreadable
     */
    public synchronized Relation relation(Intermediate issued) throws IOException {
        Change change = change();
        if (issued.certificates().equals(signing())) {
            return Relation.IN_USE;
        }
        if (issued.root().equals(signer.root())) {
            return Relation.SAME_ROOT;
        }
        if (change == Change.PREPARED) {
            Signer next = next(store.read(NEXT_DOCUMENT).orElseThrow());
            if (next.root().equals(issued.root())) {
                return next.chain().equals(issued.chain()) ? Relation.IN_USE : Relation.SAME_ROOT;
            }
        }
        return Relation.OTHER_ROOT;
    }

    /**
     * Signs with what the issuer has renewed; whom to trust stays. While its root is only prepared,
     * it waits in the place of the one that was prepared.
     *
     * @throws IOException when the store fails; then nothing changes
     * @throws IllegalArgumentException when it is of another root, see {@link #relation}
     */
    public synchronized void renew(Intermediate issued) throws IOException {
        requireDomain(issued);
        if (relation(issued) == Relation.OTHER_ROOT) {
            throw new IllegalArgumentException(
                    "intermediate: of another root (expected: of the one that signs)");
        }
        Signer old = signer;
        if (issued.root().equals(old.root())) {
            keep(new Signer(issued.key(), issued.chain(), old.bundle()));
        } else {
            store.write(NEXT_DOCUMENT, document(issued));
        }
    }

    private void requireDomain(Intermediate issued) {
        if (!issued.trustDomain().equals(trustDomain())) {
            throw new IllegalArgumentException(
                    "trust domain: " + issued.trustDomain() + " (expected: " + trustDomain() + ")");
        }
    }

    private static byte[] document(Intermediate issued) {
        return document(issued.key(), issued.chain(), List.of(issued.root()));
    }

    /**
     * First step of a change of roots, like {@link #prepareNext(SecureRandom)}, towards one that
     * another authority has issued. Can be taken again with another one while the first waits.
     *
     * @return the new bundle, which is to be published
     */
    public synchronized TrustBundle prepareNext(Intermediate issued) throws IOException {
        requireDomain(issued);
        store.write(NEXT_DOCUMENT, document(issued));
        return trust(issued.root());
    }

    /**
     * First step of a change of roots: makes the next key and root, keeps them, and trusts the root
     * from now on. It does not sign before everybody who is to trust it knows it.
     *
     * @return the new bundle, which is to be published
     */
    public synchronized TrustBundle prepareNext(SecureRandom random) throws IOException {
        KeyPair keys = P256.generate(random);
        X509Certificate next =
                issuer.root(
                        keys,
                        "Gibbon " + trustDomain(),
                        Validity.from(clock.instant(), ROOT_LIFETIME));
        store.write(NEXT_DOCUMENT, document(keys.getPrivate(), List.of(), List.of(next)));
        return trust(next);
    }

    /**
     * Second step: the next root signs. To be taken when all sidecars have acknowledged the bundle
     * of the first. The old root stays trusted.
     *
     * @throws IOException when none was prepared, or the store fails; then nothing changes
     */
    public synchronized void activateNext() throws IOException {
        reload();
        byte[] document =
                store.read(NEXT_DOCUMENT)
                        .orElseThrow(
                                () -> new IOException(NEXT_DOCUMENT + ": missing (expected: one)"));
        Signer next = next(document);
        List<X509Certificate> roots = new ArrayList<>(next.bundle().roots());
        roots.addAll(signer.bundle().roots());
        keep(next.trusting(roots));
    }

    /**
     * Last step: only the root that signs is trusted. To be taken when the last certificate that an
     * old one signed has ended: a lifetime after the second step.
     */
    public synchronized void retireOthers() throws IOException {
        reload();
        keep(signer.trusting(List.of(signer.root())));
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

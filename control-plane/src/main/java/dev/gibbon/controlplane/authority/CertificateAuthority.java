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
import java.util.HexFormat;
import java.util.List;

/**
 * The authority of one mesh. Its key and root are made at the first start and kept in the document
 * {@code authority.pem}: key, root, then further roots that are trusted but do not sign. The trust
 * domain is named after the first root key: {@code mesh-<12 hexadecimal digits>}.
 *
 * <p>Any thread may call; signing takes about a millisecond and may read the random device, so not
 * on an event loop.
 */
public final class CertificateAuthority {
    /** How long certificates live unless it is said otherwise. */
    public static final Duration DEFAULT_LIFETIME = Duration.ofHours(24);

    private static final Duration ROOT_LIFETIME = Duration.ofDays(3650);
    private static final String DOCUMENT = "authority.pem";
    private static final String DOMAIN_DOCUMENT = "trust-domain";
    private static final int DOMAIN_BYTES = 6;

    private final SecretStore store;
    private final InstantSource clock;
    private final Duration lifetime;
    private final CertificateIssuer issuer;
    private final PrivateKey key;
    private final X509Certificate root;
    private volatile TrustBundle bundle;

    private CertificateAuthority(
            SecretStore store,
            InstantSource clock,
            Duration lifetime,
            CertificateIssuer issuer,
            PrivateKey key,
            TrustBundle bundle) {
        this.store = store;
        this.clock = clock;
        this.lifetime = lifetime;
        this.issuer = issuer;
        this.key = key;
        this.root = bundle.roots().getFirst();
        this.bundle = bundle;
    }

    /** Whether the store holds an authority, be it readable or not. */
    public static boolean isIn(SecretStore store) throws IOException {
        return store.read(DOCUMENT).isPresent();
    }

    /**
     * Opens the authority that the store holds, or makes one.
     *
     * @param lifetime of the certificates that it signs, at least one second
     * @throws IOException when the store fails, or holds something unreadable; nothing is replaced
     */
    public static CertificateAuthority open(
            SecretStore store, InstantSource clock, SecureRandom random, Duration lifetime)
            throws IOException {
        if (lifetime.toSeconds() < 1) {
            throw new IllegalArgumentException(
                    "lifetime: " + lifetime + " (expected: at least one second)");
        }
        CertificateIssuer issuer = new CertificateIssuer(random);
        if (store.read(DOCUMENT).isEmpty()) {
            create(store, issuer, P256.generate(random), clock.instant());
        }
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
            return new CertificateAuthority(
                    store,
                    clock,
                    lifetime,
                    issuer,
                    Pem.privateKey(document),
                    new TrustBundle(trustDomain, Pem.certificates(document)));
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

    private static void create(
            SecretStore store, CertificateIssuer issuer, KeyPair keys, Instant now)
            throws IOException {
        TrustDomain domain = domainOf(keys.getPublic());
        X509Certificate root =
                issuer.root(keys, "Gibbon " + domain, Validity.from(now, ROOT_LIFETIME));
        // The key is written last: it is the sign that all is there.
        store.write(DOMAIN_DOCUMENT, (domain + "\n").getBytes(StandardCharsets.US_ASCII));
        store.write(DOCUMENT, document(keys.getPrivate(), List.of(root)));
    }

    private static byte[] document(PrivateKey key, List<X509Certificate> roots) {
        return (Pem.ofPrivateKey(key) + Pem.ofCertificates(roots))
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static String text(SecretStore store, String name) throws IOException {
        byte[] content =
                store.read(name)
                        .orElseThrow(() -> new IOException(name + ": missing (expected: one)"));
        return new String(content, StandardCharsets.US_ASCII);
    }

    private static TrustDomain domainOf(PublicKey key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(key.getEncoded());
            return new TrustDomain(
                    "mesh-" + HexFormat.of().formatHex(Arrays.copyOf(digest, DOMAIN_BYTES)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JDK has no SHA-256", e);
        }
    }

    public TrustDomain trustDomain() {
        return bundle.trustDomain();
    }

    /** Whom members of the mesh trust: the own root first. */
    public TrustBundle bundle() {
        return bundle;
    }

    /** The pin of the root that signs; see {@link JoinToken#pin}. */
    public String pin() {
        return JoinToken.pin(root.getPublicKey());
    }

    /**
     * Trusts a further root, e.g. of an authority that will follow this one. Kept.
     *
     * @return the new bundle, which is to be published
     */
    public synchronized TrustBundle trust(X509Certificate further) throws IOException {
        List<X509Certificate> roots = new ArrayList<>(bundle.roots());
        roots.add(further);
        TrustBundle larger = new TrustBundle(bundle.trustDomain(), roots);
        store.write(DOCUMENT, document(key, larger.roots()));
        bundle = larger;
        return larger;
    }

    /**
     * Signs a certificate with the names that the caller has established; those in a request count
     * for nothing.
     *
     * @return leaf first, without the root
     */
    public List<X509Certificate> sign(
            CertificateRequest request, SpiffeId id, List<IpAddress> addresses) {
        return List.of(leaf(request.publicKey(), id, addresses));
    }

    /**
     * Signs the control plane's own certificate.
     *
     * @return leaf first, then the root, by which a sidecar that joins recognises the pin
     */
    public List<X509Certificate> signControlPlane(PublicKey publicKey) {
        return List.of(leaf(publicKey, SpiffeId.controlPlane(trustDomain()), List.of()), root);
    }

    private X509Certificate leaf(PublicKey publicKey, SpiffeId id, List<IpAddress> addresses) {
        Names names = new Names(null, id.toString(), addresses, List.of());
        return issuer.leaf(root, key, publicKey, names, Validity.from(clock.instant(), lifetime));
    }

    /** How long certificates live. */
    public Duration lifetime() {
        return lifetime;
    }
}

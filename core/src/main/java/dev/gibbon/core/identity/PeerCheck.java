package dev.gibbon.core.identity;

import dev.gibbon.core.identity.PeerVerdict.Reason;
import dev.gibbon.core.identity.PeerVerdict.Rejected;
import dev.gibbon.core.identity.PeerVerdict.Trusted;
import dev.gibbon.core.net.IpAddress;
import java.security.GeneralSecurityException;
import java.security.cert.CertPath;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The rule by which a mesh peer is believed: its chain leads to the bundle (PKIX, RFC 5280 section
 * 6, without revocation: certificates live for hours), the leaf has one SPIFFE ID and that is in
 * our trust domain, and the peer comes from an address that the certificate names.
 *
 * <p>A pure function of its arguments; any thread may call.
 */
public final class PeerCheck {
    private static final int MAX_CHAIN = 5;

    private PeerCheck() {}

    /**
     * Judges a peer and the address that it comes from.
     *
     * @param chain leaf first, as the peer sent it; empty when it sent none
     * @param source where the connection comes from (or goes to, for a peer that was dialled)
     */
    public static PeerVerdict check(
            List<X509Certificate> chain, TrustBundle bundle, Instant now, IpAddress source) {
        return from(source, checkChain(chain, bundle, now));
    }

    /** Judges the address that a peer comes from, after its chain. */
    public static PeerVerdict from(IpAddress source, PeerVerdict ofChain) {
        return switch (ofChain) {
            case Trusted trusted when !trusted.identity().addresses().contains(source) ->
                    new Rejected(
                            Reason.SOURCE_ADDRESS,
                            "the peer comes from "
                                    + source
                                    + ", the certificate of "
                                    + trusted.identity().id()
                                    + " names "
                                    + trusted.identity().addresses()
                                    + "; the likely cause is network address translation (NAT)"
                                    + " between the two");
            case Trusted trusted -> trusted;
            case Rejected rejected -> rejected;
        };
    }

    /** Judges a peer wherever it comes from. Only where the address is known to say nothing. */
    public static PeerVerdict checkChain(
            List<X509Certificate> chain, TrustBundle bundle, Instant now) {
        if (chain.isEmpty()) {
            return new Rejected(Reason.NO_CERTIFICATE, "the peer sent no certificate");
        }
        if (chain.size() > MAX_CHAIN) {
            return new Rejected(
                    Reason.MALFORMED,
                    chain.size() + " certificates (expected: at most " + MAX_CHAIN + ")");
        }
        Rejected path = checkPath(chain, bundle, now);
        if (path != null) {
            return path;
        }
        try {
            PeerIdentity identity = PeerIdentity.of(chain.getFirst());
            if (!identity.id().trustDomain().equals(bundle.trustDomain())) {
                return new Rejected(
                        Reason.NOT_IN_TRUST_DOMAIN,
                        identity.id() + " (expected: in " + bundle.trustDomain() + ")");
            }
            return new Trusted(identity);
        } catch (CertificateException e) {
            return new Rejected(Reason.MALFORMED, String.valueOf(e.getMessage()));
        }
    }

    // PKIXParameters takes no other type.
    @SuppressWarnings("JavaUtilDate")
    private static @Nullable Rejected checkPath(
            List<X509Certificate> chain, TrustBundle bundle, Instant now) {
        Set<TrustAnchor> anchors = new HashSet<>();
        bundle.roots().forEach(root -> anchors.add(new TrustAnchor(root, null)));
        // A root in the chain proves nothing; the path begins below the anchor.
        List<X509Certificate> below =
                chain.stream()
                        .filter(certificate -> !bundle.roots().contains(certificate))
                        .toList();
        if (anchors.isEmpty() || bundle.roots().contains(chain.getFirst())) {
            return new Rejected(
                    Reason.FOREIGN_AUTHORITY,
                    anchors.isEmpty()
                            ? "the trust bundle is empty"
                            : "the peer shows the certificate of an authority as its own");
        }
        try {
            CertPath path = CertificateFactory.getInstance("X.509").generateCertPath(below);
            PKIXParameters parameters = new PKIXParameters(anchors);
            parameters.setRevocationEnabled(false);
            parameters.setDate(Date.from(now));
            CertPathValidator.getInstance("PKIX").validate(path, parameters);
            return null;
        } catch (CertPathValidatorException e) {
            return explain(e, chain.getFirst(), bundle, now);
        } catch (GeneralSecurityException e) {
            return new Rejected(
                    Reason.MALFORMED, "unreadable chain: " + Printable.of(String.valueOf(e)));
        }
    }

    private static Rejected explain(
            CertPathValidatorException e, X509Certificate leaf, TrustBundle bundle, Instant now) {
        if (e.getReason() == BasicReason.EXPIRED) {
            return new Rejected(
                    Reason.EXPIRED,
                    "the certificate ended at " + leaf.getNotAfter().toInstant() + ", now " + now);
        }
        if (e.getReason() == BasicReason.NOT_YET_VALID) {
            return new Rejected(
                    Reason.NOT_YET_VALID,
                    "the certificate begins at "
                            + leaf.getNotBefore().toInstant()
                            + ", now "
                            + now
                            + "; do the clocks agree?");
        }
        return new Rejected(
                Reason.FOREIGN_AUTHORITY,
                "issued by '"
                        + Printable.of(leaf.getIssuerX500Principal().getName())
                        + "', which does not lead to an authority of "
                        + bundle.trustDomain()
                        + " ("
                        + Printable.of(String.valueOf(e.getMessage()))
                        + ")");
    }
}

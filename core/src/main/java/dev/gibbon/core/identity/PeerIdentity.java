package dev.gibbon.core.identity;

import dev.gibbon.core.net.IpAddress;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * What a mesh certificate says about its holder. It says the truth only if {@link PeerCheck} trusts
 * the certificate.
 *
 * @param addresses the addresses that the holder may come from
 * @param dnsNames further names; for a pod {@code <uid>.pod.<trust domain>}
 * @param notAfter when the certificate ends
 */
public record PeerIdentity(
        SpiffeId id, List<IpAddress> addresses, List<String> dnsNames, Instant notAfter) {
    private static final int DNS = 2;
    private static final int URI = 6;
    private static final int IP = 7;
    private static final int DIGITAL_SIGNATURE = 0;
    private static final List<String> PURPOSES = List.of("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2");

    public PeerIdentity {
        addresses = List.copyOf(addresses);
        dnsNames = List.copyOf(dnsNames);
    }

    /** The identity of a holder without DNS names. */
    public PeerIdentity(SpiffeId id, List<IpAddress> addresses, Instant notAfter) {
        this(id, addresses, List.of(), notAfter);
    }

    /**
     * Reads the identity of a leaf certificate: exactly one URI among the alternative names, which
     * is a SPIFFE ID; not an authority; for digital signatures; for client and server.
     *
     * @throws CertificateException when one of these does not hold; the message says which
     */
    public static PeerIdentity of(X509Certificate leaf) throws CertificateException {
        if (leaf.getBasicConstraints() >= 0) {
            throw new CertificateException("the certificate of an authority (expected: of a peer)");
        }
        boolean[] usage = leaf.getKeyUsage();
        if (usage == null || !usage[DIGITAL_SIGNATURE]) {
            throw new CertificateException("key usage (expected: digitalSignature)");
        }
        List<String> purposes = leaf.getExtendedKeyUsage();
        if (purposes == null || !purposes.containsAll(PURPOSES)) {
            throw new CertificateException(
                    "extended key usage (expected: serverAuth and clientAuth)");
        }
        List<String> uris = new ArrayList<>();
        List<IpAddress> addresses = new ArrayList<>();
        List<String> dnsNames = new ArrayList<>();
        Collection<List<?>> names = leaf.getSubjectAlternativeNames();
        for (List<?> name : names == null ? List.<List<?>>of() : names) {
            String text = String.valueOf(name.get(1));
            if (name.getFirst() instanceof Integer type && type == URI) {
                uris.add(text);
            } else if (name.getFirst() instanceof Integer type && type == DNS) {
                dnsNames.add(text);
            } else if (name.getFirst() instanceof Integer type && type == IP) {
                addresses.add(
                        IpAddress.parse(text)
                                .orElseThrow(() ->
                                        new CertificateException(
                                                "IP name: " + Printable.of(text))));
            }
        }
        if (uris.size() != 1) {
            throw new CertificateException(uris.size() + " URI names (expected: 1)");
        }
        SpiffeId id =
                SpiffeId.parse(uris.getFirst())
                        .orElseThrow(() ->
                                new CertificateException(
                                        "URI name: "
                                                + Printable.of(uris.getFirst())
                                                + " (expected: a SPIFFE ID)"));
        return new PeerIdentity(id, addresses, dnsNames, leaf.getNotAfter().toInstant());
    }
}

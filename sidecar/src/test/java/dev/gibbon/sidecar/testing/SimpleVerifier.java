package dev.gibbon.sidecar.testing;

import dev.gibbon.core.net.IpAddress;
import dev.gibbon.sidecar.tls.PeerVerifier;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Verifies chains that lead to one authority: each is signed by the next, the last by it. */
public record SimpleVerifier(X509Certificate root) implements PeerVerifier {
    private static final int URI_NAME = 6;
    private static final int IP_NAME = 7;

    @Override
    public Verdict verify(List<X509Certificate> chain, @Nullable IpAddress source) {
        if (chain.isEmpty()) {
            return new Verdict.Rejected("no_certificate", "the peer sent none");
        }
        X509Certificate leaf = chain.getFirst();
        try {
            for (int i = 0; i < chain.size(); i++) {
                X509Certificate above = i + 1 < chain.size() ? chain.get(i + 1) : root;
                chain.get(i).verify(above.getPublicKey());
            }
            leaf.checkValidity();
        } catch (CertificateExpiredException e) {
            return new Verdict.Rejected("expired", "the certificate has expired");
        } catch (CertificateNotYetValidException e) {
            return new Verdict.Rejected("not_yet_valid", "the certificate is not valid yet");
        } catch (GeneralSecurityException e) {
            return new Verdict.Rejected(
                    "foreign_authority", "issued by " + leaf.getIssuerX500Principal());
        }
        if (source != null && !names(leaf, IP_NAME).contains(source.toString())) {
            return new Verdict.Rejected("source_address", source + " is not in the certificate");
        }
        List<String> uris = names(leaf, URI_NAME);
        return uris.size() == 1
                ? new Verdict.Trusted(uris.getFirst())
                : new Verdict.Rejected("no_identity", "the certificate names no workload");
    }

    private static List<String> names(X509Certificate leaf, int type) {
        try {
            Collection<List<?>> names = leaf.getSubjectAlternativeNames();
            return names == null
                    ? List.of()
                    : names.stream()
                            .filter(name -> name.getFirst().equals(type))
                            .map(name -> name.get(1).toString())
                            .toList();
        } catch (GeneralSecurityException e) {
            return List.of();
        }
    }
}

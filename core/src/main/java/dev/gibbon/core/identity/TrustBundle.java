package dev.gibbon.core.identity;

import java.security.cert.X509Certificate;
import java.util.List;

/**
 * The authorities of a trust domain. There can be several at a time, so that one can follow another
 * without a moment at which peers distrust each other. Two bundles with the same certificates in
 * the same order are equal.
 *
 * @param roots certificates of authorities, without repetitions; empty trusts nobody
 */
public record TrustBundle(TrustDomain trustDomain, List<X509Certificate> roots) {

    public TrustBundle {
        roots = roots.stream().distinct().toList();
    }
}

package dev.gibbon.operator.identity;

import dev.gibbon.core.identity.TrustDomain;
import java.util.Locale;

/** What certificates of pods say beside the SPIFFE ID and the addresses. */
final class PodCertificates {
    private PodCertificates() {}

    /** The name of one pod among all that ever were: {@code <uid>.pod.<trust domain>}. */
    static String dnsName(String uid, TrustDomain trustDomain) {
        return (uid + ".pod." + trustDomain.name()).toLowerCase(Locale.ROOT);
    }
}

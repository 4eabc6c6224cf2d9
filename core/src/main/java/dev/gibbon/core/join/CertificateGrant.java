package dev.gibbon.core.join;

import dev.gibbon.core.identity.TrustBundle;
import dev.gibbon.core.identity.TrustDomain;
import dev.gibbon.core.json.JsonFormatException;
import dev.gibbon.core.json.JsonObject;
import dev.gibbon.core.json.JsonText;
import dev.gibbon.core.x509.Pem;
import dev.gibbon.core.x509.X509FormatException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/**
 * The answer to a {@link CertificateOrder}.
 *
 * @param chain leaf first
 * @param bundle whom to trust
 */
public record CertificateGrant(List<X509Certificate> chain, TrustBundle bundle) {
    public CertificateGrant {
        chain = List.copyOf(chain);
        if (chain.isEmpty()) {
            throw new IllegalArgumentException("chain: empty (expected: at least the leaf)");
        }
    }

    /** When the leaf ends. */
    public Instant notAfter() {
        return chain.getFirst().getNotAfter().toInstant();
    }

    /** The grant in JSON. */
    public byte[] encode() {
        return JsonText.of(json -> {
            json.writeStringField("chain", Pem.ofCertificates(chain));
            json.writeStringField("bundle", Pem.ofCertificates(bundle.roots()));
            json.writeStringField("trust_domain", bundle.trustDomain().name());
            json.writeStringField("not_after", notAfter().toString());
        });
    }

    /**
     * Reads a grant.
     *
     * @throws JsonFormatException when it is malformed
     */
    public static CertificateGrant decode(byte[] body) throws JsonFormatException {
        JsonObject json = JsonObject.parse(body);
        String domain = json.string("trust_domain");
        TrustDomain trustDomain =
                TrustDomain.parse(domain)
                        .orElseThrow(() -> json.wrong("trust_domain", domain, "a trust domain"));
        return new CertificateGrant(
                certificates(json, "chain"),
                new TrustBundle(trustDomain, certificates(json, "bundle")));
    }

    private static List<X509Certificate> certificates(JsonObject json, String field)
            throws JsonFormatException {
        try {
            return Pem.certificates(json.string(field));
        } catch (X509FormatException e) {
            throw json.wrong(field, e.getMessage(), "certificates in PEM");
        }
    }
}

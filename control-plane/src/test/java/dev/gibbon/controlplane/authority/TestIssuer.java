package dev.gibbon.controlplane.authority;

import dev.gibbon.controlplane.authority.Intermediate.Documents;
import dev.gibbon.core.identity.TrustDomain;
import dev.gibbon.core.x509.Pem;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.CertificateBuilder.KeyUsage;
import io.netty.pkitesting.X509Bundle;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** An authority outside of the mesh, and what it issues: what cert-manager writes into a Secret. */
public final class TestIssuer {
    private final X509Bundle own;

    /** The certificates above it, the root last; empty for a root. */
    private final List<X509Certificate> above;

    private TestIssuer(X509Bundle own, List<X509Certificate> above) {
        this.own = own;
        this.above = List.copyOf(above);
    }

    /** A root that is valid for ten years from a day before this. */
    public static TestIssuer root(String name, Instant now) {
        return root(name, now, builder -> builder);
    }

    static TestIssuer root(String name, Instant now, UnaryOperator<CertificateBuilder> change) {
        try {
            return new TestIssuer(
                    change.apply(authority(name, now).notAfter(now.plus(Duration.ofDays(3650))))
                            .buildSelfSigned(),
                    List.of());
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static CertificateBuilder authority(String name, Instant now) {
        return new CertificateBuilder()
                .ecp256()
                .subject("CN=" + name)
                .setIsCertificateAuthority(true)
                .setKeyUsage(true, KeyUsage.keyCertSign, KeyUsage.cRLSign)
                .notBefore(now.minus(Duration.ofDays(1)));
    }

    /** An authority below this one, valid for 90 days. */
    public TestIssuer issue(String name, Instant now) {
        return issue(name, now, builder -> builder);
    }

    /** An authority below this one. */
    public TestIssuer issue(String name, Instant now, UnaryOperator<CertificateBuilder> change) {
        try {
            List<X509Certificate> chain = new ArrayList<>();
            chain.add(own.getCertificate());
            chain.addAll(above);
            return new TestIssuer(
                    change.apply(authority(name, now).notAfter(now.plus(Duration.ofDays(90))))
                            .buildIssuedBy(own),
                    chain);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** Its certificate. */
    public X509Certificate certificate() {
        return own.getCertificate();
    }

    /** As cert-manager writes it: the chain without the root, and the root apart. */
    public Documents documents() {
        List<X509Certificate> chain = new ArrayList<>();
        chain.add(own.getCertificate());
        if (above.size() > 1) {
            chain.addAll(above.subList(0, above.size() - 1));
        }
        return new Documents(
                Pem.ofCertificates(chain),
                Pem.ofPrivateKey(own.getKeyPair().getPrivate()),
                Pem.ofCertificates(List.of(above.isEmpty() ? certificate() : above.getLast())));
    }

    /** What the mesh takes it for. */
    public Intermediate intermediate(Optional<TrustDomain> domain, Instant now) {
        try {
            return Intermediate.read(documents(), domain, now, new SecureRandom());
        } catch (UnusableIntermediateException e) {
            throw new AssertionError(e);
        }
    }
}

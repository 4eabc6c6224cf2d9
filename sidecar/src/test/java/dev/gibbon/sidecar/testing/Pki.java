package dev.gibbon.sidecar.testing;

import dev.gibbon.core.entity.ClientCertificate;
import dev.gibbon.core.x509.Pem;
import dev.gibbon.sidecar.tls.MeshIdentity;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/** Certificates of one trust domain. */
public final class Pki {
    public static final String ALPN = "gibbon/1/test";
    private static final Duration DAY = Duration.ofDays(1);

    private final X509Bundle authority;

    /** The certificates above a leaf, without the root. */
    private final List<X509Certificate> intermediates;

    private final X509Certificate root;

    private Pki(X509Bundle authority, List<X509Certificate> intermediates, X509Certificate root) {
        this.authority = authority;
        this.intermediates = intermediates;
        this.root = root;
    }

    public static Pki create(String name) {
        try {
            X509Bundle root =
                    new CertificateBuilder()
                            .ecp256()
                            .subject("CN=" + name)
                            .setIsCertificateAuthority(true)
                            .buildSelfSigned();
            return new Pki(root, List.of(), root.getCertificate());
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** The same root, whose certificates are signed by an intermediate from now on. */
    public Pki withIntermediate(String name) {
        try {
            X509Bundle intermediate =
                    new CertificateBuilder()
                            .ecp256()
                            .subject("CN=" + name)
                            .setIsCertificateAuthority(true)
                            .buildIssuedBy(authority);
            return new Pki(intermediate, List.of(intermediate.getCertificate()), root);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    public X509Bundle authority() {
        return authority;
    }

    public static String id(String host) {
        return "spiffe://test/host/" + host;
    }

    /** A certificate that is good today. */
    public MeshIdentity identity(String host, String... ips) {
        Instant now = Instant.now();
        return identity(host, now.minus(DAY), now.plus(DAY), ips);
    }

    public MeshIdentity identity(String host, Instant from, Instant to, String... ips) {
        try {
            CertificateBuilder builder =
                    new CertificateBuilder()
                            .ecp256()
                            .subject("CN=" + host)
                            .notBefore(from)
                            .notAfter(to)
                            .addSanUriName(URI.create(id(host)));
            for (String ip : ips) {
                builder.addSanIpAddress(ip);
            }
            X509Bundle leaf = builder.buildIssuedBy(authority);
            return new MeshIdentity(
                    leaf.getKeyPair().getPrivate(),
                    Stream.concat(Stream.of(leaf.getCertificate()), intermediates.stream())
                            .toList(),
                    List.of(root));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /**
     * A certificate for a client, with its key.
     *
     * @param algorithm e.g. {@code rsa2048}
     */
    public ClientCertificate client(String name, CertificateBuilder.Algorithm algorithm) {
        try {
            X509Bundle leaf =
                    new CertificateBuilder()
                            .algorithm(algorithm)
                            .subject("CN=" + name)
                            .buildIssuedBy(authority);
            return new ClientCertificate(
                    Pem.ofCertificates(List.of(leaf.getCertificate())),
                    Pem.ofPrivateKey(leaf.getKeyPair().getPrivate()));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** A server certificate for a DNS name. */
    public X509Bundle server(String dnsName) {
        try {
            return new CertificateBuilder()
                    .ecp256()
                    .subject("CN=" + dnsName)
                    .addSanDnsName(dnsName)
                    .buildIssuedBy(authority);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}

package dev.gibbon.sidecar.control;

import dev.gibbon.core.identity.PeerCheck;
import dev.gibbon.core.identity.PeerIdentity;
import dev.gibbon.core.identity.PeerVerdict.Rejected;
import dev.gibbon.core.identity.PeerVerdict.Trusted;
import dev.gibbon.core.identity.SpiffeId;
import dev.gibbon.core.identity.TrustBundle;
import dev.gibbon.core.join.JoinToken;
import dev.gibbon.core.x509.Pem;
import dev.gibbon.core.x509.X509FormatException;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Takes the control plane's certificate. On plain hosts by the trust bundle if there is one, else
 * by the pin of its authority, which the control plane sends along; in a cluster by the authorities
 * in a file, read for each connection. Host names say nothing here.
 */
final class ControlPlaneTrust extends X509ExtendedTrustManager {
    /** Finds whom to trust, given what the control plane shows. */
    @FunctionalInterface
    private interface Anchors {
        TrustBundle of(List<X509Certificate> chain) throws CertificateException;
    }

    private final Anchors anchors;
    private final InstantSource clock;

    private ControlPlaneTrust(Anchors anchors, InstantSource clock) {
        this.anchors = anchors;
        this.clock = clock;
    }

    ControlPlaneTrust(String pin, Optional<TrustBundle> bundle, InstantSource clock) {
        this(chain -> bundle.isPresent() ? bundle.get() : pinned(pin, chain), clock);
    }

    /**
     * Trusts the authorities in a file.
     *
     * @param roots certificates in PEM
     */
    ControlPlaneTrust(Path roots, InstantSource clock) {
        this(chain -> inFile(roots, chain), clock);
    }

    void check(List<X509Certificate> chain) throws CertificateException {
        if (chain.isEmpty()) {
            throw new CertificateException("the control plane shows no certificate");
        }
        TrustBundle trusted = anchors.of(chain);
        switch (PeerCheck.checkChain(chain, trusted, clock.instant())) {
            case Trusted(PeerIdentity peer) -> {
                SpiffeId expected = SpiffeId.controlPlane(trusted.trustDomain());
                if (!peer.id().equals(expected)) {
                    throw new CertificateException(
                            "the peer is " + peer.id() + " (expected: " + expected + ")");
                }
            }
            case Rejected rejected -> throw new CertificateException(rejected.toString());
        }
    }

    /** The one authority of the pin; the trust domain is the one that it has certified. */
    private static TrustBundle pinned(String pin, List<X509Certificate> chain)
            throws CertificateException {
        for (X509Certificate certificate : chain) {
            if (certificate.getBasicConstraints() >= 0
                    && JoinToken.pin(certificate.getPublicKey()).equals(pin)) {
                return new TrustBundle(
                        PeerIdentity.of(chain.getFirst()).id().trustDomain(), List.of(certificate));
            }
        }
        throw new OtherAuthorityException(pin);
    }

    /** The trust domain is the one that these authorities have certified. */
    private static TrustBundle inFile(Path roots, List<X509Certificate> chain)
            throws CertificateException {
        try {
            return new TrustBundle(
                    PeerIdentity.of(chain.getFirst()).id().trustDomain(),
                    Pem.certificates(Files.readString(roots)));
        } catch (IOException | X509FormatException e) {
            throw new CertificateException(
                    roots + ": " + e.getMessage() + " (expected: certificates in PEM)", e);
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType)
            throws CertificateException {
        check(List.of(chain));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        check(List.of(chain));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        check(List.of(chain));
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType)
            throws CertificateException {
        throw new CertificateException("a client does not verify clients");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        checkClientTrusted(chain, authType);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        checkClientTrusted(chain, authType);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}

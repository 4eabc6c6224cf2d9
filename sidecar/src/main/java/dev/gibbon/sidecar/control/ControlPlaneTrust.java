package dev.gibbon.sidecar.control;

import dev.gibbon.core.identity.PeerCheck;
import dev.gibbon.core.identity.PeerIdentity;
import dev.gibbon.core.identity.PeerVerdict.Rejected;
import dev.gibbon.core.identity.PeerVerdict.Trusted;
import dev.gibbon.core.identity.SpiffeId;
import dev.gibbon.core.identity.TrustBundle;
import dev.gibbon.core.join.JoinToken;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Takes the control plane's certificate: by the trust bundle if there is one, else by the pin of
 * its authority, which the control plane sends along. Host names say nothing here.
 */
final class ControlPlaneTrust extends X509ExtendedTrustManager {
    private final String pin;
    private final Optional<TrustBundle> bundle;
    private final InstantSource clock;

    ControlPlaneTrust(String pin, Optional<TrustBundle> bundle, InstantSource clock) {
        this.pin = pin;
        this.bundle = bundle;
        this.clock = clock;
    }

    void check(List<X509Certificate> chain) throws CertificateException {
        TrustBundle trusted = bundle.isPresent() ? bundle.get() : pinned(chain);
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
    private TrustBundle pinned(List<X509Certificate> chain) throws CertificateException {
        for (X509Certificate certificate : chain) {
            if (certificate.getBasicConstraints() >= 0
                    && JoinToken.pin(certificate.getPublicKey()).equals(pin)) {
                return new TrustBundle(
                        PeerIdentity.of(chain.getFirst()).id().trustDomain(), List.of(certificate));
            }
        }
        throw new OtherAuthorityException(pin);
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

package dev.gibbon.controlplane.feed;

import dev.gibbon.controlplane.authority.CertificateAuthority;
import dev.gibbon.core.identity.PeerCheck;
import dev.gibbon.core.identity.PeerIdentity;
import dev.gibbon.core.identity.PeerVerdict;
import dev.gibbon.core.identity.PeerVerdict.Rejected;
import dev.gibbon.core.identity.PeerVerdict.Trusted;
import dev.gibbon.core.identity.SpiffeId;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Takes the certificates of members of the mesh, by {@link PeerCheck}. The source address is not
 * looked at: a sidecar may reach its control plane through a translating gateway. The only server
 * that it takes is a control plane, for that is what one replica asks another.
 */
final class MemberTrust extends X509ExtendedTrustManager {
    private final CertificateAuthority authority;
    private final InstantSource clock;

    MemberTrust(CertificateAuthority authority, InstantSource clock) {
        this.authority = authority;
        this.clock = clock;
    }

    PeerVerdict check(List<X509Certificate> chain) {
        return PeerCheck.checkChain(chain, authority.bundle(), clock.instant());
    }

    /** Whether a peer that is trusted is a replica of the control plane. */
    static boolean isControlPlane(PeerIdentity identity) {
        return identity.id().equals(SpiffeId.controlPlane(identity.id().trustDomain()));
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType)
            throws CertificateException {
        switch (check(List.of(chain))) {
            case Trusted _ -> {}
            case Rejected rejected -> throw new CertificateException(rejected.toString());
        }
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
    public void checkServerTrusted(X509Certificate[] chain, String authType)
            throws CertificateException {
        switch (check(List.of(chain))) {
            case Trusted(PeerIdentity identity) -> {
                if (!isControlPlane(identity)) {
                    throw new CertificateException(
                            identity.id() + " (expected: the control plane)");
                }
            }
            case Rejected rejected -> throw new CertificateException(rejected.toString());
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        checkServerTrusted(chain, authType);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        checkServerTrusted(chain, authType);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return authority.bundle().roots().toArray(X509Certificate[]::new);
    }
}

package dev.gibbon.sidecar.tls;

import java.security.cert.CertificateException;

/** A peer's certificate was judged and not accepted. */
final class RejectedPeerException extends CertificateException {
    private static final long serialVersionUID = 1;

    RejectedPeerException(PeerVerifier.Verdict.Rejected rejected) {
        super(rejected.reason() + ": " + rejected.detail());
    }
}

package dev.gibbon.sidecar.control;

import java.security.cert.CertificateException;

/**
 * The control plane's authority is not the one that the join token pins. Asking again will not help
 * until somebody acts: the token is of another mesh, or somebody else answers there.
 */
public final class OtherAuthorityException extends CertificateException {
    private static final long serialVersionUID = 1L;

    OtherAuthorityException(String pin) {
        super(
                "the control plane's authority is not the one of the join token (pin "
                        + pin
                        + "); is the token of this mesh?");
    }
}

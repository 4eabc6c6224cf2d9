package dev.gibbon.operator;

import dev.gibbon.controlplane.authority.CertificateAuthority;
import dev.gibbon.core.log.Log;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.List;

/** Takes in what another replica has made of the authority's Secret. Of the publisher's thread. */
final class AuthorityReload {
    private final CertificateAuthority authority;
    private final Log log;
    private final Runnable signerChanged;
    private String seen = "";
    private List<X509Certificate> signing;

    /**
     * Of an authority that has just been opened.
     *
     * @param signerChanged called when something else signs from now on
     */
    AuthorityReload(CertificateAuthority authority, Runnable signerChanged, Log log) {
        this.authority = authority;
        this.signerChanged = signerChanged;
        this.log = log;
        this.signing = authority.signing();
    }

    /**
     * Reads the Secret again if it has changed.
     *
     * @param version of the Secret as the cluster has it; empty when there is none
     * @return false when that has to be tried again
     */
    boolean upTo(String version) {
        if (version.equals(seen)) {
            return true;
        }
        if (version.isEmpty()) {
            log.error(
                    "the authority's Secret is gone; this process goes on with its key, but a new"
                            + " one would lock out every sidecar: restore the Secret");
            seen = version;
            return true;
        }
        try {
            if (authority.reload()) {
                log.info("roots changed", "count", authority.bundle().roots().size());
            }
            seen = version;
            // The replica that leads has changed it itself, before it comes here.
            if (!authority.signing().equals(signing)) {
                signing = authority.signing();
                log.info(
                        "another certificate signs",
                        "until",
                        signing.getFirst().getNotAfter().toInstant());
                signerChanged.run();
            }
            return true;
        } catch (IOException e) {
            log.error("authority could not be read again; the old one stays", "cause", e);
            return false;
        }
    }
}

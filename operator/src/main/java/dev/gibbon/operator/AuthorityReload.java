package dev.gibbon.operator;

import dev.gibbon.controlplane.authority.CertificateAuthority;
import dev.gibbon.core.log.Log;
import java.io.IOException;

/** Takes in what another replica has made of the authority's Secret. Of the publisher's thread. */
final class AuthorityReload {
    private final CertificateAuthority authority;
    private final Log log;
    private String seen = "";

    AuthorityReload(CertificateAuthority authority, Log log) {
        this.authority = authority;
        this.log = log;
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
            return true;
        } catch (IOException e) {
            log.error("authority could not be read again; the old one stays", "cause", e);
            return false;
        }
    }
}

package dev.gibbon.controlplane;

import dev.gibbon.controlplane.authority.CertificateAuthority;
import dev.gibbon.controlplane.authority.SecretStore;
import dev.gibbon.controlplane.authority.WorkloadDocument;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Tells a control plane that starts for the first time from one whose authority was lost. A new
 * authority is another trust domain: each sidecar of the old one would be shut out, so nobody gets
 * one without having asked for it.
 */
final class LostAuthority {
    private static final String CONSENT = "new-authority";

    private LostAuthority() {}

    /**
     * Lets a start go on that has an authority, has nothing to lose, or is to begin anew.
     *
     * @param revision of the configuration; 0 when nothing was ever written
     * @throws IOException with what to do, when the authority was lost
     */
    static void refuse(SecretStore secrets, long revision) throws IOException {
        if (CertificateAuthority.isIn(secrets)) {
            return;
        }
        boolean registered = !new WorkloadDocument(secrets).all().isEmpty();
        if (revision == 0 && !registered) {
            return;
        }
        if (secrets.read(CONSENT).filter(consent -> consent.length == 0).isPresent()) {
            // Once: the next loss is asked about again.
            secrets.write(CONSENT, "used\n".getBytes(StandardCharsets.US_ASCII));
            return;
        }
        throw new IOException(
                "authority.pem: missing, though "
                        + (revision > 0 ? "there is a configuration" : "workloads have joined")
                        + " (restore data/authority from a backup; or, to begin a new trust domain"
                        + " that every sidecar has to join anew, make an empty file"
                        + " data/authority/"
                        + CONSENT
                        + ")");
    }
}

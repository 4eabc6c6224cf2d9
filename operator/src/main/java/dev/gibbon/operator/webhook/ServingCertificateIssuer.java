package dev.gibbon.operator.webhook;

import dev.gibbon.core.x509.CertifiedKey;
import java.io.IOException;
import java.util.List;

/**
 * Who signs the webhook's serving certificate: the mesh's authority, or cert-manager. The roots
 * that its chain leads to have to be the {@code caBundle} of the webhook's configuration before the
 * certificate is shown.
 */
public interface ServingCertificateIssuer {

    /**
     * A new key with its certificate. May block.
     *
     * @param names see {@link #names}
     * @throws IOException when none can be had now; the message says why
     */
    CertifiedKey issue(List<String> names) throws IOException;

    /** The DNS names under which the API server reaches the webhook's Service. */
    static List<String> names(String service, String namespace) {
        return List.of(
                service + "." + namespace + ".svc",
                service + "." + namespace + ".svc.cluster.local");
    }
}

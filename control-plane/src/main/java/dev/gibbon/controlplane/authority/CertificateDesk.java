package dev.gibbon.controlplane.authority;

import dev.gibbon.core.join.CertificateGrant;
import dev.gibbon.core.join.CertificateOrder;
import dev.gibbon.core.join.Refusal;
import dev.gibbon.core.net.IpAddress;
import java.io.IOException;
import java.util.List;

/**
 * Answers orders for certificates: establishes who the applicant is and what he may have, and has
 * it signed. Each home of the mesh has its own. Any thread but an event loop: it may wait.
 */
public interface CertificateDesk {
    /**
     * Answers an order.
     *
     * @param applicant what the connection proves
     * @param live which sidecars are connected
     * @throws IOException when the answer cannot be found out, or the wait is interrupted; then
     *     nothing was granted
     */
    Answer answer(CertificateOrder order, Applicant applicant, LiveSidecars live)
            throws IOException;

    /** How an order was answered. */
    sealed interface Answer {
        /**
         * Here is the certificate.
         *
         * @param name of the sidecar, as the desk has established it
         * @param addresses that the certificate names
         * @param membershipChanged whether the workload is new or different, so that the feed must
         *     be published anew
         */
        record Granted(
                String name,
                List<IpAddress> addresses,
                CertificateGrant grant,
                boolean membershipChanged)
                implements Answer {
            public Granted {
                addresses = List.copyOf(addresses);
            }
        }

        /** There is none. */
        record Refused(Refusal refusal) implements Answer {}
    }
}

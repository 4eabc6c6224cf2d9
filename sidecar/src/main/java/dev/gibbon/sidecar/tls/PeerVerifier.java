package dev.gibbon.sidecar.tls;

import dev.gibbon.core.net.IpAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Says whether a certificate chain is that of a mesh member, and whose. Never blocks. */
@FunctionalInterface
public interface PeerVerifier {

    /**
     * @param chain leaf first; empty when the peer sent none
     * @param source the address the peer connects from, which must be among its certificate's; null
     *     on the dialling side
     */
    Verdict verify(List<X509Certificate> chain, @Nullable IpAddress source);

    /** The outcome. */
    sealed interface Verdict {

        /**
         * @param identity the SPIFFE ID
         */
        record Trusted(String identity) implements Verdict {}

        /**
         * @param reason a label, e.g. {@code expired}
         * @param detail one sentence for the log
         */
        record Rejected(String reason, String detail) implements Verdict {}
    }
}

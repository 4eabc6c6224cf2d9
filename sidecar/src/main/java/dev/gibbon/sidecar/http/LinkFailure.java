package dev.gibbon.sidecar.http;

import dev.gibbon.core.decision.CloseReason;
import dev.gibbon.core.decision.UpstreamTls;
import dev.gibbon.core.net.IpPort;

/**
 * A connection to an upstream that failed while it served a request.
 *
 * @param detail one sentence for the log
 * @param used whether it had served another one before
 * @param answering whether any byte of an answer had come
 */
record LinkFailure(
        CloseReason reason,
        String detail,
        IpPort address,
        UpstreamTls tls,
        boolean used,
        boolean answering) {

    static LinkFailure of(UpstreamLink link, CloseReason reason, String detail) {
        return new LinkFailure(
                reason,
                detail,
                link.connection().address(),
                link.connection().tls(),
                link.isUsed(),
                link.hasAnyByte());
    }
}

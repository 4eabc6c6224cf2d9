package dev.gibbon.cli.demo;

import org.jspecify.annotations.Nullable;

/**
 * What was seen of one flow in one pass.
 *
 * @param direct the greeting without sidecars
 * @param proxied the greeting through both
 * @param clientIdentity the SPIFFE ID that sidecar A showed to B; null when the leg was not mesh
 *     TLS
 * @param serverIdentity the SPIFFE ID that sidecar B showed to A; null likewise
 * @param readable whether the greeting could be read on the wire between A and B
 */
record FlowResult(
        Flow flow,
        String direct,
        String proxied,
        @Nullable String clientIdentity,
        @Nullable String serverIdentity,
        boolean readable) {

    boolean isMesh() {
        return clientIdentity != null && serverIdentity != null;
    }
}

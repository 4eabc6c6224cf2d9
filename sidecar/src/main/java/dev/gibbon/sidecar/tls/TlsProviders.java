package dev.gibbon.sidecar.tls;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslProvider;
import java.util.List;

/** What all TLS contexts of a sidecar share. */
final class TlsProviders {
    static final String TLS_1_3 = "TLSv1.3";
    static final String TLS_1_2 = "TLSv1.2";

    private TlsProviders() {}

    /** BoringSSL where its library is there; the JDK otherwise. */
    static SslProvider current() {
        return OpenSsl.isAvailable() ? SslProvider.OPENSSL_REFCNT : SslProvider.JDK;
    }

    /**
     * Engines whose directions end one by one with TLS 1.3 (RFC 8446 section 6.1): those of the
     * JDK. For streams that have no end of their own inside the TLS. Netty's BoringSSL engine gives
     * up both directions with either close_notify: what arrives after ours counts as closed, and
     * theirs is answered at once.
     */
    static SslProvider halfClosing() {
        return SslProvider.JDK;
    }

    static ApplicationProtocolConfig alpn(List<String> protocols) {
        return protocols.isEmpty()
                ? ApplicationProtocolConfig.DISABLED
                : new ApplicationProtocolConfig(
                        Protocol.ALPN,
                        SelectorFailureBehavior.NO_ADVERTISE,
                        SelectedListenerFailureBehavior.ACCEPT,
                        protocols);
    }
}

package dev.gibbon.sidecar.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.ReferenceCountUtil;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLException;

/**
 * Ends the TLS of clients with the node's default certificate. HTTPS listeners speak {@code
 * http/1.1} and never offer h2; streams have no ALPN, and may be half-closed. Any thread may call.
 */
public final class DefaultServerTls implements AutoCloseable {
    private final SslContext stream;
    private final SslContext https;

    /**
     * @param key RSA or EC
     * @param chain leaf first
     * @throws SSLException when key and certificate cannot be used
     */
    public DefaultServerTls(PrivateKey key, List<X509Certificate> chain) throws SSLException {
        stream = context(TlsProviders.halfClosing(), key, chain, List.of());
        https = context(TlsProviders.current(), key, chain, List.of("http/1.1"));
    }

    private static SslContext context(
            SslProvider provider,
            PrivateKey key,
            List<X509Certificate> chain,
            List<String> protocols)
            throws SSLException {
        return SslContextBuilder.forServer(key, chain)
                .sslProvider(provider)
                .protocols(TlsProviders.TLS_1_3, TlsProviders.TLS_1_2)
                .applicationProtocolConfig(TlsProviders.alpn(protocols))
                .build();
    }

    /** A handler for one accepted connection. */
    public SslHandler newHandler(ByteBufAllocator allocator, boolean http) {
        return (http ? https : stream).newHandler(allocator);
    }

    /** Releases native memory; no handler may be made afterwards. */
    @Override
    public void close() {
        ReferenceCountUtil.release(stream);
        ReferenceCountUtil.release(https);
    }
}

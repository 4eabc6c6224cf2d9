package dev.gibbon.sidecar.tls;

import dev.gibbon.core.net.IpPort;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.util.ReferenceCountUtil;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * TLS towards upstreams that are not of the mesh: unverified as in Kong, or verified against the
 * node's authorities and the host name. For https {@code http/1.1} is offered. Any thread may call.
 */
final class PlainClientTls implements AutoCloseable {
    private static final List<String> HTTP = List.of("http/1.1");

    private final SslContext unverifiedStream;
    private final SslContext unverifiedHttp;
    private final SslContext verifiedStream;
    private final SslContext verifiedHttp;
    private final ServiceAuthorities own =
            new ServiceAuthorities(
                    (authorities, http) -> verified(http ? http() : stream(), authorities));

    PlainClientTls(List<X509Certificate> authorities) throws SSLException {
        unverifiedStream = unverified(stream());
        unverifiedHttp = unverified(http());
        verifiedStream = verified(stream(), authorities);
        verifiedHttp = verified(http(), authorities);
    }

    private static SslContext unverified(SslContextBuilder builder) throws SSLException {
        return builder.trustManager(InsecureTrustManagerFactory.INSTANCE)
                .endpointIdentificationAlgorithm(null)
                .build();
    }

    private static SslContext verified(SslContextBuilder builder, List<X509Certificate> authorities)
            throws SSLException {
        builder.endpointIdentificationAlgorithm("HTTPS");
        return (authorities.isEmpty() ? builder : builder.trustManager(authorities)).build();
    }

    private static SslContextBuilder stream() {
        return base(TlsProviders.halfClosing(), List.of());
    }

    private static SslContextBuilder http() {
        return base(TlsProviders.current(), HTTP);
    }

    private static SslContextBuilder base(SslProvider provider, List<String> alpn) {
        return SslContextBuilder.forClient()
                .sslProvider(provider)
                .protocols(TlsProviders.TLS_1_3, TlsProviders.TLS_1_2)
                .applicationProtocolConfig(TlsProviders.alpn(alpn));
    }

    SslHandler unverified(
            ByteBufAllocator allocator, @Nullable String serverName, IpPort address, boolean http) {
        return handler(http ? unverifiedHttp : unverifiedStream, allocator, serverName, address);
    }

    /**
     * @param authorities what the certificate must lead to, in PEM; null for those of this sidecar
     * @throws SSLException when the authorities cannot be used
     */
    SslHandler verified(
            ByteBufAllocator allocator,
            String serverName,
            @Nullable String authorities,
            IpPort address,
            boolean http)
            throws SSLException {
        SslContext context =
                authorities == null
                        ? http ? verifiedHttp : verifiedStream
                        : own.get(authorities, http);
        return handler(context, allocator, serverName, address);
    }

    /** The server name goes out as SNI, unless it is an address. */
    static SslHandler handler(
            SslContext context,
            ByteBufAllocator allocator,
            @Nullable String serverName,
            IpPort address) {
        return serverName == null
                ? context.newHandler(allocator)
                : context.newHandler(allocator, serverName, address.port());
    }

    @Override
    public void close() {
        own.close();
        ReferenceCountUtil.release(unverifiedStream);
        ReferenceCountUtil.release(unverifiedHttp);
        ReferenceCountUtil.release(verifiedStream);
        ReferenceCountUtil.release(verifiedHttp);
    }
}

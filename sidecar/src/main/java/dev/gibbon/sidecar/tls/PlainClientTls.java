package dev.gibbon.sidecar.tls;

import dev.gibbon.core.decision.UpstreamTls;
import dev.gibbon.core.entity.ClientCertificate;
import dev.gibbon.core.net.IpPort;
import dev.gibbon.core.x509.CertifiedKey;
import dev.gibbon.core.x509.Pem;
import dev.gibbon.core.x509.X509FormatException;
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
 * node's authorities, or the Service's, and the host name. An upstream that asks for a certificate
 * is shown the Service's, where there is one. For https {@code http/1.1} is offered. Any thread may
 * call.
 */
final class PlainClientTls implements AutoCloseable {
    private static final List<String> HTTP = List.of("http/1.1");

    private final SslContext unverifiedStream;
    private final SslContext unverifiedHttp;
    private final SslContext verifiedStream;
    private final SslContext verifiedHttp;
    private final List<X509Certificate> authorities;
    private final ServiceTls own = new ServiceTls(this::make);

    PlainClientTls(List<X509Certificate> authorities) throws SSLException {
        this.authorities = authorities;
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

    private SslContext make(ServiceTls.Making making) throws SSLException {
        SslContextBuilder builder = making.http() ? http() : stream();
        ClientCertificate certificate = making.certificate();
        if (certificate != null) {
            builder.keyManager(key(certificate));
        }
        if (!making.verified()) {
            return unverified(builder);
        }
        String pem = making.authorities();
        return verified(builder, pem == null ? authorities : authorities(pem));
    }

    private static List<X509Certificate> authorities(String pem) throws SSLException {
        try {
            return Pem.certificates(pem);
        } catch (X509FormatException e) {
            throw new SSLException("authorities of the Service: " + e.getMessage(), e);
        }
    }

    private static ServiceKey key(ClientCertificate certificate) throws SSLException {
        try {
            return new ServiceKey(
                    CertifiedKey.of(Pem.certificates(certificate.chain()), certificate.key()));
        } catch (X509FormatException e) {
            throw new SSLException("client certificate of the Service: " + e.getMessage(), e);
        }
    }

    /**
     * @throws SSLException when the Service's certificate cannot be used
     */
    SslHandler unverified(
            ByteBufAllocator allocator, UpstreamTls.Unverified tls, IpPort address, boolean http)
            throws SSLException {
        return tls.certificate() == null
                ? handler(
                        http ? unverifiedHttp : unverifiedStream,
                        allocator,
                        tls.serverName(),
                        address)
                : own.use(
                        new ServiceTls.Making(false, null, tls.certificate(), http),
                        context -> handler(context, allocator, tls.serverName(), address));
    }

    /**
     * @throws SSLException when the Service's authorities or its certificate cannot be used
     */
    SslHandler verified(
            ByteBufAllocator allocator, UpstreamTls.Verified tls, IpPort address, boolean http)
            throws SSLException {
        return tls.authorities() == null && tls.certificate() == null
                ? handler(
                        http ? verifiedHttp : verifiedStream, allocator, tls.serverName(), address)
                : own.use(
                        new ServiceTls.Making(true, tls.authorities(), tls.certificate(), http),
                        context -> handler(context, allocator, tls.serverName(), address));
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

package dev.gibbon.sidecar.tls;

import dev.gibbon.core.net.IpPort;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The dialling side of mesh TLS: TLS 1.3 without session cache. Where the peer must be of the mesh,
 * one that is not ends the handshake; where that is negotiated, the verdict is only remembered and
 * the mesh certificate is shown to nobody who does not name a mesh authority. Any thread may call.
 */
final class MeshClientTls implements AutoCloseable {
    private static final String HTTP_1_1 = "http/1.1";

    private final Supplier<@Nullable MeshIdentity> identity;
    private final CurrentContext mandatory;
    private final CurrentContext negotiatedStream;
    private final CurrentContext negotiatedHttp;

    MeshClientTls(Supplier<@Nullable MeshIdentity> identity, PeerVerifier verifier) {
        this.identity = identity;
        MeshKeys always = new MeshKeys(identity, false);
        MeshKeys onlyForMesh = new MeshKeys(identity, true);
        this.mandatory =
                new CurrentContext((roots, alpn) ->
                        build(
                                TlsProviders.current(),
                                always,
                                new MeshTrust(verifier, roots, true),
                                List.of(alpn),
                                TlsProviders.TLS_1_3));
        this.negotiatedStream =
                new CurrentContext((roots, alpn) ->
                        build(
                                TlsProviders.halfClosing(),
                                onlyForMesh,
                                new MeshTrust(verifier, roots, false),
                                List.of(alpn),
                                TlsProviders.TLS_1_3,
                                TlsProviders.TLS_1_2));
        this.negotiatedHttp =
                new CurrentContext((roots, alpn) ->
                        build(
                                TlsProviders.current(),
                                onlyForMesh,
                                new MeshTrust(verifier, roots, false),
                                List.of(alpn, HTTP_1_1),
                                TlsProviders.TLS_1_3,
                                TlsProviders.TLS_1_2));
    }

    private static CurrentContext.Built build(
            SslProvider provider,
            MeshKeys keys,
            MeshTrust trust,
            List<String> alpn,
            String... versions)
            throws SSLException {
        return new CurrentContext.Built(
                SslContextBuilder.forClient()
                        .sslProvider(provider)
                        .protocols(versions)
                        .applicationProtocolConfig(TlsProviders.alpn(alpn))
                        .keyManager(keys)
                        .trustManager(trust)
                        // Members are told by their identity, not by a host name.
                        .endpointIdentificationAlgorithm(null)
                        .build(),
                trust);
    }

    /** Mesh TLS or nothing; empty when there is no mesh certificate yet. */
    Optional<MeshHandshake> mandatory(ByteBufAllocator allocator, String alpn) throws SSLException {
        List<X509Certificate> roots = roots();
        return roots.isEmpty() || alpn.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        mandatory.use(
                                roots,
                                alpn,
                                built ->
                                        new MeshHandshake(
                                                built.context().newHandler(allocator),
                                                built.trust())));
    }

    /** TLS that may become mesh TLS; empty when there is no mesh certificate yet. */
    Optional<MeshHandshake> negotiated(
            ByteBufAllocator allocator,
            String alpn,
            @Nullable String serverName,
            IpPort address,
            boolean http)
            throws SSLException {
        List<X509Certificate> roots = roots();
        return roots.isEmpty() || alpn.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        (http ? negotiatedHttp : negotiatedStream)
                                .use(
                                        roots,
                                        alpn,
                                        built ->
                                                new MeshHandshake(
                                                        PlainClientTls.handler(
                                                                built.context(),
                                                                allocator,
                                                                serverName,
                                                                address),
                                                        built.trust())));
    }

    private List<X509Certificate> roots() {
        MeshIdentity now = identity.get();
        return now == null ? List.of() : now.roots();
    }

    @Override
    public void close() {
        mandatory.close();
        negotiatedStream.close();
        negotiatedHttp.close();
    }
}

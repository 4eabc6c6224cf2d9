package dev.gibbon.sidecar.tls;

import dev.gibbon.core.net.IpPort;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContextBuilder;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The accepting side of mesh TLS: TLS 1.3 only, without tickets or session cache, and with a client
 * certificate that the {@link PeerVerifier} trusts at the address it connects from. Any thread may
 * call.
 */
public final class MeshServerTls implements AutoCloseable {
    private final Supplier<@Nullable MeshIdentity> identity;
    private final CurrentContext contexts;

    public MeshServerTls(Supplier<@Nullable MeshIdentity> identity, PeerVerifier verifier) {
        this.identity = identity;
        MeshKeys keys = new MeshKeys(identity, false);
        this.contexts = new CurrentContext((roots, alpn) -> build(keys, verifier, roots, alpn));
    }

    private static CurrentContext.Built build(
            MeshKeys keys, PeerVerifier verifier, List<X509Certificate> roots, String alpn)
            throws SSLException {
        MeshTrust trust = new MeshTrust(verifier, roots, true);
        return new CurrentContext.Built(
                SslContextBuilder.forServer(keys)
                        .sslProvider(TlsProviders.current())
                        .protocols(TlsProviders.TLS_1_3)
                        .applicationProtocolConfig(TlsProviders.alpn(List.of(alpn)))
                        .clientAuth(ClientAuth.REQUIRE)
                        .trustManager(trust)
                        .build(),
                trust);
    }

    /**
     * A handler for one accepted mesh leg.
     *
     * @return empty when there is no mesh certificate yet
     */
    public Optional<MeshHandshake> newHandshake(
            ByteBufAllocator allocator, String alpn, IpPort client) throws SSLException {
        MeshIdentity now = identity.get();
        if (now == null) {
            return Optional.empty();
        }
        return Optional.of(
                contexts.use(
                        now.roots(),
                        alpn,
                        built ->
                                new MeshHandshake(
                                        built.context()
                                                .newHandler(
                                                        allocator,
                                                        client.ip().toString(),
                                                        client.port()),
                                        built.trust())));
    }

    /** Releases native memory; no handler may be made afterwards. */
    @Override
    public void close() {
        contexts.close();
    }
}

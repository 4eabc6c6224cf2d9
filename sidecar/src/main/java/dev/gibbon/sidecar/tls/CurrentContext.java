package dev.gibbon.sidecar.tls;

import io.netty.handler.ssl.SslContext;
import io.netty.util.IllegalReferenceCountException;
import io.netty.util.ReferenceCountUtil;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * A TLS context that is rebuilt when the mesh's roots or its ALPN change, and only then. Any thread
 * may call; nobody waits.
 */
final class CurrentContext implements AutoCloseable {

    /** Builds a context. */
    @FunctionalInterface
    interface Builder {
        Built build(List<X509Certificate> roots, String alpn) throws SSLException;
    }

    /** A context and the trust that judges its peers. */
    record Built(SslContext context, MeshTrust trust) {}

    private record Version(List<X509Certificate> roots, String alpn, Built built) {}

    private final Builder builder;
    private final AtomicReference<@Nullable Version> current = new AtomicReference<>();

    CurrentContext(Builder builder) {
        this.builder = builder;
    }

    /** Uses the context for these roots and this ALPN; it is not released meanwhile. */
    <T> T use(List<X509Certificate> roots, String alpn, Function<Built, T> user)
            throws SSLException {
        while (true) {
            Version version = current.get();
            if (version == null || !version.roots.equals(roots) || !version.alpn.equals(alpn)) {
                Version fresh = new Version(roots, alpn, builder.build(roots, alpn));
                if (!current.compareAndSet(version, fresh)) {
                    ReferenceCountUtil.release(fresh.built.context());
                } else if (version != null) {
                    ReferenceCountUtil.release(version.built.context());
                }
                continue;
            }
            try {
                ReferenceCountUtil.retain(version.built.context());
            } catch (IllegalReferenceCountException e) {
                // Replaced in this very moment.
                continue;
            }
            try {
                return user.apply(version.built);
            } finally {
                ReferenceCountUtil.release(version.built.context());
            }
        }
    }

    @Override
    public void close() {
        Version version = current.getAndSet(null);
        if (version != null) {
            ReferenceCountUtil.release(version.built.context());
        }
    }
}

package dev.gibbon.sidecar.tls;

import dev.gibbon.core.entity.ClientCertificate;
import io.netty.handler.ssl.SslContext;
import io.netty.util.ReferenceCountUtil;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * TLS contexts for Services with authorities or a certificate of their own, made when first needed.
 * What a context is made of is what it is found by, so that a changed certificate is shown from the
 * next handshake on, and connections that were made with the one before stay. Thread-safe.
 */
final class ServiceTls implements AutoCloseable {
    /** More are not kept: each holds parsed certificates outside the heap. */
    private static final int MOST = 64;

    /**
     * What a context is made of.
     *
     * @param verified whether the upstream's certificate must verify
     * @param authorities that it must lead to then, certificates in PEM; null for those of this
     *     sidecar
     * @param certificate shown to the upstream; null for none
     * @param http whether requests go through it
     */
    record Making(
            boolean verified,
            @Nullable String authorities,
            @Nullable ClientCertificate certificate,
            boolean http) {}

    /** Makes a context. */
    @FunctionalInterface
    interface Maker {
        SslContext make(Making making) throws SSLException;
    }

    private final Maker maker;
    private final Map<Making, SslContext> contexts = new LinkedHashMap<>(16, 0.75f, true);

    ServiceTls(Maker maker) {
        this.maker = maker;
    }

    /**
     * Uses the context of this making; it is not released meanwhile.
     *
     * @throws SSLException when it cannot be made
     */
    synchronized <T> T use(Making making, Function<SslContext, T> user) throws SSLException {
        SslContext context = contexts.get(making);
        if (context == null) {
            context = maker.make(making);
            contexts.put(making, context);
            if (contexts.size() > MOST) {
                forgetTheLongestUnused();
            }
        }
        return user.apply(context);
    }

    /** Handlers that were made of it keep what they need. */
    private void forgetTheLongestUnused() {
        Making eldest = contexts.keySet().iterator().next();
        ReferenceCountUtil.release(contexts.remove(eldest));
    }

    @Override
    public synchronized void close() {
        contexts.values().forEach(ReferenceCountUtil::release);
        contexts.clear();
    }
}

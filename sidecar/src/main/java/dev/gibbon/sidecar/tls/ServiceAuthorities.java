package dev.gibbon.sidecar.tls;

import dev.gibbon.core.x509.Pem;
import dev.gibbon.core.x509.X509FormatException;
import io.netty.handler.ssl.SslContext;
import io.netty.util.ReferenceCountUtil;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLException;

/** TLS contexts for Services with authorities of their own, made when first needed. Thread-safe. */
final class ServiceAuthorities implements AutoCloseable {
    /** More are not kept: each holds parsed certificates outside the heap. */
    private static final int MOST = 64;

    /** Makes a context. */
    @FunctionalInterface
    interface Maker {
        SslContext make(List<X509Certificate> authorities, boolean http) throws SSLException;
    }

    private record Key(String authorities, boolean http) {}

    private final Maker maker;
    private final Map<Key, SslContext> contexts = new HashMap<>();

    ServiceAuthorities(Maker maker) {
        this.maker = maker;
    }

    /**
     * The context for these authorities.
     *
     * @param authorities certificates in PEM
     * @throws SSLException when they cannot be used
     */
    synchronized SslContext get(String authorities, boolean http) throws SSLException {
        Key key = new Key(authorities, http);
        SslContext known = contexts.get(key);
        if (known != null) {
            return known;
        }
        if (contexts.size() >= MOST) {
            close();
        }
        SslContext made;
        try {
            List<X509Certificate> certificates = Pem.certificates(authorities);
            if (certificates.isEmpty()) {
                throw new SSLException("authorities of the Service: none (expected: one or more)");
            }
            made = maker.make(certificates, http);
        } catch (X509FormatException e) {
            throw new SSLException("authorities of the Service: " + e.getMessage(), e);
        }
        contexts.put(key, made);
        return made;
    }

    /** Forgets all; handlers that were made keep what they need. */
    @Override
    public synchronized void close() {
        contexts.values().forEach(ReferenceCountUtil::release);
        contexts.clear();
    }
}

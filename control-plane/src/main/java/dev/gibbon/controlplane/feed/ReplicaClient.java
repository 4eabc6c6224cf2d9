package dev.gibbon.controlplane.feed;

import dev.gibbon.controlplane.authority.CertificateAuthority;
import dev.gibbon.core.identity.TrustBundle;
import dev.gibbon.core.net.IpPort;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Asks other replicas of this control plane, over mutual TLS: both sides show the control plane's
 * certificate, which any replica signs for itself. Any thread, but not an event loop.
 */
public final class ReplicaClient implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    private static final int MAX_ANSWER = 16 << 20;

    private final CertificateAuthority authority;
    private final InstantSource clock;
    private @Nullable Identity identity;

    /** A client with a certificate, good for a while and for one bundle. */
    private record Identity(HttpClient client, TrustBundle bundle, Instant until) {}

    public ReplicaClient(CertificateAuthority authority, InstantSource clock) {
        this.authority = authority;
        this.clock = clock;
    }

    /**
     * What a replica says of itself; waits for two seconds at most.
     *
     * @param address of its feed
     * @throws IOException when it does not answer, is no control plane of this mesh, or says more
     *     than 16 MiB
     */
    public byte[] ask(IpPort address) throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create("https://" + address + ReplicaHandler.PATH))
                        .timeout(TIMEOUT)
                        .build();
        HttpResponse<byte[]> response =
                client().send(
                                request,
                                BodyHandlers.limiting(BodyHandlers.ofByteArray(), MAX_ANSWER));
        if (response.statusCode() != 200) {
            throw new IOException(
                    address + ": status " + response.statusCode() + " (expected: 200)");
        }
        return response.body();
    }

    /** Made anew with the bundle: a TLS session that is resumed brings its old certificate. */
    private synchronized HttpClient client() throws IOException {
        Identity now = identity;
        if (now != null
                && now.bundle().equals(authority.bundle())
                && clock.instant().isBefore(now.until())) {
            return now.client();
        }
        Instant start = clock.instant();
        ServerIdentity own = new ServerIdentity(authority, new SecureRandom());
        Identity next =
                new Identity(
                        HttpClient.newBuilder()
                                .version(HttpClient.Version.HTTP_1_1)
                                .connectTimeout(TIMEOUT)
                                .sslContext(context(own))
                                .build(),
                        authority.bundle(),
                        start.plus(Duration.between(start, own.notAfter()).dividedBy(2)));
        identity = next;
        if (now != null) {
            now.client().shutdown();
        }
        return next.client();
    }

    private SSLContext context(ServerIdentity own) throws IOException {
        SecureRandom random = new SecureRandom();
        try {
            SSLContext context = SSLContext.getInstance("TLSv1.3");
            context.init(
                    new KeyManager[] {own},
                    new TrustManager[] {new MemberTrust(authority, clock)},
                    random);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("this JDK has no TLS 1.3", e);
        }
    }

    @Override
    public synchronized void close() {
        if (identity != null) {
            identity.client().shutdownNow();
        }
    }
}

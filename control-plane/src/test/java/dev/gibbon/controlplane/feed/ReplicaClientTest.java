package dev.gibbon.controlplane.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gibbon.controlplane.authority.CertificateAuthority;
import dev.gibbon.controlplane.authority.CertificateDesk;
import dev.gibbon.controlplane.authority.SecretDirectory;
import dev.gibbon.core.identity.SpiffeId;
import dev.gibbon.core.log.Log;
import dev.gibbon.core.net.IpAddress;
import dev.gibbon.core.net.IpPort;
import dev.gibbon.core.x509.CertificateRequest;
import dev.gibbon.core.x509.P256;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What one replica tells another, and nobody else. */
class ReplicaClientTest {
    private static final CertificateDesk NO_DESK =
            (_, _, _) -> {
                throw new IOException("no desk");
            };

    @TempDir private Path directory;
    private volatile Instant now = Instant.now();
    private final InstantSource clock = () -> now;
    private CertificateAuthority authority;
    private FeedServer server;

    @BeforeEach
    void start() throws IOException {
        authority = authority("mesh");
        server = serve(authority);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private CertificateAuthority authority(String name) throws IOException {
        return CertificateAuthority.open(
                new SecretDirectory(directory.resolve(name)),
                clock,
                new SecureRandom(),
                Duration.ofHours(1));
    }

    private FeedServer serve(CertificateAuthority by) throws IOException {
        return FeedServer.start(
                new FeedServer.Listeners(
                        Optional.empty(), Optional.of(new IpPort(IpAddress.of("127.0.0.1"), 0))),
                by,
                new FeedServer.Home(
                        NO_DESK,
                        PeerNames.HOSTS,
                        () -> {},
                        () -> "{\"sidecars\":3}".getBytes(StandardCharsets.UTF_8)),
                clock,
                Log.NONE);
    }

    private static String ask(ReplicaClient client, FeedServer server) throws Exception {
        return new String(client.ask(server.remoteAddress()), StandardCharsets.UTF_8);
    }

    @Test
    void replicaOfTheSameControlPlaneIsAnswered() throws Exception {
        try (ReplicaClient client = new ReplicaClient(authority, clock)) {
            assertThat(ask(client, server)).isEqualTo("{\"sidecars\":3}");
            assertThat(ask(client, server)).isEqualTo("{\"sidecars\":3}");
        }
    }

    /** The client's first certificate has ended by then, and so have TLS sessions that know it. */
    @Test
    void replicaIsAnsweredBeyondTheLifeOfItsCertificateAndOverAChangeOfRoots() throws Exception {
        try (ReplicaClient client = new ReplicaClient(authority, clock)) {
            assertThat(ask(client, server)).isEqualTo("{\"sidecars\":3}");

            authority.rootChange().prepare(new SecureRandom());
            authority.rootChange().activate();
            assertThat(ask(client, server)).isEqualTo("{\"sidecars\":3}");

            now = now.plus(Duration.ofHours(2));
            try (FeedServer later = serve(authority)) {
                assertThat(ask(client, later)).isEqualTo("{\"sidecars\":3}");
            }
        }
    }

    @Test
    void replicaOfAnotherMeshIsNeitherAnsweredNorBelieved() throws Exception {
        CertificateAuthority foreign = authority("foreign");
        try (ReplicaClient client = new ReplicaClient(foreign, clock);
                FeedServer foreignServer = serve(foreign);
                ReplicaClient own = new ReplicaClient(authority, clock)) {
            assertThatThrownBy(() -> ask(client, server)).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> ask(own, foreignServer)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void memberOfTheMeshAndStrangersAreNotTold() throws Exception {
        assertThat(get(member()).statusCode()).isEqualTo(404);
        assertThat(get(null).statusCode()).isEqualTo(404);
    }

    private HttpResponse<String> get(@Nullable KeyStore shown) throws Exception {
        KeyManagerFactory keys = KeyManagerFactory.getInstance("SunX509");
        keys.init(shown, new char[0]);
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(
                shown == null ? null : keys.getKeyManagers(),
                new TrustManager[] {new MemberTrust(authority, clock)},
                null);
        try (HttpClient client = HttpClient.newBuilder().sslContext(context).build()) {
            return client.send(
                    HttpRequest.newBuilder(
                                    URI.create("https://" + server.remoteAddress() + "/v1/replica"))
                            .version(HttpClient.Version.HTTP_1_1)
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }

    private KeyStore member() throws Exception {
        KeyPair pair = P256.generate(new SecureRandom());
        List<X509Certificate> chain =
                authority.sign(
                        CertificateRequest.parse(CertificateRequest.create(pair)),
                        SpiffeId.serviceAccount(authority.trustDomain(), "shop", "service-a"),
                        List.of(IpAddress.of("127.0.0.1")));
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry(
                "key", pair.getPrivate(), new char[0], chain.toArray(X509Certificate[]::new));
        return store;
    }
}

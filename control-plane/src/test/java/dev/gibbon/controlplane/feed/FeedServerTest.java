package dev.gibbon.controlplane.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gibbon.controlplane.authority.CertificateAuthority;
import dev.gibbon.controlplane.authority.HostCertificateDesk;
import dev.gibbon.controlplane.authority.JoinTokens;
import dev.gibbon.controlplane.authority.SecretDirectory;
import dev.gibbon.controlplane.authority.TokenDocument;
import dev.gibbon.controlplane.authority.WorkloadDocument;
import dev.gibbon.core.destination.Destination;
import dev.gibbon.core.entity.Protocol;
import dev.gibbon.core.entity.Service;
import dev.gibbon.core.feed.FeedResource;
import dev.gibbon.core.feed.FeedResource.ServiceResource;
import dev.gibbon.core.feed.FeedSnapshot;
import dev.gibbon.core.feed.FeedSource;
import dev.gibbon.core.identity.SpiffeId;
import dev.gibbon.core.identity.TrustDomain;
import dev.gibbon.core.log.Log;
import dev.gibbon.core.net.IpAddress;
import dev.gibbon.core.net.IpPort;
import dev.gibbon.core.x509.CertificateRequest;
import dev.gibbon.core.x509.P256;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509KeyManager;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The TCP end, spoken to by the JDK's own TLS. */
class FeedServerTest {
    private static final String HELLO =
            "{\"type\":\"hello\",\"versions\":[1],\"kinds\":[\"service\"],\"name\":\"b\"}\n";

    @TempDir private Path directory;
    private final List<String> log = new CopyOnWriteArrayList<>();
    private final List<SSLSocket> sockets = new ArrayList<>();
    private CertificateAuthority authority;
    private FeedServer server;

    @BeforeEach
    void start() throws IOException {
        InstantSource clock = InstantSource.system();
        SecretDirectory secrets = new SecretDirectory(directory);
        authority =
                CertificateAuthority.open(secrets, clock, new SecureRandom(), Duration.ofHours(1));
        server =
                FeedServer.start(
                        new FeedServer.Listeners(
                                Optional.empty(),
                                Optional.of(new IpPort(IpAddress.of("127.0.0.1"), 0))),
                        authority,
                        FeedServer.Home.ofHosts(
                                new HostCertificateDesk(
                                        authority,
                                        new JoinTokens(
                                                new TokenDocument(secrets), new SecureRandom()),
                                        new WorkloadDocument(secrets),
                                        clock),
                                () -> {}),
                        clock,
                        new ListLog(log));
    }

    @AfterEach
    void stop() throws IOException {
        for (SSLSocket socket : sockets) {
            socket.close();
        }
        server.close();
    }

    @Test
    void feedWithoutACertificateIsRefused() throws Exception {
        SSLSocket socket = connect("gibbon-feed/1", null);
        say(socket, HELLO);

        assertThat(socket.getInputStream().read()).isEqualTo(-1);
        awaitLog("no_certificate");
        assertThat(server.sidecars()).isEmpty();
    }

    @Test
    void feedWithACertificateOfAnotherMeshIsRefused() throws Exception {
        CertificateAuthority foreign =
                CertificateAuthority.open(
                        new SecretDirectory(directory.resolve("foreign")),
                        InstantSource.system(),
                        new SecureRandom(),
                        Duration.ofHours(1));
        SSLSocket socket = connect("gibbon-feed/1", member(foreign, authority.trustDomain(), "b"));

        assertThatThrownBy(
                        () -> {
                            say(socket, HELLO);
                            if (socket.getInputStream().read() < 0) {
                                throw new IOException("closed");
                            }
                        })
                .isInstanceOf(IOException.class);
        awaitLog("foreign_authority");
    }

    @Test
    void memberMayNotTakeAnotherName() throws Exception {
        SSLSocket socket =
                connect("gibbon-feed/1", member(authority, authority.trustDomain(), "c"));
        say(socket, HELLO);

        assertThat(socket.getInputStream().read()).isEqualTo(-1);
        awaitLog("not the one of the certificate");
    }

    @Test
    void orderIsAnsweredInHttp() throws Exception {
        assertThat(http("GET /v1/certificates", 0, "")).contains(" 405 ");
        assertThat(http("POST /other", 0, "")).contains(" 404 ");
        assertThat(http("POST /v1/certificates", 2, "{}")).contains(" 400 ");
        assertThat(http("POST /v1/certificates", 100_000, "")).contains(" 413 ");
    }

    @Test
    void sidecarThatReadsNothingHoldsUpNobody() throws Exception {
        SSLSocket slow = connect("gibbon-feed/1", member(authority, authority.trustDomain(), "b"));
        say(slow, HELLO);
        SSLSocket quick = connect("gibbon-feed/1", member(authority, authority.trustDomain(), "q"));
        say(quick, HELLO.replace("\"b\"", "\"q\""));
        BufferedReader lines =
                new BufferedReader(
                        new InputStreamReader(quick.getInputStream(), StandardCharsets.UTF_8));
        assertThat(lines.readLine()).contains("hello");

        for (int revision = 1; revision <= 8; revision++) {
            server.publish(services(revision), revision);
            String line = lines.readLine();
            while (line != null && !line.contains("\"complete\"")) {
                line = lines.readLine();
            }
            assertThat(line).contains("\"revision\":" + revision);
            say(quick, "{\"type\":\"ack\",\"revision\":" + revision + "}\n");
        }

        assertThat(server.sidecars())
                .extracting(SidecarStatus::name, SidecarStatus::connectedSince)
                .doesNotContainNull()
                .hasSize(2);
    }

    @Test
    void eachPeerIsToldWhatIsForItAndWhatItAsksFor() throws Exception {
        server.publish(name ->
                source(FeedSnapshot.of(1, List.of(services(1).get(name.equals("b") ? 0 : 1)))));
        Peer b = new Peer("b", "10.0.0.1:80");
        Peer c = new Peer("c");

        List<String> toB = b.batch();
        List<String> toC = c.batch();

        // What was asked for together with the hello is in the first batch.
        assertThat(toB).hasSize(3);
        assertThat(toB.getFirst()).contains("\"kind\":\"service\"", new UUID(1, 0).toString());
        assertThat(toB.get(1)).contains("\"kind\":\"destination\"", "answer to 10.0.0.1:80");
        assertThat(toC).hasSize(2);
        assertThat(toC.getFirst()).contains(new UUID(1, 1).toString());

        c.say("{\"type\":\"subscribe\",\"kind\":\"destination\",\"ids\":[\"x:1\"]}");
        assertThat(c.batch()).hasSize(2).first().asString().contains("answer to x:1");
        c.say("{\"type\":\"subscribe\",\"kind\":\"destination\",\"ids\":[]}");
        assertThat(c.batch()).hasSize(2).first().asString().contains("delete", "x:1");
    }

    @Test
    void sidecarThatReconnectsIsSentOnlyWhatHasChanged() throws Exception {
        server.publish(_ -> source(FeedSnapshot.of(1, services(1))));
        Peer b = new Peer("b", "10.0.0.1:80");
        String resume = b.batch().getLast();
        b.socket.close();
        awaitLog("sidecar disconnected");

        server.publish(_ -> source(FeedSnapshot.of(2, services(1))));
        Peer again = new Peer("b", resume, "10.0.0.1:80");

        assertThat(again.hello).contains("\"resume\"");
        assertThat(again.batch()).hasSize(1).first().asString().contains("\"revision\":2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"no port", "10.0.0.1:80/../x", "a:99999"})
    void subscriptionToNonsenseEndsTheConnection(String id) throws Exception {
        server.publish(_ -> source(FeedSnapshot.of(1, services(1).subList(0, 1))));
        Peer b = new Peer("b");
        b.batch();

        b.say("{\"type\":\"subscribe\",\"kind\":\"destination\",\"ids\":[\"" + id + "\"]}");

        assertThat(b.lines.readLine()).isNull();
        awaitLog("an id that is none");
    }

    /** A source that leads everything to a destination named after it. */
    private static FeedSource source(FeedSnapshot base) {
        return new FeedSource() {
            @Override
            public FeedSnapshot base() {
                return base;
            }

            @Override
            public Destination destination(String id) {
                return new Destination("answer to " + id, false, List.of());
            }
        };
    }

    /** A sidecar that knows all kinds, and acknowledges what it is sent. */
    private final class Peer {
        final SSLSocket socket;
        final BufferedReader lines;
        final String hello;

        Peer(String name, String... wanted) throws Exception {
            this(name, "", List.of(wanted));
        }

        Peer(String name, String resume, String wanted) throws Exception {
            this(
                    name,
                    ",\"resume\":" + resume.replace("\"type\":\"complete\",", ""),
                    List.of(wanted));
        }

        private Peer(String name, String resume, List<String> wanted) throws Exception {
            socket = connect("gibbon-feed/1", member(authority, authority.trustDomain(), name));
            lines =
                    new BufferedReader(
                            new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            String kinds =
                    FeedResource.KINDS.stream()
                            .map(kind -> "\"" + kind + "\"")
                            .collect(Collectors.joining(","));
            String ids =
                    wanted.stream().map(id -> "\"" + id + "\"").collect(Collectors.joining(","));
            FeedServerTest.say(
                    socket,
                    "{\"type\":\"hello\",\"versions\":[1],\"kinds\":["
                            + kinds
                            + "],\"name\":\""
                            + name
                            + "\""
                            + resume
                            + "}\n"
                            + "{\"type\":\"subscribe\",\"kind\":\"destination\",\"ids\":["
                            + ids
                            + "]}\n");
            hello = lines.readLine();
        }

        void say(String line) throws IOException {
            FeedServerTest.say(socket, line + "\n");
        }

        /** The lines of the next batch, which is acknowledged. */
        List<String> batch() throws IOException {
            List<String> batch = new ArrayList<>();
            do {
                batch.add(lines.readLine());
            } while (!batch.getLast().contains("\"type\":\"complete\""));
            String revision = batch.getLast().replaceAll(".*\"revision\":([0-9]+).*", "$1");
            say("{\"type\":\"ack\",\"revision\":" + revision + "}");
            return batch;
        }
    }

    @Test
    void portInUseIsSaidInOneLine() {
        assertThatThrownBy(() ->
                        FeedServer.start(
                                new FeedServer.Listeners(
                                        Optional.empty(), Optional.of(server.remoteAddress())),
                                authority,
                                FeedServer.Home.ofHosts(
                                        (_, _, _) -> {
                                            throw new IOException("no desk");
                                        },
                                        () -> {}),
                                InstantSource.system(),
                                Log.NONE))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cannot listen on 127.0.0.1:")
                .hasMessageContaining("does another control plane run here?");
    }

    /** About 4 MB, more than socket buffers take. */
    private static List<FeedResource> services(int revision) {
        String path = "/" + "p".repeat(2_000) + revision;
        List<FeedResource> services = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            services.add(
                    new ServiceResource(
                            new Service(
                                    new UUID(1, i),
                                    1,
                                    1,
                                    null,
                                    5,
                                    Protocol.HTTP,
                                    "example.com",
                                    80,
                                    path,
                                    1,
                                    1,
                                    1,
                                    null,
                                    null)));
        }
        return services;
    }

    private String http(String request, int length, String body) throws Exception {
        SSLSocket socket = connect("http/1.1", null);
        String headers = "Host: x\r\nContent-Length: " + length + "\r\n\r\n";
        say(socket, request + " HTTP/1.1\r\n" + headers + body);
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    /** The server may log a little after the peer has seen the end; waits at most ten seconds. */
    private void awaitLog(String part) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (log.stream().noneMatch(line -> line.contains(part))) {
            assertThat(System.nanoTime()).as("no '%s' in %s", part, log).isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    private static void say(SSLSocket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        socket.getOutputStream().flush();
    }

    private static KeyStore member(CertificateAuthority authority, TrustDomain domain, String name)
            throws Exception {
        KeyPair keys = P256.generate(new SecureRandom());
        List<X509Certificate> chain =
                authority.sign(
                        CertificateRequest.parse(CertificateRequest.create(keys)),
                        SpiffeId.host(domain, name),
                        List.of(IpAddress.of("127.0.0.1")));
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry(
                "key", keys.getPrivate(), new char[0], chain.toArray(X509Certificate[]::new));
        return store;
    }

    private SSLSocket connect(String protocol, @Nullable KeyStore member) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("root", authority.bundle().roots().getFirst());
        TrustManagerFactory trust =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        KeyManagerFactory keys = KeyManagerFactory.getInstance("SunX509");
        keys.init(member, new char[0]);
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(
                member == null ? null : new KeyManager[] {new AnyIssuer(keys, member)},
                trust.getTrustManagers(),
                null);
        SSLSocket socket =
                (SSLSocket)
                        context.getSocketFactory()
                                .createSocket("127.0.0.1", server.remoteAddress().port());
        sockets.add(socket);
        socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(10));
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {protocol});
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }

    /** Shows its certificate, though the server names other issuers. */
    private static final class AnyIssuer extends X509ExtendedKeyManager {
        private final X509KeyManager keys;

        AnyIssuer(KeyManagerFactory keys, KeyStore member) throws Exception {
            this.keys = (X509KeyManager) keys.getKeyManagers()[0];
            if (!member.containsAlias("key")) {
                throw new AssertionError("no key");
            }
        }

        @Override
        public String chooseClientAlias(
                String[] keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return "key";
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return keys.getCertificateChain(alias);
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return keys.getPrivateKey(alias);
        }

        @Override
        public String[] getClientAliases(String keyType, Principal @Nullable [] issuers) {
            return new String[] {"key"};
        }

        @Override
        public String @Nullable [] getServerAliases(
                String keyType, Principal @Nullable [] issuers) {
            return null;
        }

        @Override
        public @Nullable String chooseServerAlias(
                String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return null;
        }
    }

    /** Keeps what was logged. */
    private record ListLog(List<String> lines) implements Log {
        @Override
        public boolean isEnabled(Level level) {
            return true;
        }

        @Override
        public void log(Level level, String message, @Nullable Object... keyValues) {
            lines.add(message + " " + Arrays.toString(keyValues));
        }
    }
}

package dev.gibbon.sidecar.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.core.decision.CloseReason;
import dev.gibbon.core.decision.Decider;
import dev.gibbon.core.entity.ClientCertificate;
import dev.gibbon.core.entity.Protocol;
import dev.gibbon.core.entity.Service;
import dev.gibbon.core.log.Log;
import dev.gibbon.core.net.IpAddress;
import dev.gibbon.core.net.IpPort;
import dev.gibbon.sidecar.DataPath;
import dev.gibbon.sidecar.epoll.EpollLoops;
import dev.gibbon.sidecar.listener.ListenerSpec;
import dev.gibbon.sidecar.telemetry.AccessRecord;
import dev.gibbon.sidecar.testing.Pki;
import dev.gibbon.sidecar.testing.SimpleVerifier;
import dev.gibbon.sidecar.testing.TestApp;
import dev.gibbon.sidecar.testing.TestSidecar;
import dev.gibbon.sidecar.upstream.Destinations;
import io.netty.channel.EventLoopGroup;
import io.netty.pkitesting.CertificateBuilder.Algorithm;
import io.netty.pkitesting.X509Bundle;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests to a server that takes nobody without a certificate of its clients' authority. */
@Timeout(60)
class UpstreamCertificateTest {
    private static final Pki SERVERS = Pki.create("servers");
    private static final Pki CLIENTS = Pki.create("clients");
    private static final X509Bundle SERVER = SERVERS.server("app.test");

    private static EventLoopGroup loops;

    private final RecordingTelemetry telemetry = new RecordingTelemetry();
    private final Queue<String> logged = new ConcurrentLinkedQueue<>();
    private final AtomicReference<Decider> decider = new AtomicReference<>();

    @BeforeAll
    static void startLoops() {
        loops = EpollLoops.start(1);
    }

    @AfterAll
    static void stopLoops() {
        assertThat(loops.shutdownGracefully()).isNotNull();
    }

    /** Keeps all that is logged, at any level. */
    private final class LoudLog implements Log {
        @Override
        public boolean isEnabled(Level level) {
            return true;
        }

        @Override
        public void log(Level level, String message, Object... keyValues) {
            logged.add(message + " " + Arrays.toString(keyValues));
        }
    }

    /** It answers each request with who is asking, and on its how manyeth connection. */
    private static TestApp server() {
        AtomicInteger connections = new AtomicInteger();
        return new TestApp(socket -> {
            KeyStore clients = KeyStore.getInstance("PKCS12");
            clients.load(null, null);
            clients.setCertificateEntry("clients", CLIENTS.authority().getCertificate());
            TrustManagerFactory trust =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(clients);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(
                    SERVER.toKeyManagerFactory().getKeyManagers(), trust.getTrustManagers(), null);
            try (SSLSocket tls =
                    (SSLSocket)
                            context.getSocketFactory()
                                    .createSocket(socket, "client", socket.getPort(), false)) {
                tls.setUseClientMode(false);
                tls.setNeedClientAuth(true);
                tls.startHandshake();
                String body =
                        tls.getSession().getPeerPrincipal() + " " + connections.incrementAndGet();
                while (readHead(tls.getInputStream())) {
                    tls.getOutputStream()
                            .write(
                                    ("HTTP/1.1 200 OK\r\nContent-Length: "
                                                    + body.length()
                                                    + "\r\n\r\n"
                                                    + body)
                                            .getBytes(StandardCharsets.US_ASCII));
                }
            }
        });
    }

    private static boolean readHead(InputStream in) throws Exception {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int b = in.read();
            if (b < 0) {
                return false;
            }
            head.append((char) b);
        }
        return true;
    }

    private DataPath sidecar() throws Exception {
        return new DataPath(
                new DataPath.Parts(
                        loops,
                        decider::get,
                        () -> null,
                        new SimpleVerifier(SERVERS.authority().getCertificate()),
                        null,
                        Destinations.NONE,
                        List.of(SERVERS.authority().getCertificate()),
                        telemetry,
                        new LoudLog(),
                        TestSidecar.limits(),
                        TestSidecar.RESOLVER,
                        false),
                (connector, _) ->
                        new HttpFrontend(
                                decider::get, connector, telemetry, TestSidecar.limits(), "9.9"));
    }

    private static Decider showing(TestApp app, String host, @Nullable ClientCertificate shown) {
        Service plain = TestProxy.service(host, app.address().port(), 20_000);
        return TestProxy.decider(
                new Service(
                        plain.id(),
                        0,
                        0,
                        "svc",
                        0,
                        Protocol.HTTPS,
                        host,
                        plain.port(),
                        null,
                        plain.connectTimeout(),
                        plain.writeTimeout(),
                        plain.readTimeout(),
                        IpAddress.parse(host).isEmpty(),
                        null,
                        null,
                        shown),
                false,
                "/",
                rule -> rule);
    }

    private static String answer(int port) throws Exception {
        try (Wire wire = Wire.to(port)) {
            wire.write("GET / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n");
            String head = wire.readHead();
            String status = head.substring(0, head.indexOf("\r\n"));
            return status + ": " + (status.endsWith("200 OK") ? body(wire) : "");
        }
    }

    private static String body(Wire wire) throws Exception {
        StringBuilder body = new StringBuilder();
        for (int b = wire.read(); b >= 0; b = wire.read()) {
            body.append((char) b);
        }
        return body.toString();
    }

    private static int listen(DataPath path) throws Exception {
        return path.open(
                        List.of(
                                new ListenerSpec(
                                        new IpPort(IpAddress.of("127.0.0.1"), 0),
                                        ListenerSpec.Kind.HTTP,
                                        false,
                                        false)))
                .getFirst()
                .address()
                .port();
    }

    @ParameterizedTest
    @CsvSource({"app.test", "127.0.0.1"})
    void requestsShareAConnectionUntilTheCertificateChanges(String host) throws Exception {
        try (TestApp app = server();
                DataPath path = sidecar()) {
            decider.set(showing(app, host, CLIENTS.client("old", Algorithm.rsa2048)));
            int port = listen(path);

            assertThat(answer(port)).isEqualTo("HTTP/1.1 200 OK: CN=old 1");
            assertThat(answer(port)).isEqualTo("HTTP/1.1 200 OK: CN=old 1");
            decider.set(showing(app, host, CLIENTS.client("new", Algorithm.ecp256)));
            assertThat(answer(port)).isEqualTo("HTTP/1.1 200 OK: CN=new 2");
        }
    }

    @ParameterizedTest
    @CsvSource({"app.test", "127.0.0.1"})
    void serverRefusesACertificateOfAnotherAuthorityAndNone(String host) throws Exception {
        try (TestApp app = server();
                DataPath path = sidecar()) {
            decider.set(showing(app, host, null));
            int port = listen(path);

            assertThat(answer(port)).startsWith("HTTP/1.1 502");
            decider.set(showing(app, host, Pki.create("others").client("x", Algorithm.ecp256)));
            assertThat(answer(port)).startsWith("HTTP/1.1 502");
        }
    }

    @Test
    void keyThatCannotBeUsedIsNeitherAnsweredNorLoggedNorRecorded() throws Exception {
        String chain = CLIENTS.client("payer", Algorithm.ecp256).chain();
        try (TestApp app = server();
                DataPath path = sidecar()) {
            decider.set(showing(app, "app.test", new ClientCertificate(chain, "very-secret")));

            String answer = answer(listen(path));

            AccessRecord record = telemetry.next();
            assertThat(answer).startsWith("HTTP/1.1 50").doesNotContain("very-secret");
            assertThat(record.reason()).isEqualTo(CloseReason.INTERNAL);
            assertThat(record.toString()).doesNotContain("very-secret");
            assertThat(logged).noneMatch(line -> line.contains("very-secret"));
        }
    }
}

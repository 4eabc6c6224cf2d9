package dev.gibbon.sidecar.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.core.decision.CloseReason;
import dev.gibbon.core.entity.ClientCertificate;
import dev.gibbon.core.entity.Protocol;
import dev.gibbon.core.net.IpPort;
import dev.gibbon.core.rule.StreamRule;
import dev.gibbon.sidecar.epoll.EpollLoops;
import dev.gibbon.sidecar.telemetry.AccessRecord;
import dev.gibbon.sidecar.testing.Config;
import dev.gibbon.sidecar.testing.Pki;
import dev.gibbon.sidecar.testing.SimpleVerifier;
import dev.gibbon.sidecar.testing.TestApp;
import dev.gibbon.sidecar.testing.TestSidecar;
import io.netty.channel.EventLoopGroup;
import io.netty.pkitesting.CertificateBuilder.Algorithm;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Streams to a server that takes nobody without a certificate of its clients' authority. */
@Timeout(60)
class ClientCertificateTest {
    private static final Pki SERVERS = Pki.create("servers");
    private static final Pki CLIENTS = Pki.create("clients");
    private static final X509Bundle SERVER = SERVERS.server("app.test");

    private static EventLoopGroup loops;

    @BeforeAll
    static void startLoops() {
        loops = EpollLoops.start(2);
    }

    @AfterAll
    static void stopLoops() {
        assertThat(loops.shutdownGracefully()).isNotNull();
    }

    /** It says who the client is, and then gives back what it gets. */
    private static TestApp server(String version) {
        return new TestApp(socket -> {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(
                    SERVER.toKeyManagerFactory().getKeyManagers(),
                    trust().getTrustManagers(),
                    null);
            try (SSLSocket tls =
                    (SSLSocket)
                            context.getSocketFactory()
                                    .createSocket(socket, "client", socket.getPort(), false)) {
                tls.setUseClientMode(false);
                tls.setEnabledProtocols(new String[] {version});
                tls.setNeedClientAuth(true);
                tls.startHandshake();
                tls.getOutputStream()
                        .write(
                                (tls.getSession().getPeerPrincipal() + "\n")
                                        .getBytes(StandardCharsets.US_ASCII));
                tls.getInputStream().transferTo(tls.getOutputStream());
            }
        });
    }

    private static TrustManagerFactory trust() throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry("clients", CLIENTS.authority().getCertificate());
        TrustManagerFactory trust =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        return trust;
    }

    private static TestSidecar sidecar() {
        Pki mesh = Pki.create("mesh");
        TestSidecar sidecar =
                new TestSidecar(
                        loops,
                        "127.0.0.3",
                        new SimpleVerifier(mesh.authority().getCertificate()),
                        TestSidecar.limits(),
                        List.of(SERVERS.authority().getCertificate()),
                        (channel, arrival, scheme, sni) -> {
                            throw new AssertionError("no HTTP here");
                        });
        sidecar.identity.set(mesh.identity("a", "127.0.0.3"));
        return sidecar;
    }

    private static Config config(TestApp app) {
        return new Config()
                .mesh()
                .tlsVerify()
                .route(StreamRule.Bytes.OPAQUE, Protocol.TLS, "app.test", app.address().port());
    }

    private static Config showing(TestApp app, ClientCertificate certificate) {
        return new Config()
                .mesh()
                .tlsVerify()
                .clientCertificate(certificate)
                .route(StreamRule.Bytes.OPAQUE, Protocol.TLS, "app.test", app.address().port());
    }

    private static Socket dial(IpPort listener) throws IOException {
        Socket client = new Socket(listener.ip().toInetAddress(), listener.port());
        client.setSoTimeout(20_000);
        return client;
    }

    private static String line(Socket client) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = client.getInputStream().read();
                b >= 0 && b != '\n';
                b = client.getInputStream().read()) {
            line.append((char) b);
        }
        return line.toString();
    }

    /** Nothing of what the server says, whether the end comes as an end or as a reset. */
    private static String refused(IpPort listener) throws IOException {
        try (Socket client = dial(listener)) {
            return line(client);
        } catch (java.net.SocketException e) {
            return "";
        }
    }

    @ParameterizedTest
    @CsvSource({
        "TLSv1.3, ecp256",
        "TLSv1.3, ecp384",
        "TLSv1.3, rsa2048",
        "TLSv1.2, ecp256",
        "TLSv1.2, rsa2048"
    })
    void serverThatAsksForItIsShownTheCertificate(String version, Algorithm algorithm)
            throws Exception {
        try (TestApp app = server(version);
                TestSidecar sidecar = sidecar()) {
            sidecar.decider.set(showing(app, CLIENTS.client("payer", algorithm)).decider());

            try (Socket client = dial(sidecar.listenStream())) {
                assertThat(line(client)).isEqualTo("CN=payer");
            }

            AccessRecord record = sidecar.telemetry.next();
            assertThat(record.upstreamTls()).isEqualTo("verified");
        }
    }

    @Test
    void alsoOneWhoseOwnCertificateIsNotVerified() throws Exception {
        try (TestApp app = server("TLSv1.3");
                TestSidecar sidecar = sidecar()) {
            sidecar.decider.set(
                    new Config()
                            .mesh()
                            .clientCertificate(CLIENTS.client("payer", Algorithm.ecp256))
                            .route(
                                    StreamRule.Bytes.OPAQUE,
                                    Protocol.TLS,
                                    "127.0.0.1",
                                    app.address().port())
                            .decider());

            try (Socket client = dial(sidecar.listenStream())) {
                assertThat(line(client)).isEqualTo("CN=payer");
            }

            assertThat(sidecar.telemetry.next().upstreamTls()).isEqualTo("unverified");
        }
    }

    @ParameterizedTest
    @CsvSource({"TLSv1.3", "TLSv1.2"})
    void serverRefusesACertificateOfAnotherAuthorityAndNone(String version) throws Exception {
        ClientCertificate stranger = Pki.create("others").client("payer", Algorithm.ecp256);
        try (TestApp app = server(version);
                TestSidecar sidecar = sidecar()) {
            IpPort listener = sidecar.listenStream();

            for (Config config : List.of(config(app), showing(app, stranger))) {
                sidecar.decider.set(config.decider());

                assertThat(refused(listener)).isEmpty();

                assertThat(sidecar.telemetry.next().reason()).isNotEqualTo(CloseReason.FINISHED);
            }
        }
    }

    @Test
    void changedCertificateIsShownFromTheNextConnectionOnAndCutsNone() throws Exception {
        try (TestApp app = server("TLSv1.3");
                TestSidecar sidecar = sidecar()) {
            IpPort listener = sidecar.listenStream();
            sidecar.decider.set(showing(app, CLIENTS.client("old", Algorithm.ecp256)).decider());

            try (Socket before = dial(listener)) {
                assertThat(line(before)).isEqualTo("CN=old");
                sidecar.decider.set(
                        showing(app, CLIENTS.client("new", Algorithm.rsa2048)).decider());
                try (Socket after = dial(listener)) {
                    assertThat(line(after)).isEqualTo("CN=new");
                }

                before.getOutputStream().write("still here\n".getBytes(StandardCharsets.US_ASCII));
                assertThat(line(before)).isEqualTo("still here");
            }
        }
    }

    @Test
    void keyThatCannotBeUsedEndsTheConnectionAndIsNotSaid() throws Exception {
        String chain = CLIENTS.client("payer", Algorithm.ecp256).chain();
        try (TestApp app = server("TLSv1.3");
                TestSidecar sidecar = sidecar()) {
            sidecar.decider.set(
                    showing(app, new ClientCertificate(chain, "very-secret")).decider());

            assertThat(refused(sidecar.listenStream())).isEmpty();

            AccessRecord record = sidecar.telemetry.next();
            assertThat(record.reason()).isEqualTo(CloseReason.INTERNAL);
            assertThat(record.toString()).doesNotContain("very-secret");
        }
    }
}

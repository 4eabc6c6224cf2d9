package dev.gibbon.sidecar.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gibbon.core.decision.CloseReason;
import dev.gibbon.core.entity.Protocol;
import dev.gibbon.core.net.IpPort;
import dev.gibbon.core.rule.StreamRule;
import dev.gibbon.sidecar.epoll.EpollLoops;
import dev.gibbon.sidecar.telemetry.AccessRecord;
import dev.gibbon.sidecar.testing.Config;
import dev.gibbon.sidecar.testing.MeshPair;
import dev.gibbon.sidecar.testing.Pki;
import dev.gibbon.sidecar.testing.SimpleVerifier;
import dev.gibbon.sidecar.testing.TestApp;
import dev.gibbon.sidecar.testing.TestSidecar;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class UpstreamTlsTest {
    private static final Pki OUTSIDE = Pki.create("outside");
    private static EventLoopGroup loops;

    @BeforeAll
    static void startLoops() {
        loops = EpollLoops.start(2);
    }

    @AfterAll
    static void stopLoops() {
        assertThat(loops.shutdownGracefully()).isNotNull();
    }

    /** A TLS server that is not of the mesh; it says what it saw of the client. */
    private static TestApp tlsServer(String name) {
        X509Bundle bundle = OUTSIDE.server(name);
        return new TestApp(socket -> {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(
                    bundle.toKeyManagerFactory().getKeyManagers(),
                    InsecureTrustManagerFactory.INSTANCE.getTrustManagers(),
                    null);
            try (SSLSocket tls =
                    (SSLSocket)
                            context.getSocketFactory()
                                    .createSocket(socket, "client", socket.getPort(), false)) {
                tls.setUseClientMode(false);
                tls.setWantClientAuth(true);
                tls.startHandshake();
                ExtendedSSLSession session = (ExtendedSSLSession) tls.getSession();
                String certificate;
                try {
                    certificate = String.valueOf(session.getPeerPrincipal());
                } catch (SSLPeerUnverifiedException e) {
                    certificate = "none";
                }
                String sni =
                        session.getRequestedServerNames().stream()
                                .map(SNIServerName::getEncoded)
                                .map(bytes -> new String(bytes, StandardCharsets.US_ASCII))
                                .findFirst()
                                .orElse("none");
                tls.getOutputStream()
                        .write(
                                ("certificate " + certificate + ", sni " + sni)
                                        .getBytes(StandardCharsets.US_ASCII));
                tls.shutdownOutput();
                assertThat(tls.getInputStream().readAllBytes()).isEmpty();
            }
        });
    }

    @Test
    void clientThatHalfClosesAtOnceGetsTheGreetingOfATlsApplication() throws Exception {
        try (TestApp app = tlsServer("app.test");
                TestSidecar sidecar = sidecar(List.of())) {
            sidecar.decider.set(toService(app.address(), "app.test").decider());
            IpPort listener = sidecar.listenStream();

            try (Socket client = new Socket(listener.ip().toInetAddress(), listener.port())) {
                client.setSoTimeout(20_000);
                client.shutdownOutput();
                assertThat(client.getInputStream().readAllBytes()).isNotEmpty();
            }
        }
    }

    private static TestSidecar sidecar(List<X509Certificate> authorities) {
        Pki mesh = Pki.create("mesh");
        TestSidecar sidecar =
                new TestSidecar(
                        loops,
                        "127.0.0.3",
                        new SimpleVerifier(mesh.authority().getCertificate()),
                        TestSidecar.limits(),
                        authorities,
                        (channel, arrival, scheme, sni) -> {
                            throw new AssertionError("no HTTP here");
                        });
        sidecar.identity.set(mesh.identity("a", "127.0.0.3"));
        return sidecar;
    }

    private static Config toService(IpPort app, String host) {
        return new Config().route(StreamRule.Bytes.OPAQUE, Protocol.TLS, host, app.port());
    }

    private static String readAll(IpPort listener) throws IOException {
        try (Socket client = new Socket(listener.ip().toInetAddress(), listener.port())) {
            client.setSoTimeout(20_000);
            return new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    @Test
    void negotiationWithAServerOutsideTheMeshIsPlainTlsAndShowsNoCertificate() throws Exception {
        try (TestApp app = tlsServer("app.test");
                TestSidecar sidecar = sidecar(List.of())) {
            sidecar.decider.set(toService(app.address(), "app.test").mesh().decider());

            assertThat(readAll(sidecar.listenStream())).isEqualTo("certificate none, sni app.test");

            AccessRecord record = sidecar.telemetry.next();
            assertThat(record.upstreamTls()).isEqualTo("unverified");
            assertThat(record.upstreamIdentity()).isNull();
            assertThat(record.reason()).isEqualTo(CloseReason.FINISHED);
        }
    }

    @Test
    void serverOutsideTheMeshIsRefusedInStrictMode() throws Exception {
        try (TestApp app = tlsServer("app.test");
                TestSidecar sidecar = sidecar(List.of())) {
            IpPort listener = sidecar.listenStream();
            sidecar.decider.set(
                    toService(app.address(), "app.test")
                            .mesh()
                            .strict()
                            .workload("127.0.0.2")
                            .decider());

            try (Socket client = new Socket()) {
                client.bind(IpPort.parse("127.0.0.2:0").orElseThrow().toSocketAddress());
                client.connect(listener.toSocketAddress());
                client.setSoTimeout(20_000);
                client.getOutputStream().write('x');
                assertThatThrownBy(() -> client.getInputStream().read())
                        .hasMessageContaining("reset");
            }

            assertThat(sidecar.telemetry.next().reason()).isEqualTo(CloseReason.UPSTREAM_NOT_MESH);
        }
    }

    @Test
    void negotiationWithAMemberIsMeshTls() throws Exception {
        try (TestApp app =
                        new TestApp(socket -> {
                            socket.getOutputStream()
                                    .write("hello".getBytes(StandardCharsets.US_ASCII));
                        });
                MeshPair pair = new MeshPair(loops)) {
            pair.a.decider.set(pair.near(Protocol.TLS).decider());
            pair.b.decider.set(
                    pair.far(Protocol.TLS, app.address(), Protocol.TCP)
                            .client("a", "127.0.0.6")
                            .decider());

            assertThat(readAll(pair.listenerA)).isEqualTo("hello");

            AccessRecord near = pair.a.telemetry.next();
            assertThat(near.upstreamTls()).isEqualTo("mesh");
            assertThat(near.upstreamIdentity()).isEqualTo(Pki.id("b"));
            assertThat(pair.b.telemetry.next().clientIdentity()).isEqualTo(Pki.id("a"));
        }
    }

    @Test
    void serviceThatDemandsVerificationIsReachedWithAGoodCertificate() throws Exception {
        try (TestApp app = tlsServer("app.test");
                TestSidecar sidecar = sidecar(List.of(OUTSIDE.authority().getCertificate()))) {
            sidecar.decider.set(
                    new Config()
                            .mesh()
                            .tlsVerify()
                            .route(
                                    StreamRule.Bytes.OPAQUE,
                                    Protocol.TLS,
                                    "app.test",
                                    app.address().port())
                            .decider());

            assertThat(readAll(sidecar.listenStream())).isEqualTo("certificate none, sni app.test");

            assertThat(sidecar.telemetry.next().upstreamTls()).isEqualTo("verified");
        }
    }

    @Test
    void serviceThatDemandsVerificationRefusesAnotherName() throws Exception {
        verificationFails("other.test", List.of(OUTSIDE.authority().getCertificate()));
    }

    @Test
    void serviceThatDemandsVerificationRefusesAnotherAuthority() throws Exception {
        verificationFails("app.test", List.of(Pki.create("third").authority().getCertificate()));
    }

    @Test
    void serviceThatDemandsVerificationRefusesWhatTheJdkDoesNotTrust() throws Exception {
        verificationFails("app.test", List.of());
    }

    private static void verificationFails(String certificateName, List<X509Certificate> authorities)
            throws Exception {
        try (TestApp app = tlsServer(certificateName);
                TestSidecar sidecar = sidecar(authorities)) {
            sidecar.decider.set(
                    new Config()
                            .tlsVerify()
                            .route(
                                    StreamRule.Bytes.OPAQUE,
                                    Protocol.TLS,
                                    "app.test",
                                    app.address().port())
                            .decider());

            IpPort listener = sidecar.listenStream();
            assertThatThrownBy(() -> readAll(listener)).hasMessageContaining("reset");

            assertThat(sidecar.telemetry.next().reason()).isEqualTo(CloseReason.UPSTREAM_TLS);
        }
    }
}

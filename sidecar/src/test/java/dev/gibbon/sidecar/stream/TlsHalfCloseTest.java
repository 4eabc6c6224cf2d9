package dev.gibbon.sidecar.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.core.decision.CloseReason;
import dev.gibbon.core.entity.Protocol;
import dev.gibbon.core.net.IpPort;
import dev.gibbon.core.rule.StreamRule;
import dev.gibbon.sidecar.epoll.EpollLoops;
import dev.gibbon.sidecar.testing.Config;
import dev.gibbon.sidecar.testing.Pki;
import dev.gibbon.sidecar.testing.SimpleVerifier;
import dev.gibbon.sidecar.testing.TestApp;
import dev.gibbon.sidecar.testing.TestSidecar;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.net.Socket;
import java.util.List;
import java.util.Random;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Timeout;

/** One direction of a connection may end before the other, also where a TLS session carries it. */
@Timeout(60)
class TlsHalfCloseTest {
    private static final Pki OUTSIDE = Pki.create("outside");
    private static final X509Bundle SERVER = OUTSIDE.server("app.test");

    // From one record to far more than what socket buffers and one read hold.
    private static final int[] SIZES = {7, 16_384, 40_001, 1_500_000};

    private static EventLoopGroup loops;

    @BeforeAll
    static void startLoops() {
        loops = EpollLoops.start(2);
    }

    @AfterAll
    static void stopLoops() {
        assertThat(loops.shutdownGracefully()).isNotNull();
    }

    /** What an application or a client does with its side. */
    @FunctionalInterface
    private interface Side {
        void run(Socket socket) throws Exception;
    }

    private static TestApp tlsApp(Side side) {
        return new TestApp(socket -> {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(SERVER.toKeyManagerFactory().getKeyManagers(), null, null);
            SSLSocket tls =
                    (SSLSocket)
                            context.getSocketFactory()
                                    .createSocket(socket, "client", socket.getPort(), false);
            tls.setUseClientMode(false);
            side.run(tls);
        });
    }

    private static Socket tlsClient(IpPort listener) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
        Socket socket =
                context.getSocketFactory()
                        .createSocket(listener.ip().toInetAddress(), listener.port());
        socket.setSoTimeout(20_000);
        return socket;
    }

    private static Socket tcpClient(IpPort listener) throws IOException {
        Socket socket = new Socket(listener.ip().toInetAddress(), listener.port());
        socket.setSoTimeout(20_000);
        return socket;
    }

    private static byte[] bytes(long seed, RepetitionInfo repetition) {
        int number = repetition.getCurrentRepetition();
        byte[] bytes = new byte[SIZES[number % SIZES.length]];
        new Random(seed + number).nextBytes(bytes);
        return bytes;
    }

    private static TestSidecar sidecar(Config config) {
        Pki mesh = Pki.create("mesh");
        TestSidecar sidecar =
                new TestSidecar(
                        loops,
                        "127.0.0.3",
                        new SimpleVerifier(mesh.authority().getCertificate()),
                        TestSidecar.limits(),
                        List.of(OUTSIDE.authority().getCertificate()),
                        (channel, arrival, scheme, sni) -> {
                            throw new AssertionError("no HTTP here");
                        });
        sidecar.identity.set(mesh.identity("a", "127.0.0.3"));
        sidecar.decider.set(config.decider());
        return sidecar;
    }

    private static Config toTls(Config config, String host, TestApp app) {
        return config.route(StreamRule.Bytes.OPAQUE, Protocol.TLS, host, app.address().port());
    }

    private static Side answersAtTheEnd(byte[] request, byte[] answer) {
        return socket -> {
            byte[] got = socket.getInputStream().readAllBytes();
            assertThat(got).isEqualTo(request);
            socket.getOutputStream().write(answer);
            socket.shutdownOutput();
        };
    }

    private static void asksAndEnds(Socket client, byte[] request, byte[] answer) throws Exception {
        client.getOutputStream().write(request);
        client.shutdownOutput();
        byte[] got = client.getInputStream().readAllBytes();
        assertThat(got.length).isEqualTo(answer.length);
        assertThat(got).isEqualTo(answer);
    }

    private static void isAnsweredAfterItsEnd(
            Config config, String host, String tls, RepetitionInfo repetition) throws Exception {
        byte[] request = bytes(1, repetition);
        byte[] answer = bytes(2, repetition);
        try (TestApp app = tlsApp(answersAtTheEnd(request, answer));
                TestSidecar sidecar = sidecar(toTls(config, host, app));
                Socket client = tcpClient(sidecar.listenStream())) {

            asksAndEnds(client, request, answer);

            var record = sidecar.telemetry.next();
            assertThat(record.reason()).isEqualTo(CloseReason.FINISHED);
            assertThat(record.upstreamTls()).isEqualTo(tls);
            assertThat(app.failures()).isEmpty();
        }
    }

    @RepeatedTest(20)
    void clientMayHalfCloseTowardsATlsApplication(RepetitionInfo repetition) throws Exception {
        // Unverified: another name than that of the certificate does no harm.
        isAnsweredAfterItsEnd(new Config(), "other.test", "unverified", repetition);
    }

    @RepeatedTest(20)
    void clientMayHalfCloseTowardsAVerifiedTlsApplication(RepetitionInfo repetition)
            throws Exception {
        isAnsweredAfterItsEnd(new Config().tlsVerify(), "app.test", "verified", repetition);
    }

    @RepeatedTest(20)
    void clientMayHalfCloseTowardsATlsApplicationThatDeclinedTheMesh(RepetitionInfo repetition)
            throws Exception {
        isAnsweredAfterItsEnd(new Config().mesh(), "other.test", "unverified", repetition);
    }

    @RepeatedTest(20)
    void tlsApplicationMayHalfCloseFirst(RepetitionInfo repetition) throws Exception {
        byte[] greeting = bytes(3, repetition);
        byte[] reaction = bytes(4, repetition);
        try (TestApp app =
                        tlsApp(socket -> {
                            socket.getOutputStream().write(greeting);
                            socket.shutdownOutput();
                            assertThat(socket.getInputStream().readAllBytes()).isEqualTo(reaction);
                        });
                TestSidecar sidecar = sidecar(toTls(new Config(), "app.test", app));
                Socket client = tcpClient(sidecar.listenStream())) {

            assertThat(client.getInputStream().readAllBytes()).isEqualTo(greeting);
            client.getOutputStream().write(reaction);
            client.shutdownOutput();

            assertThat(sidecar.telemetry.next().reason()).isEqualTo(CloseReason.FINISHED);
            assertThat(app.failures()).isEmpty();
        }
    }

    @RepeatedTest(20)
    void tlsClientMayHalfCloseTowardsAnApplication(RepetitionInfo repetition) throws Exception {
        byte[] request = bytes(5, repetition);
        byte[] answer = bytes(6, repetition);
        try (TestApp app = new TestApp(answersAtTheEnd(request, answer)::run);
                TestSidecar sidecar =
                        sidecar(
                                new Config()
                                        .route(
                                                StreamRule.Bytes.TLS,
                                                Protocol.TCP,
                                                "app.test",
                                                app.address().port()));
                Socket client = tlsClient(sidecar.listenStream())) {

            asksAndEnds(client, request, answer);

            assertThat(sidecar.telemetry.next().reason()).isEqualTo(CloseReason.FINISHED);
            assertThat(app.failures()).isEmpty();
        }
    }

    @RepeatedTest(20)
    void applicationMayHalfCloseTowardsATlsClient(RepetitionInfo repetition) throws Exception {
        byte[] greeting = bytes(7, repetition);
        byte[] reaction = bytes(8, repetition);
        try (TestApp app =
                        new TestApp(socket -> {
                            socket.getOutputStream().write(greeting);
                            socket.shutdownOutput();
                            assertThat(socket.getInputStream().readAllBytes()).isEqualTo(reaction);
                        });
                TestSidecar sidecar =
                        sidecar(
                                new Config()
                                        .route(
                                                StreamRule.Bytes.TLS,
                                                Protocol.TCP,
                                                "app.test",
                                                app.address().port()));
                Socket client = tlsClient(sidecar.listenStream())) {

            assertThat(client.getInputStream().readAllBytes()).isEqualTo(greeting);
            client.getOutputStream().write(reaction);
            client.shutdownOutput();

            assertThat(sidecar.telemetry.next().reason()).isEqualTo(CloseReason.FINISHED);
            assertThat(app.failures()).isEmpty();
        }
    }
}

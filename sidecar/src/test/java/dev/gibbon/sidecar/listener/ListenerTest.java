package dev.gibbon.sidecar.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gibbon.core.decision.CloseReason;
import dev.gibbon.core.entity.Protocol;
import dev.gibbon.core.net.IpAddress;
import dev.gibbon.core.net.IpPort;
import dev.gibbon.core.rule.StreamRule;
import dev.gibbon.sidecar.epoll.EpollLoops;
import dev.gibbon.sidecar.telemetry.AccessRecord;
import dev.gibbon.sidecar.testing.Config;
import dev.gibbon.sidecar.testing.TestApp;
import dev.gibbon.sidecar.testing.TestSidecar;
import dev.gibbon.sidecar.tls.PeerVerifier;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ListenerTest {
    private static final PeerVerifier NOBODY =
            (chain, source) -> new PeerVerifier.Verdict.Rejected("nobody", "no mesh here");
    private static EventLoopGroup loops;

    @BeforeAll
    static void startLoops() {
        loops = EpollLoops.start(1);
    }

    @AfterAll
    static void stopLoops() {
        assertThat(loops.shutdownGracefully()).isNotNull();
    }

    private static Limits limits(int connections, long detectMillis) {
        return new Limits(
                connections,
                Duration.ofMillis(detectMillis),
                Duration.ofMillis(500),
                Duration.ofSeconds(75),
                8 * 1024,
                64 * 1024);
    }

    /** Answers with the scheme, the server name and the first bytes. */
    private static final HttpEntry ECHO =
            (channel, arrival, scheme, sni) ->
                    channel.pipeline()
                            .addLast(
                                    new ChannelInboundHandlerAdapter() {
                                        @Override
                                        public void channelRead(
                                                ChannelHandlerContext ctx, Object message) {
                                            ByteBuf bytes = (ByteBuf) message;
                                            ByteBuf answer =
                                                    ByteBufUtil.writeAscii(
                                                            ctx.alloc(),
                                                            scheme.text()
                                                                    + " "
                                                                    + sni
                                                                    + " "
                                                                    + bytes.toString(
                                                                            StandardCharsets
                                                                                    .US_ASCII));
                                            bytes.release();
                                            ctx.writeAndFlush(answer)
                                                    .addListener(ChannelFutureListener.CLOSE);
                                        }
                                    });

    private static TestSidecar sidecar(Limits limits) {
        return new TestSidecar(loops, "127.0.0.3", NOBODY, limits, List.of(), ECHO);
    }

    private static Socket connect(IpPort listener) throws IOException {
        Socket socket = new Socket(listener.ip().toInetAddress(), listener.port());
        socket.setSoTimeout(20_000);
        return socket;
    }

    private static SSLSocket connectTls(IpPort listener, String... alpn) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
        SSLSocket socket =
                (SSLSocket)
                        context.getSocketFactory()
                                .createSocket(connect(listener), "www.test", 443, true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(alpn);
        socket.setSSLParameters(parameters);
        return socket;
    }

    private static String ask(Socket socket) throws IOException {
        socket.getOutputStream().write("GET /".getBytes(StandardCharsets.US_ASCII));
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }

    @Test
    void portInUseIsSaidInOneLine() throws Exception {
        try (ServerSocket taken =
                        new ServerSocket(0, 1, IpAddress.of("127.0.0.3").toInetAddress());
                TestSidecar sidecar = sidecar(TestSidecar.limits())) {
            IpPort address = new IpPort(IpAddress.of("127.0.0.3"), taken.getLocalPort());
            assertThatThrownBy(() ->
                            sidecar.path.open(
                                    List.of(
                                            new ListenerSpec(
                                                    address,
                                                    ListenerSpec.Kind.STREAM,
                                                    false,
                                                    false))))
                    .isInstanceOf(ListenException.class)
                    .hasMessage(
                            "stream_listen: "
                                    + address
                                    + ": the port is in use (expected: a free one)");
        }
    }

    @Test
    void addressOfAnotherHostIsSaidInOneLine() {
        try (TestSidecar sidecar = sidecar(TestSidecar.limits())) {
            IpPort address = IpPort.parse("192.0.2.1:18000").orElseThrow();
            assertThatThrownBy(() ->
                            sidecar.path.open(
                                    List.of(
                                            new ListenerSpec(
                                                    address,
                                                    ListenerSpec.Kind.HTTP,
                                                    false,
                                                    false))))
                    .hasMessage("proxy_listen: " + address + ": not an address of this host");
        }
    }

    @Test
    void plainHttpGoesToTheHttpHandlersWithItsFirstBytes() throws Exception {
        try (TestSidecar sidecar = sidecar(TestSidecar.limits());
                Socket client = connect(sidecar.listen(ListenerSpec.Kind.HTTP, false))) {
            assertThat(ask(client)).isEqualTo("http null GET /");
        }
    }

    @Test
    void tlsEndsAtAListenerWithSsl() throws Exception {
        try (TestSidecar sidecar = sidecar(TestSidecar.limits());
                SSLSocket client =
                        connectTls(
                                sidecar.listen(ListenerSpec.Kind.HTTP, true), "h2", "http/1.1")) {
            assertThat(ask(client)).isEqualTo("https www.test GET /");
            assertThat(client.getApplicationProtocol()).isEqualTo("http/1.1");
            assertThat(client.getSession().getPeerCertificates()[0])
                    .isEqualTo(TestSidecar.certificate());
        }
    }

    @Test
    void plainHttpIsWelcomeAtAListenerWithSslToo() throws Exception {
        try (TestSidecar sidecar = sidecar(TestSidecar.limits());
                Socket client = connect(sidecar.listen(ListenerSpec.Kind.HTTP, true))) {
            assertThat(ask(client)).isEqualTo("http null GET /");
        }
    }

    @Test
    void tlsAtAListenerWithoutSslIsRefused() throws Exception {
        try (TestSidecar sidecar = sidecar(TestSidecar.limits());
                SSLSocket client = connectTls(sidecar.listen(ListenerSpec.Kind.HTTP, false))) {
            assertThatThrownBy(client::startHandshake).isInstanceOf(IOException.class);

            AccessRecord record = sidecar.telemetry.next();
            assertThat(record.reason()).isEqualTo(CloseReason.BAD_REQUEST);
            assertThat(record.detail()).contains("ssl");
        }
    }

    @Test
    void tlsOfARouteEndsAtAStreamListener() throws Exception {
        try (TestApp app =
                        new TestApp(socket ->
                                socket.getOutputStream()
                                        .write(socket.getInputStream().readNBytes(5)));
                TestSidecar sidecar = sidecar(TestSidecar.limits())) {
            sidecar.decider.set(
                    new Config()
                            .route(
                                    StreamRule.Bytes.TLS,
                                    Protocol.TCP,
                                    "127.0.0.1",
                                    app.address().port())
                            .decider());
            try (SSLSocket client = connectTls(sidecar.listenStream())) {
                assertThat(ask(client)).isEqualTo("GET /");
                assertThat(client.getSession().getPeerCertificates()[0])
                        .isEqualTo(TestSidecar.certificate());
            }
            AccessRecord record = sidecar.telemetry.next();
            assertThat(record.protocol()).isEqualTo(Protocol.TLS);
            assertThat(record.sni()).isEqualTo("www.test");
            assertThat(record.reason()).isEqualTo(CloseReason.FINISHED);
        }
    }

    @Test
    void connectionWithoutARouteIsClosed() throws Exception {
        try (TestSidecar sidecar = sidecar(TestSidecar.limits());
                Socket client = connect(sidecar.listenStream())) {
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            assertThat(sidecar.telemetry.next().reason()).isEqualTo(CloseReason.NO_ROUTE);
        }
    }

    @Test
    void clientWhoseBytesAreNeededMustSendThemInTime() throws Exception {
        try (TestSidecar sidecar = sidecar(limits(10, 200))) {
            sidecar.decider.set(
                    new Config()
                            .route(StreamRule.Bytes.TLS, Protocol.TCP, "127.0.0.1", 1)
                            .decider());
            try (Socket client = connect(sidecar.listenStream())) {
                client.getOutputStream().write(new byte[] {22, 3});
                assertThat(client.getInputStream().read()).isEqualTo(-1);
            }
            assertThat(sidecar.telemetry.next().reason()).isEqualTo(CloseReason.CLIENT_TIMEOUT);
        }
    }

    @Test
    void handshakeThatStopsEndsInTime() throws Exception {
        try (TestSidecar sidecar = sidecar(limits(10, 20_000))) {
            IpPort listener = sidecar.listen(ListenerSpec.Kind.HTTP, true);
            try (Socket client = connect(listener)) {
                client.getOutputStream()
                        .write(
                                dev.gibbon.sidecar.testing.Hellos.records(
                                        dev.gibbon.sidecar.testing.Hellos.handshake(
                                                "a", List.of(), 0),
                                        16_384));
                assertThat(client.getInputStream().readAllBytes()).isNotEmpty();
            }
            assertThat(sidecar.telemetry.next().reason()).isEqualTo(CloseReason.CLIENT_TLS);
        }
    }

    @Test
    void connectionsBeyondTheLimitAreReset() throws Exception {
        try (TestApp app = new TestApp(socket -> socket.getInputStream().readAllBytes());
                TestSidecar sidecar = sidecar(limits(1, 20_000))) {
            sidecar.decider.set(
                    new Config()
                            .route(
                                    StreamRule.Bytes.OPAQUE,
                                    Protocol.TCP,
                                    "127.0.0.1",
                                    app.address().port())
                            .decider());
            IpPort listener = sidecar.listenStream();
            try (Socket first = connect(listener)) {
                first.getOutputStream().write(1);
                try (Socket second = connect(listener)) {
                    assertThatThrownBy(() -> second.getInputStream().read())
                            .hasMessageContaining("reset");
                }
                assertThat(sidecar.path.connections()).isEqualTo(1);
            }
        }
    }

    @Test
    void idleConnectionEndsAfterTheReadTimeout() throws Exception {
        try (TestApp app = new TestApp(socket -> socket.getInputStream().readAllBytes());
                TestSidecar sidecar = sidecar(TestSidecar.limits())) {
            sidecar.decider.set(
                    new Config()
                            .readTimeout(200)
                            .route(
                                    StreamRule.Bytes.OPAQUE,
                                    Protocol.TCP,
                                    "127.0.0.1",
                                    app.address().port())
                            .decider());
            try (Socket client = connect(sidecar.listenStream())) {
                client.getOutputStream().write(1);
                assertThatThrownBy(() -> client.getInputStream().read())
                        .hasMessageContaining("reset");
            }
            assertThat(sidecar.telemetry.next().reason()).isEqualTo(CloseReason.UPSTREAM_TIMEOUT);
        }
    }

    @Test
    void connectIsTriedAgainAsOftenAsTheServiceSays() throws Exception {
        IpPort nobody;
        try (ServerSocket free =
                new ServerSocket(0, 1, IpAddress.of("127.0.0.1").toInetAddress())) {
            nobody = new IpPort(IpAddress.of("127.0.0.1"), free.getLocalPort());
        }
        try (TestSidecar sidecar = sidecar(TestSidecar.limits())) {
            sidecar.decider.set(
                    new Config()
                            .retries(3)
                            .route(
                                    StreamRule.Bytes.OPAQUE,
                                    Protocol.TCP,
                                    "localhost.test",
                                    nobody.port())
                            .decider());
            try (Socket client = connect(sidecar.listenStream())) {
                assertThatThrownBy(() -> client.getInputStream().read())
                        .hasMessageContaining("reset");
            }
            assertThat(sidecar.telemetry.dials())
                    .hasSize(4)
                    .containsOnly(CloseReason.UPSTREAM_REFUSED);
        }
    }

    @Test
    void unknownHostIsSaid() throws Exception {
        try (TestSidecar sidecar = sidecar(TestSidecar.limits())) {
            sidecar.decider.set(
                    new Config()
                            .route(StreamRule.Bytes.OPAQUE, Protocol.TCP, "nowhere.invalid", 80)
                            .decider());
            try (Socket client = connect(sidecar.listenStream())) {
                assertThatThrownBy(() -> client.getInputStream().read())
                        .hasMessageContaining("reset");
            }
            AccessRecord record = sidecar.telemetry.next();
            assertThat(record.reason()).isEqualTo(CloseReason.NAME_RESOLUTION);
            assertThat(record.detail()).contains("nowhere.invalid");
        }
    }

    @Test
    void drainEndsWhatDoesNotEndByItself() throws Exception {
        CountDownLatch reached = new CountDownLatch(1);
        try (TestApp app =
                        new TestApp(socket -> {
                            socket.getInputStream().read();
                            reached.countDown();
                            socket.getInputStream().readAllBytes();
                        });
                TestSidecar sidecar = sidecar(TestSidecar.limits())) {
            sidecar.decider.set(
                    new Config()
                            .route(
                                    StreamRule.Bytes.OPAQUE,
                                    Protocol.TCP,
                                    "127.0.0.1",
                                    app.address().port())
                            .decider());
            IpPort listener = sidecar.listenStream();
            try (Socket client = connect(listener)) {
                client.getOutputStream().write(1);
                reached.await();

                sidecar.path.drain(Duration.ofMillis(50));

                assertThatThrownBy(() -> client.getInputStream().read())
                        .hasMessageContaining("reset");
                assertThat(sidecar.telemetry.next().reason()).isEqualTo(CloseReason.DRAINING);
                assertThatThrownBy(() -> connect(listener)).hasMessageContaining("refused");
            }
        }
    }
}

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
import dev.gibbon.sidecar.testing.TestApp;
import dev.gibbon.sidecar.testing.TestSidecar;
import dev.gibbon.sidecar.tls.PeerVerifier;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PlainStreamTest {
    private static final PeerVerifier NOBODY =
            (chain, source) -> new PeerVerifier.Verdict.Rejected("nobody", "no mesh here");
    private static EventLoopGroup loops;

    private TestSidecar sidecar;
    private IpPort listener;

    @BeforeAll
    static void startLoops() {
        loops = EpollLoops.start(1);
    }

    @AfterAll
    static void stopLoops() {
        assertThat(loops.shutdownGracefully()).isNotNull();
    }

    @BeforeEach
    void startSidecar() {
        sidecar = new TestSidecar(loops, "127.0.0.3", NOBODY);
        listener = sidecar.listenStream();
    }

    @AfterEach
    void stopSidecar() {
        sidecar.close();
    }

    private void routeTo(IpPort app) {
        sidecar.decider.set(
                new Config()
                        .route(
                                StreamRule.Bytes.OPAQUE,
                                Protocol.TCP,
                                app.ip().toString(),
                                app.port())
                        .decider());
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(listener.ip().toInetAddress(), listener.port());
        socket.setSoTimeout(20_000);
        return socket;
    }

    private static String readAll(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void greetingReachesAClientThatSendsNothing() throws Exception {
        try (TestApp app =
                new TestApp(socket -> {
                    write(socket, "hello");
                    socket.shutdownOutput();
                    readAll(socket);
                })) {
            routeTo(app.address());

            try (Socket client = connect()) {
                assertThat(readAll(client)).isEqualTo("hello");
            }

            AccessRecord record = sidecar.telemetry.next();
            assertThat(record.reason()).isEqualTo(CloseReason.FINISHED);
            assertThat(record.received()).isZero();
            assertThat(record.sent()).isEqualTo(5);
            assertThat(record.upstream()).isEqualTo(app.address());
        }
    }

    @Test
    void connectionThatComesBackToItsOwnSidecarIsRefusedAtTheFirstTime() throws Exception {
        routeTo(listener);
        try (Socket client = connect()) {
            assertThatThrownBy(() -> readAll(client)).isInstanceOf(SocketException.class);
        }

        List<AccessRecord> looped = new ArrayList<>();
        AccessRecord record = sidecar.telemetry.next();
        while (record.reason() == CloseReason.LOOP) {
            looped.add(record);
            record = sidecar.telemetry.next();
        }
        assertThat(looped).hasSize(1);
        assertThat(looped.getFirst().detail())
                .contains("own connection to " + listener + " came back", "expected:");
        assertThat(sidecar.telemetry.total()).isEqualTo(2);
    }

    @Test
    void clientThatHalfClosesAtOnceGetsTheAnswer() throws Exception {
        try (TestApp app =
                new TestApp(socket -> {
                    String got = readAll(socket);
                    write(socket, "got " + got.length());
                })) {
            routeTo(app.address());

            try (Socket client = connect()) {
                client.shutdownOutput();
                assertThat(readAll(client)).isEqualTo("got 0");
            }
        }
    }

    @Test
    void answerAfterTheClientHasHalfClosedArrives() throws Exception {
        try (TestApp app =
                new TestApp(socket -> {
                    String got = readAll(socket);
                    write(socket, got.toUpperCase(java.util.Locale.ROOT));
                })) {
            routeTo(app.address());

            try (Socket client = connect()) {
                write(client, "request");
                client.shutdownOutput();
                assertThat(readAll(client)).isEqualTo("REQUEST");
            }
            assertThat(sidecar.telemetry.next().reason()).isEqualTo(CloseReason.FINISHED);
        }
    }

    @Test
    void refusedUpstreamIsAResetToTheClient() throws Exception {
        IpPort nobody;
        try (ServerSocket free = new ServerSocket(0)) {
            nobody = new IpPort(dev.gibbon.core.net.IpAddress.of("127.0.0.1"), free.getLocalPort());
        }
        routeTo(nobody);

        try (Socket client = connect()) {
            assertThatThrownBy(() -> client.getInputStream().read())
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("reset");
        }

        assertThat(sidecar.telemetry.next().reason()).isEqualTo(CloseReason.UPSTREAM_REFUSED);
    }
}

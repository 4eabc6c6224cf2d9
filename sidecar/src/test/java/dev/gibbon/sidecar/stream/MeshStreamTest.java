package dev.gibbon.sidecar.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gibbon.core.decision.CloseReason;
import dev.gibbon.sidecar.epoll.EpollLoops;
import dev.gibbon.sidecar.telemetry.AccessRecord;
import dev.gibbon.sidecar.testing.MeshPair;
import dev.gibbon.sidecar.testing.Pki;
import dev.gibbon.sidecar.testing.TestApp;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class MeshStreamTest {
    private static EventLoopGroup loops;

    private MeshPair pair;

    @BeforeAll
    static void startLoops() {
        loops = EpollLoops.start(2);
    }

    @AfterAll
    static void stopLoops() {
        assertThat(loops.shutdownGracefully()).isNotNull();
    }

    @BeforeEach
    void startPair() {
        pair = new MeshPair(loops);
    }

    @AfterEach
    void stopPair() {
        pair.close();
    }

    private void connectTo(TestApp app, boolean mesh) {
        if (mesh) {
            pair.registered(app.address());
        } else {
            pair.plain(app.address());
        }
    }

    private static String readAll(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void greetingReachesASilentClientThroughBothSidecars(boolean mesh) throws Exception {
        try (TestApp app =
                new TestApp(socket -> {
                    write(socket, "hello");
                    socket.shutdownOutput();
                    socket.getInputStream().readAllBytes();
                })) {
            connectTo(app, mesh);

            try (Socket client = pair.connect()) {
                assertThat(readAll(client)).isEqualTo("hello");
            }

            AccessRecord near = pair.a.telemetry.next();
            AccessRecord far = pair.b.telemetry.next();
            assertThat(near.reason()).isEqualTo(CloseReason.FINISHED);
            assertThat(near.received()).isZero();
            assertThat(near.sent()).isEqualTo(5);
            assertThat(near.upstreamTls()).isEqualTo(mesh ? "mesh" : "none");
            assertThat(near.upstreamIdentity()).isEqualTo(mesh ? Pki.id("b") : null);
            assertThat(far.reason()).isEqualTo(CloseReason.FINISHED);
            assertThat(far.meshIn()).isEqualTo(mesh);
            assertThat(far.clientIdentity()).isEqualTo(mesh ? Pki.id("a") : null);
            assertThat(far.client().ip().toString()).isEqualTo(mesh ? "127.0.0.2" : "127.0.0.6");
            assertThat(far.serviceName()).isEqualTo("service-0");
            assertThat(far.upstream()).isEqualTo(app.address());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void clientThatHalfClosesAtOnceGetsTheGreeting(boolean mesh) throws Exception {
        try (TestApp app =
                new TestApp(socket -> {
                    write(socket, "hello " + readAll(socket).length());
                })) {
            connectTo(app, mesh);

            try (Socket client = pair.connect()) {
                client.shutdownOutput();
                assertThat(readAll(client)).isEqualTo("hello 0");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void clientMayHalfCloseFirst(boolean mesh) throws Exception {
        try (TestApp app =
                new TestApp(socket -> write(socket, readAll(socket).toUpperCase(Locale.ROOT)))) {
            connectTo(app, mesh);

            try (Socket client = pair.connect()) {
                write(client, "request");
                client.shutdownOutput();
                assertThat(readAll(client)).isEqualTo("REQUEST");
            }
            assertThat(pair.b.telemetry.next().reason()).isEqualTo(CloseReason.FINISHED);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void applicationMayHalfCloseFirst(boolean mesh) throws Exception {
        try (TestApp app =
                new TestApp(socket -> {
                    write(socket, "first");
                    socket.shutdownOutput();
                    socket.setSoTimeout(20_000);
                    reportTo(socket);
                })) {
            connectTo(app, mesh);

            try (Socket client = pair.connect()) {
                assertThat(readAll(client)).isEqualTo("first");
                write(client, "later");
                client.shutdownOutput();
            }
            AccessRecord far = pair.b.telemetry.next();
            assertThat(far.reason()).isEqualTo(CloseReason.FINISHED);
            assertThat(far.received()).isEqualTo(5);
        }
    }

    private static void reportTo(Socket socket) throws IOException {
        assertThat(readAll(socket)).isEqualTo("later");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void resetOfTheApplicationReachesTheClient(boolean mesh) throws Exception {
        try (TestApp app =
                new TestApp(socket -> {
                    assertThat(socket.getInputStream().read()).isEqualTo('x');
                    socket.setSoLinger(true, 0);
                })) {
            connectTo(app, mesh);

            try (Socket client = pair.connect()) {
                write(client, "x");
                assertThatThrownBy(() -> client.getInputStream().read())
                        .isInstanceOf(SocketException.class)
                        .hasMessageContaining("reset");
            }
            assertThat(pair.a.telemetry.next().reason()).isEqualTo(CloseReason.UPSTREAM_GONE);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void resetOfTheClientReachesTheApplication(boolean mesh) throws Exception {
        try (TestApp app = appThatReportsItsEnd()) {
            connectTo(app, mesh);

            try (Socket client = pair.connect()) {
                write(client, "x");
                assertThat(client.getInputStream().read()).isEqualTo('y');
                client.setSoLinger(true, 0);
            }
            assertThat(app.result()).asString().contains("reset");
            assertThat(pair.a.telemetry.next().reason()).isEqualTo(CloseReason.CLIENT_GONE);
        }
    }

    private static TestApp appThatReportsItsEnd() {
        TestApp[] self = new TestApp[1];
        self[0] =
                new TestApp(socket -> {
                    assertThat(socket.getInputStream().read()).isEqualTo('x');
                    write(socket, "y");
                    try {
                        self[0].report("read " + socket.getInputStream().read());
                    } catch (SocketException e) {
                        self[0].report(String.valueOf(e.getMessage()));
                    }
                });
        return self[0];
    }

    @Test
    void refusedApplicationIsAResetThroughTheMesh() throws Exception {
        TestApp app = new TestApp(socket -> {});
        pair.registered(app.address());
        app.close();

        try (Socket client = pair.connect()) {
            assertThatThrownBy(() -> client.getInputStream().read())
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("reset");
        }

        assertThat(pair.b.telemetry.next().reason()).isEqualTo(CloseReason.UPSTREAM_REFUSED);
    }
}

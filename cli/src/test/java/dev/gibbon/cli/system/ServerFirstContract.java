package dev.gibbon.cli.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Services that speak first are heard at once, by clients that never say a word. */
@Tag("netns")
abstract class ServerFirstContract {
    private static final String GREETING = "Hello from Service B\n";

    private final AtomicLong clientBytes = new AtomicLong();

    abstract TestMesh mesh();

    @Test
    void silentClientIsGreeted() throws Exception {
        try (StreamServer server = StreamServer.on(TestMesh.TCP, this::greet);
                Socket client = Dial.tcp(TestMesh.TCP)) {
            assertThat(new String(client.getInputStream().readNBytes(GREETING.length()), UTF_8))
                    .isEqualTo(GREETING);
            client.shutdownOutput();
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            assertThat(server.failures()).isEmpty();
        }
        assertThat(clientBytes).hasValue(0);
    }

    @Test
    void silentTlsClientIsGreeted() throws Exception {
        try (StreamServer server = StreamServer.withTls(TestMesh.TLS, this::greetAndClose);
                Socket client = Dial.tls(TestMesh.TLS)) {
            assertThat(new String(client.getInputStream().readAllBytes(), UTF_8))
                    .isEqualTo(GREETING);
            assertThat(server.failures()).isEmpty();
        }
    }

    @Test
    void clientThatHalfClosesAtOnceIsGreeted() throws Exception {
        try (StreamServer server = StreamServer.on(TestMesh.TCP, this::greet);
                Socket client = Dial.tcp(TestMesh.TCP)) {
            client.shutdownOutput();
            assertThat(new String(client.getInputStream().readAllBytes(), UTF_8))
                    .isEqualTo(GREETING);
            assertThat(server.failures()).isEmpty();
        }
        assertThat(clientBytes).hasValue(0);
    }

    @Test
    void clientThatHalfClosesIsAnsweredAfterItsEnd() throws Exception {
        try (StreamServer server = StreamServer.on(TestMesh.TCP, this::greetAfterEnd);
                Socket client = Dial.tcp(TestMesh.TCP)) {
            client.shutdownOutput();
            assertThat(new String(client.getInputStream().readAllBytes(), UTF_8))
                    .isEqualTo(GREETING);
            assertThat(server.failures()).isEmpty();
        }
        assertThat(clientBytes).hasValue(0);
    }

    @Test
    void serverThatGreetsAndClosesIsHeardInFull() throws Exception {
        try (StreamServer server = StreamServer.on(TestMesh.TCP, this::greetAndClose)) {
            for (int i = 0; i < 100; i++) {
                try (Socket client = Dial.tcp(TestMesh.TCP)) {
                    assertThat(new String(client.getInputStream().readAllBytes(), UTF_8))
                            .isEqualTo(GREETING);
                }
            }
            assertThat(server.accepted()).isEqualTo(100);
            assertThat(server.failures()).isEmpty();
        }
    }

    @Test
    void greetingComesWithoutATimeOut() throws Exception {
        long[] nanos = new long[100];
        try (StreamServer server = StreamServer.on(TestMesh.TCP, this::greetAndClose)) {
            for (int i = -20; i < nanos.length; i++) {
                long before = System.nanoTime();
                try (Socket client = Dial.tcp(TestMesh.TCP)) {
                    client.getInputStream().readNBytes(GREETING.length());
                }
                if (i >= 0) {
                    nanos[i] = System.nanoTime() - before;
                }
            }
            assertThat(server.failures()).isEmpty();
        }
        double median = Figures.percentile(nanos, 0.5);
        Figures.print(
                "greeting of a silent client, " + getClass().getSimpleName(),
                "median " + median + " ms");
        assertThat(median).isLessThan(500.0);
    }

    private void greet(Socket socket) throws IOException {
        socket.getOutputStream().write(GREETING.getBytes(UTF_8));
        clientBytes.addAndGet(RandomBytes.receive(socket.getInputStream()).size());
    }

    private void greetAfterEnd(Socket socket) throws IOException {
        clientBytes.addAndGet(RandomBytes.receive(socket.getInputStream()).size());
        socket.getOutputStream().write(GREETING.getBytes(UTF_8));
    }

    private void greetAndClose(Socket socket) throws IOException {
        socket.getOutputStream().write(GREETING.getBytes(UTF_8));
    }
}

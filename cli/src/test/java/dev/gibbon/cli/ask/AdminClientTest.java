package dev.gibbon.cli.ask;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.cli.CommandFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AdminClientTest {
    @Test
    void aPortThatNobodyListensOnHasNoControlPlane() throws IOException {
        int port;
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = closed.getLocalPort();
        }

        assertThat(failure("http://127.0.0.1:" + port))
                .isEqualTo(
                        "no control plane answers at http://127.0.0.1:"
                                + port
                                + " (start one, or name its Admin API with --admin)");
    }

    /** The bytes are those of a TLS alert, which is what an ssl port answers plain HTTP with. */
    @Test
    void aPortThatAnswersNoHttpIsNotSaidToBeSilent() throws IOException {
        try (ServerSocket server = answering(new byte[] {0x15, 3, 3, 0, 2, 2, 80})) {
            String base = "http://127.0.0.1:" + server.getLocalPort();

            assertThat(failure(base))
                    .startsWith(
                            base + ": what answers there speaks no HTTP (is that the ssl port?");
        }
    }

    @Test
    void aPortWithoutTrustedTlsIsNamedAsThat() throws IOException {
        try (ServerSocket server =
                answering("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII))) {
            String base = "https://127.0.0.1:" + server.getLocalPort();

            assertThat(failure(base))
                    .startsWith(base + ": no trusted TLS there (")
                    .contains("GIBBON_ADMIN_LISTEN without ssl");
        }
    }

    @Test
    void aHostThatDoesNotExistIsNamed() {
        assertThat(failure("http://gibbon.invalid"))
                .startsWith("gibbon.invalid: no such host (expected: --admin with the URL");
    }

    private static String failure(String base) {
        try {
            new AdminClient(URI.create(base)).get("/sidecars", Map.of());
        } catch (CommandFailure e) {
            return String.valueOf(e.getMessage());
        }
        throw new AssertionError("no failure");
    }

    /** Answers each connection with these bytes, whatever it says, and ends it. */
    private static ServerSocket answering(byte[] bytes) throws IOException {
        ServerSocket server = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
        Thread.ofVirtual()
                .start(() -> {
                    while (!server.isClosed()) {
                        try (Socket socket = server.accept()) {
                            int first = socket.getInputStream().read();
                            assertThat(first).isNotNegative();
                            socket.getOutputStream().write(bytes);
                            socket.shutdownOutput();
                        } catch (IOException e) {
                            // The test has closed it, or the client has gone.
                        }
                    }
                });
        return server;
    }
}

package dev.gibbon.sidecar.pod;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.core.net.IpAddress;
import dev.gibbon.sidecar.status.ApplicationHealth.Answer;
import dev.gibbon.sidecar.testing.TestApp;
import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ProbesTest {
    private static Answer ask(Probe.Action action) throws Exception {
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            Probes probes =
                    new Probes(
                            Map.of("app/livez", new Probe(action, Duration.ofSeconds(2))),
                            IpAddress.of("127.0.0.1"),
                            executor);
            return Objects.requireNonNull(probes.ask("app/livez"))
                    .toCompletableFuture()
                    .get(10, TimeUnit.SECONDS);
        }
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.read());
        }
        return head.toString();
    }

    @ParameterizedTest
    @CsvSource({"200, true", "302, true", "399, true", "400, false", "503, false"})
    void statusOfAGetTells(int status, boolean healthy) throws Exception {
        try (TestApp app =
                new TestApp(socket -> {
                    head(socket.getInputStream());
                    socket.getOutputStream()
                            .write(
                                    ("HTTP/1.1 " + status + " X\r\nContent-Length: 0\r\n\r\n")
                                            .getBytes(StandardCharsets.US_ASCII));
                })) {
            Answer answer = ask(new Probe.Http(app.address().port(), "/x", false, null, List.of()));

            assertThat(answer).isEqualTo(new Answer(healthy, "status " + status));
        }
    }

    @Test
    void requestIsAsTheProbesAuthorWroteIt() throws Exception {
        try (TestApp app =
                new TestApp(socket -> {
                    String head = head(socket.getInputStream());
                    socket.getOutputStream()
                            .write("HTTP/1.0 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                    throw new AssertionError(head);
                })) {
            ask(
                    new Probe.Http(
                            app.address().port(),
                            "/x?y=1",
                            false,
                            "shop.test",
                            List.of(new Probe.Header("accept", "text/plain"))));

            assertThat(app.failures().poll(5, TimeUnit.SECONDS))
                    .hasMessage(
                            String.join(
                                    "\r\n",
                                    "GET /x?y=1 HTTP/1.1",
                                    "Host: shop.test",
                                    "User-Agent: kube-probe/gibbon",
                                    "Connection: close",
                                    "accept: text/plain",
                                    "",
                                    ""));
        }
    }

    @Test
    void tcpProbeOfADeadApplicationFails() throws Exception {
        int port;
        try (ServerSocket server = new ServerSocket(0)) {
            port = server.getLocalPort();
        }

        assertThat(ask(new Probe.Tcp(port)).healthy()).isFalse();
    }

    @Test
    void tcpProbeOfALivingOneSucceeds() throws Exception {
        try (TestApp app = new TestApp(Socket::close)) {
            assertThat(ask(new Probe.Tcp(app.address().port())).healthy()).isTrue();
        }
    }

    /** Frames as a gRPC server sends them: SETTINGS, HEADERS, DATA, and trailers. */
    @ParameterizedTest
    @CsvSource({
        "000000040000000000 00000101040000000188 00000700000000000100000000020801"
                + " 00000101050000000188, true",
        "000000040000000000 00000101040000000188 00000700000000000100000000020802"
                + " 00000101050000000188, false",
        "000000040000000000 00000101050000000188, false",
        "000004030000000001 00000007, false",
    })
    void grpcHealthIsServingOrNot(String frames, boolean healthy) throws Exception {
        try (TestApp app =
                new TestApp(socket -> {
                    socket.getInputStream().readNBytes(24);
                    socket.getOutputStream()
                            .write(HexFormat.of().parseHex(frames.replace(" ", "")));
                    socket.getInputStream().readAllBytes();
                })) {
            assertThat(ask(new Probe.Grpc(app.address().port(), "shop")).healthy())
                    .isEqualTo(healthy);
        }
    }

    @Test
    void otherQuestionsHaveNoAnswer() {
        Probes probes = new Probes(Map.of(), IpAddress.of("127.0.0.1"), Runnable::run);

        assertThat(probes.ask("app/livez")).isNull();
    }
}

package dev.gibbon.cli.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.net.Socket;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Nothing blocks an event loop of a sidecar while all four flows run and the configuration changes.
 */
@Tag("netns")
@Tag("slow")
final class EventLoopsTest {
    private static final String ANSWER = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private static final String REQUEST = "GET / HTTP/1.1\r\nHost: 127.0.0.5\r\n\r\n";

    @RegisterExtension
    static final TestMesh MESH =
            TestMesh.declared()
                    .withSidecars(
                            "GIBBON_OPTS",
                            "-XX:StartFlightRecording=settings=" + settings() + ",disk=true");

    private static Path settings() {
        try {
            return Path.of(EventLoopsTest.class.getResource("loops.jfc").toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void nothingBlocksAnEventLoop() throws Exception {
        try (StreamServer tcp = StreamServer.on(TestMesh.TCP, EventLoopsTest::echo);
                StreamServer tls = StreamServer.withTls(TestMesh.TLS, EventLoopsTest::echo);
                StreamServer http = StreamServer.on(TestMesh.HTTP, EventLoopsTest::answer);
                StreamServer https = StreamServer.withTls(TestMesh.HTTPS, EventLoopsTest::answer)) {
            // Classes are read from jars when they are first used, on whatever thread that is.
            for (int i = 0; i < 30; i++) {
                flowsAndEdits(i);
            }
            Instant warm = Instant.now();
            for (int i = 30; i < 130; i++) {
                flowsAndEdits(i);
            }
            MESH.settle();

            assertThat(tcp.failures()).isEmpty();
            assertThat(tls.failures()).isEmpty();
            assertThat(http.failures()).isEmpty();
            assertThat(https.failures()).isEmpty();
            for (TestNode sidecar : List.of(MESH.a(), MESH.b())) {
                BlockingEvents events = BlockingEvents.in(dump(sidecar), warm);
                assertThat(events.loops()).isNotEmpty();
                assertThat(events.onLoops()).as(sidecar.name()).isEmpty();
                assertThat(events.elsewhere()).isPositive();
                Figures.print(
                        "blocking events in " + sidecar.name(),
                        "0 on "
                                + events.loops().size()
                                + " event loops but "
                                + events.classLoads()
                                + " reads of classes from jars, "
                                + events.elsewhere()
                                + " on other threads");
            }
        }
    }

    private static void flowsAndEdits(int number) throws Exception {
        for (int port : new int[] {TestMesh.TCP, TestMesh.TLS}) {
            try (Socket client = client(port)) {
                RandomBytes.exchange(
                        client.getInputStream(),
                        client.getOutputStream(),
                        RandomBytes.of(number, 10_000));
            }
        }
        for (int port : new int[] {TestMesh.HTTP, TestMesh.HTTPS}) {
            try (Socket client = client(port)) {
                for (int i = 0; i < 2; i++) {
                    client.getOutputStream().write(REQUEST.getBytes(UTF_8));
                    assertThat(body(client.getInputStream())).isEqualTo("ok");
                }
            }
        }
        MESH.admin()
                .done(
                        "PUT",
                        "/services/churn-" + number % 3,
                        "url=http://192.0.2.1:" + (80 + number));
        MESH.admin().done("PATCH", "/services/service-b-http", "read_timeout=" + (50_000 + number));
    }

    private static Socket client(int port) throws Exception {
        return port == TestMesh.TLS || port == TestMesh.HTTPS ? Dial.tls(port) : Dial.tcp(port);
    }

    private static String body(InputStream in) throws Exception {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int one = in.read();
            assertThat(one).as("end after: %s", head).isNotNegative();
            head.append((char) one);
        }
        return new String(in.readNBytes(2), UTF_8);
    }

    private static void echo(Socket socket) throws Exception {
        RandomBytes.echo(socket.getInputStream(), socket.getOutputStream());
    }

    private static void answer(Socket socket) throws Exception {
        StringBuilder head = new StringBuilder();
        for (int one = socket.getInputStream().read();
                one >= 0;
                one = socket.getInputStream().read()) {
            head.append((char) one);
            if (head.indexOf("\r\n\r\n") >= 0) {
                socket.getOutputStream().write(ANSWER.getBytes(UTF_8));
                head.setLength(0);
            }
        }
    }

    private static Path dump(TestNode node) throws Exception {
        Path file = MESH.folder().resolve(node.name() + ".jfr");
        Outcome dumped =
                new Program(MESH.folder())
                        .run(
                                List.of(
                                        Path.of(System.getProperty("java.home"), "bin", "jcmd")
                                                .toString(),
                                        String.valueOf(node.pid()),
                                        "JFR.dump",
                                        "filename=" + file),
                                Map.of());
        assertThat(dumped.exit()).as(dumped.out() + dumped.err()).isZero();
        return file;
    }
}

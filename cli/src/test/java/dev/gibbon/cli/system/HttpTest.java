package dev.gibbon.cli.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP/1.1 through both sidecars. */
@Tag("netns")
final class HttpTest {
    private static final String HOST = "Host: 127.0.0.5\r\n";

    @RegisterExtension static final TestMesh MESH = TestMesh.declared();

    @ParameterizedTest
    @ValueSource(ints = {TestMesh.HTTP, TestMesh.HTTPS})
    void requestsOfOneConnectionAreAnsweredInTurn(int port) throws Exception {
        try (HttpServer server = HttpServer.on(port);
                Socket client = client(port)) {
            for (int i = 0; i < 20; i++) {
                byte[] body = RandomBytes.of(i, 1 + 997 * i);
                Http.write(
                        client.getOutputStream(),
                        "POST /n/"
                                + i
                                + " HTTP/1.1\r\n"
                                + HOST
                                + "Content-Length: "
                                + body.length
                                + "\r\n\r\n");
                client.getOutputStream().write(body);
                Http.Answer answer = Http.answer(client.getInputStream());
                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.body()).isEqualTo(body);
            }
            assertThat(server.heads()).hasSize(20);
        }
    }

    @Test
    void chunksAreExactInBothDirections() throws Exception {
        byte[] body = RandomBytes.of(1, 300_000);
        try (HttpServer server = HttpServer.on(TestMesh.HTTP);
                Socket client = Dial.tcp(TestMesh.HTTP)) {
            OutputStream out = client.getOutputStream();
            Http.write(
                    out, "PUT /chunked HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n");
            for (int from = 0; from < body.length; from += 1_000) {
                Http.chunk(out, body, from, 1_000);
            }
            Http.write(out, "0\r\n\r\n");
            assertThat(Http.answer(client.getInputStream()).body()).isEqualTo(body);
            assertThat(server.heads()).hasSize(1);
        }
    }

    @Test
    void clientThatWaitsForContinueIsTold() throws Exception {
        try (HttpServer server = HttpServer.on(TestMesh.HTTP);
                Socket client = Dial.tcp(TestMesh.HTTP)) {
            Http.write(
                    client.getOutputStream(),
                    "POST /e HTTP/1.1\r\n"
                            + HOST
                            + "Expect: 100-continue\r\nContent-Length: 4\r\n\r\n");
            assertThat(Http.answer(client.getInputStream()).status()).isEqualTo(100);
            Http.write(client.getOutputStream(), "body");
            assertThat(HttpServer.text(Http.answer(client.getInputStream()).body()))
                    .isEqualTo("body");
            assertThat(server.heads()).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {TestMesh.HTTP, TestMesh.HTTPS})
    void upgradedConnectionIsRelayed(int port) throws Exception {
        try (HttpServer server = HttpServer.on(port);
                Socket client = client(port)) {
            InputStream in = client.getInputStream();
            Http.write(
                    client.getOutputStream(),
                    String.join(
                            "\r\n",
                            "GET /ws HTTP/1.1",
                            "Host: 127.0.0.5",
                            "Connection: Upgrade",
                            "Upgrade: websocket",
                            "Sec-WebSocket-Version: 13",
                            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                            "",
                            ""));
            assertThat(Http.answer(in).status()).isEqualTo(101);
            for (int i = 0; i < 50; i++) {
                RandomBytes.exchange(in, client.getOutputStream(), RandomBytes.of(i, 1 + 100 * i));
            }
            assertThat(server.heads()).hasSize(1);
        }
    }

    @Test
    void asManyRequestsArriveAsWereSent() throws Exception {
        int requests = 2_000;
        int clients = 8;
        AtomicInteger next = new AtomicInteger();
        List<Throwable> failures = new CopyOnWriteArrayList<>();
        try (HttpServer server = HttpServer.on(TestMesh.HTTP)) {
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                threads.add(Thread.ofPlatform().start(() -> request(next, requests, failures)));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(failures).isEmpty();
            assertThat(server.heads().stream().map(HttpTest::path).distinct().count())
                    .isEqualTo(requests);
            assertThat(server.heads()).hasSize(requests);
            Figures.print(
                    requests + " requests of " + clients + " clients",
                    server.accepted() + " connections at the service");
        }
    }

    private static String path(String head) {
        return head.substring(0, head.indexOf('\r'));
    }

    private static void request(AtomicInteger next, int requests, List<Throwable> failures) {
        int number = next.getAndIncrement();
        while (number < requests) {
            try (Socket client = Dial.tcp(TestMesh.HTTP)) {
                for (int i = 0; i < 25 && number < requests; i++) {
                    Http.write(
                            client.getOutputStream(),
                            "GET /r/" + number + " HTTP/1.1\r\n" + HOST + "\r\n");
                    if (Http.answer(client.getInputStream()).status() != 200) {
                        failures.add(new AssertionError("request " + number));
                    }
                    number = next.getAndIncrement();
                }
            } catch (Exception e) {
                failures.add(e);
                number = next.getAndIncrement();
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    length and chunked   | POST /s HTTP/1.1~Host: 127.0.0.5~Content-Length: 4~Transfer-Encoding: chunked~~0~~
                    two lengths          | POST /s HTTP/1.1~Host: 127.0.0.5~Content-Length: 4~Content-Length: 5~~abcde
                    folded field         | GET /s HTTP/1.1~Host: 127.0.0.5~X-A: b~ c~~
                    two hosts            | GET /s HTTP/1.1~Host: 127.0.0.5~Host: other~~
                    no host              | GET /s HTTP/1.1~X-A: b~~
                    space before colon   | GET /s HTTP/1.1~Host: 127.0.0.5~Content-Length : 4~~abcd
                    signed length        | POST /s HTTP/1.1~Host: 127.0.0.5~Content-Length: +4~~abcd
                    unknown coding       | POST /s HTTP/1.1~Host: 127.0.0.5~Transfer-Encoding: xchunked~~0~~
                    coding of 1.0        | POST /s HTTP/1.0~Host: 127.0.0.5~Transfer-Encoding: chunked~~0~~
                    other absolute form  | GET http://other/s HTTP/1.1~Host: 127.0.0.5~~
                    fragment             | GET /s#x HTTP/1.1~Host: 127.0.0.5~~
                    """)
    void ambiguousRequestIsRefusedAndNotForwarded(String name, String request) throws Exception {
        try (HttpServer server = HttpServer.on(TestMesh.HTTP);
                Socket client = Dial.tcp(TestMesh.HTTP)) {
            Http.write(client.getOutputStream(), request.replace("~", "\r\n"));
            Http.Answer answer = Http.answer(client.getInputStream());

            assertThat(answer.status()).as(name).isEqualTo(400);
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            assertThat(server.heads()).isEmpty();
        }
    }

    @Test
    void badChunkSizeEndsBothConnections() throws Exception {
        try (HttpServer server = HttpServer.on(TestMesh.HTTP);
                Socket client = Dial.tcp(TestMesh.HTTP)) {
            Http.write(
                    client.getOutputStream(),
                    "POST /s HTTP/1.1\r\n"
                            + HOST
                            + "Transfer-Encoding: chunked\r\n\r\n-1\r\n\r\nGET /smuggled HTTP/1.1\r\n"
                            + HOST
                            + "\r\n");
            Http.Answer answer = Http.answer(client.getInputStream());

            assertThat(answer.status()).isEqualTo(400);
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            assertThat(server.heads()).noneMatch(head -> head.contains("smuggled"));
        }
    }

    @Test
    void headersBeyondTheLimitAreRefused() throws Exception {
        try (HttpServer server = HttpServer.on(TestMesh.HTTP);
                Socket client = Dial.tcp(TestMesh.HTTP)) {
            Http.write(
                    client.getOutputStream(),
                    "GET /s HTTP/1.1\r\n" + HOST + "X-A: " + "a".repeat(200_000) + "\r\n\r\n");

            assertThat(Http.answer(client.getInputStream()).status()).isEqualTo(431);
            assertThat(server.heads()).isEmpty();
        }
    }

    private static Socket client(int port) throws Exception {
        return port == TestMesh.HTTPS ? Dial.tls(port) : Dial.tcp(port);
    }
}

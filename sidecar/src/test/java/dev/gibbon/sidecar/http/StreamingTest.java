package dev.gibbon.sidecar.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.core.decision.CloseReason;
import java.net.StandardSocketOptions;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

@SuppressWarnings("StringConcatToTextBlock") // Text blocks hide the CRLFs.
class StreamingTest {

    /** Reads the head of each request, then writes that. */
    private static ScriptedUpstream.Script always(String answer) {
        return wire -> {
            while (!wire.readHead().isEmpty()) {
                wire.write(answer);
            }
        };
    }

    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    @Test
    void continueComesFromTheUpstreamBeforeTheBodyIsSent() throws Exception {
        ScriptedUpstream.Script script =
                wire -> {
                    String head = wire.readHead();
                    assertThat(head).contains("Expect: 100-continue\r\n");
                    wire.write("HTTP/1.1 100 Continue\r\n\r\n");
                    String body = wire.readBody(head);
                    wire.write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n" + body);
                    wire.readToEnd();
                };
        try (var upstream = new ScriptedUpstream(script);
                var proxy = new TestProxy(upstream.port());
                var client = proxy.connect()) {
            client.write(
                    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
            assertThat(client.readHead()).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
            client.write("hello");

            assertThat(client.readMessage()).startsWith("HTTP/1.1 200 OK\r\n").endsWith("hello");
            assertThat(upstream.failures).isEmpty();
        }
    }

    @Test
    void aRefusalInsteadOfContinueIsPassedOnAndTheConnectionEnds() throws Exception {
        try (var upstream =
                        new ScriptedUpstream(
                                always("HTTP/1.1 417 No\r\nContent-Length: 0\r\n\r\n"));
                var proxy = new TestProxy(upstream.port());
                var client = proxy.connect()) {
            client.write(
                    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");

            assertThat(client.readToEnd())
                    .startsWith("HTTP/1.1 417 No\r\n")
                    .contains("Connection: close\r\n");
        }
    }

    @Test
    void earlyHintsArePassedOn() throws Exception {
        try (var upstream =
                        new ScriptedUpstream(
                                always(
                                        "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
                                                + "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"));
                var proxy = new TestProxy(upstream.port());
                var client = proxy.connect()) {
            client.write(GET);
            assertThat(client.readHead()).isEqualTo("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n");
            assertThat(client.readMessage()).endsWith("\r\n\r\nok");

            client.write("GET / HTTP/1.0\r\n\r\n");
            assertThat(client.readToEnd()).startsWith("HTTP/1.1 200 OK\r\n");
        }
    }

    @Test
    void answersWithoutABodyLeaveTheConnectionInStep() throws Exception {
        ScriptedUpstream.Script script =
                wire -> {
                    wire.readHead();
                    wire.write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
                    wire.readHead();
                    wire.write("HTTP/1.1 204 No Content\r\n\r\n");
                    wire.readHead();
                    wire.write("HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n");
                    wire.readHead();
                    wire.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                    wire.readToEnd();
                };
        try (var upstream = new ScriptedUpstream(script);
                var proxy = new TestProxy(upstream.port());
                var client = proxy.connect()) {
            client.write("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n" + GET + GET + GET);

            assertThat(client.readHead()).contains("Content-Length: 1000\r\n");
            assertThat(client.readHead())
                    .startsWith("HTTP/1.1 204 ")
                    .doesNotContain("Content-Length");
            assertThat(client.readHead()).startsWith("HTTP/1.1 304 ").contains("Content-Length: 7");
            assertThat(client.readMessage()).endsWith("\r\n\r\nok");
            assertThat(upstream.connections).hasValue(1);
        }
    }

    @Test
    void anAnswerThatEndsWithTheConnectionIsChunkedFor11AndClosedFor10() throws Exception {
        ScriptedUpstream.Script script =
                wire -> {
                    wire.readHead();
                    wire.write("HTTP/1.1 200 OK\r\n\r\nhello");
                };
        try (var upstream = new ScriptedUpstream(script);
                var proxy = new TestProxy(upstream.port());
                var client = proxy.connect();
                var old = proxy.connect()) {
            client.write(GET);
            assertThat(client.readMessage())
                    .contains("Transfer-Encoding: chunked\r\n")
                    .endsWith("\r\n\r\n5\r\nhello\r\n0\r\n\r\n");
            client.write(GET);
            assertThat(client.readMessage()).contains("hello");

            old.write("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
            assertThat(old.readToEnd()).contains("Connection: close\r\n").endsWith("\r\n\r\nhello");
        }
    }

    @Test
    void chunksAreTakenApartForHttp10() throws Exception {
        try (var upstream =
                        new ScriptedUpstream(
                                always(
                                        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                                                + "5 ;x\r\nhello\r\n0\r\n\r\n"));
                var proxy = new TestProxy(upstream.port());
                var client = proxy.connect()) {
            client.write("GET / HTTP/1.0\r\n\r\n");

            assertThat(client.readToEnd()).doesNotContain("chunked").endsWith("\r\n\r\nhello");
        }
    }

    @Test
    void http10KeepsTheConnectionOnlyWhenItAsks() throws Exception {
        try (var upstream = ScriptedUpstream.echo();
                var proxy = new TestProxy(upstream.port());
                var client = proxy.connect()) {
            client.write("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n");
            assertThat(client.readMessage()).contains("Connection: keep-alive\r\n");
            client.write("GET / HTTP/1.0\r\n\r\n");
            assertThat(client.readToEnd()).contains("Connection: close\r\n");
        }
    }

    @Test
    void anEarlyAnswerStopsTheBodyAndNothingIsPooled() throws Exception {
        ScriptedUpstream.Script script =
                wire -> {
                    wire.readHead();
                    wire.write("HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno");
                    wire.readToEnd();
                };
        try (var upstream = new ScriptedUpstream(script);
                var proxy = new TestProxy(upstream.port());
                var client = proxy.connect()) {
            client.write("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nabc");

            assertThat(client.readToEnd())
                    .startsWith("HTTP/1.1 413 ")
                    .contains("Connection: close\r\n")
                    .endsWith("\r\n\r\nno");
            assertThat(proxy.telemetry.next().reason()).isEqualTo(CloseReason.FINISHED);
            try (var second = proxy.connect()) {
                second.write(GET);
                second.readMessage();
            }
            assertThat(upstream.connections).hasValue(2);
        }
    }

    @Test
    void anAnswerIsPassedOnEvenIfTheUpstreamClosesInTheMiddleOfTheBody() throws Exception {
        ScriptedUpstream.Script script =
                wire -> {
                    wire.readHead();
                    wire.write(
                            "HTTP/1.1 413 Too Large\r\nConnection: close\r\nContent-Length: 2\r\n\r\nno");
                };
        try (var upstream = new ScriptedUpstream(script);
                var proxy = new TestProxy(upstream.port());
                var client = proxy.connect()) {
            client.write("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 8000000\r\n\r\n");
            String block = "x".repeat(100_000);
            var writer =
                    CompletableFuture.runAsync(() -> {
                        try {
                            for (int i = 0; i < 80; i++) {
                                client.write(block);
                            }
                        } catch (java.io.IOException e) {
                            // The proxy need not take all of it.
                        }
                    });

            assertThat(client.readMessage()).startsWith("HTTP/1.1 413 ").endsWith("no");
            writer.get(20, TimeUnit.SECONDS);
        }
    }

    @Test
    void aClientThatLeavesInTheMiddleOfItsBodyTakesTheUpstreamConnectionWithIt() throws Exception {
        var begun = new CompletableFuture<String>();
        var ended = new CompletableFuture<String>();
        ScriptedUpstream.Script script =
                wire -> {
                    wire.readHead();
                    begun.complete(wire.read(3));
                    ended.complete(wire.readToEnd());
                };
        try (var upstream = new ScriptedUpstream(script);
                var proxy = new TestProxy(upstream.port())) {
            try (var client = proxy.connect()) {
                client.write("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
                assertThat(begun.get(10, TimeUnit.SECONDS)).isEqualTo("abc");
            }

            assertThat(ended.get(10, TimeUnit.SECONDS)).isEmpty();
            var record = proxy.telemetry.next();
            assertThat(record.reason()).isEqualTo(CloseReason.CLIENT_GONE);
            assertThat(RecordingTelemetry.status(record)).isZero();
        }
    }

    @Test
    void aClientThatShutsDownItsOutputStillGetsItsAnswer() throws Exception {
        var go = new CountDownLatch(1);
        ScriptedUpstream.Script script =
                wire -> {
                    wire.readHead();
                    go.await();
                    wire.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                };
        try (var upstream = new ScriptedUpstream(script);
                var proxy = new TestProxy(upstream.port());
                var client = proxy.connect()) {
            client.write(GET);
            client.socket().shutdownOutput();
            go.countDown();

            assertThat(client.readToEnd()).startsWith("HTTP/1.1 200 OK").endsWith("ok");
        }
    }

    @Test
    void anUpstreamThatClosesBeforeItAnswersIs502() throws Exception {
        try (var upstream = new ScriptedUpstream(wire -> wire.readHead());
                var proxy = new TestProxy(upstream.port());
                var client = proxy.connect()) {
            client.write(GET);

            assertThat(client.readMessage())
                    .startsWith("HTTP/1.1 502 Bad Gateway\r\n")
                    .endsWith("An invalid response was received from the upstream server\n");
            assertThat(proxy.telemetry.next().reason()).isEqualTo(CloseReason.UPSTREAM_GONE);
            client.write(GET);
            assertThat(client.readMessage()).startsWith("HTTP/1.1 502 ");
        }
    }

    @Test
    void anAnswerThatBreaksOffIsNotMadeWhole() throws Exception {
        ScriptedUpstream.Script script =
                wire -> {
                    wire.readHead();
                    wire.write(
                            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
                };
        try (var upstream = new ScriptedUpstream(script);
                var proxy = new TestProxy(upstream.port());
                var client = proxy.connect()) {
            client.write(GET);

            assertThat(client.readToEnd()).contains("hello").doesNotContain("\r\n0\r\n");
            assertThat(proxy.telemetry.next().reason()).isEqualTo(CloseReason.UPSTREAM_GONE);
        }
    }

    @Test
    void anAnswerThatIsNotClearIs502() throws Exception {
        for (String answer :
                new String[] {
                    "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n",
                    "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nabc",
                    "HTTP/1.1 200 OK\r\nX : y\r\n\r\n",
                    "HTTP/1.1 20 OK\r\n\r\n",
                    "HTTP/2 200 OK\r\n\r\n",
                    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
                    "hello\r\n\r\n"
                }) {
            try (var upstream = new ScriptedUpstream(always(answer));
                    var proxy = new TestProxy(upstream.port());
                    var client = proxy.connect()) {
                client.write(GET);

                assertThat(client.readMessage()).as(answer).startsWith("HTTP/1.1 502 ");
                assertThat(proxy.telemetry.next().reason()).isEqualTo(CloseReason.BAD_RESPONSE);
            }
        }
    }

    @Test
    void anUpstreamThatIsSilentIs504() throws Exception {
        try (var upstream = new ScriptedUpstream(wire -> wire.readToEnd());
                var proxy =
                        new TestProxy(
                                TestProxy.service("127.0.0.1", upstream.port(), 200),
                                TestProxy.limits(),
                                false,
                                "/",
                                rule -> rule);
                var client = proxy.connect()) {
            client.write(GET);

            assertThat(client.readMessage())
                    .startsWith("HTTP/1.1 504 Gateway Timeout\r\n")
                    .endsWith("The upstream server is timing out\n");
            assertThat(proxy.telemetry.next().reason()).isEqualTo(CloseReason.UPSTREAM_TIMEOUT);
        }
    }

    @Test
    void aClientThatIsSlowWithItsHeadOrBodyIs408AndAnIdleOneIsClosed() throws Exception {
        try (var upstream = ScriptedUpstream.echo();
                var proxy =
                        new TestProxy(
                                TestProxy.service("127.0.0.1", upstream.port(), 60_000),
                                TestProxy.impatient(),
                                false,
                                "/",
                                rule -> rule);
                var head = proxy.connect();
                var body = proxy.connect();
                var idle = proxy.connect()) {
            head.write("GET / HT");
            body.write("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab");

            assertThat(head.readToEnd()).startsWith("HTTP/1.1 408 ");
            assertThat(body.readToEnd()).startsWith("HTTP/1.1 408 ");
            assertThat(idle.readToEnd()).isEmpty();
            assertThat(proxy.telemetry.next().reason()).isEqualTo(CloseReason.CLIENT_TIMEOUT);
            assertThat(proxy.telemetry.next().reason()).isEqualTo(CloseReason.CLIENT_TIMEOUT);
            assertThat(proxy.telemetry.records).isEmpty();
        }
    }

    @Test
    void aClientThatReadsSlowlyStopsTheUpstream() throws Exception {
        long total = 200_000_000;
        var written = new AtomicLong();
        ScriptedUpstream.Script script =
                wire -> {
                    wire.readHead();
                    wire.write("HTTP/1.1 200 OK\r\nContent-Length: " + total + "\r\n\r\n");
                    byte[] block = new byte[100_000];
                    var out = wire.socket().getOutputStream();
                    while (written.get() < total) {
                        out.write(block);
                        written.addAndGet(block.length);
                    }
                };
        try (var upstream = new ScriptedUpstream(script);
                var proxy = new TestProxy(upstream.port());
                var client = proxy.connect()) {
            client.socket().setOption(StandardSocketOptions.SO_RCVBUF, 64 * 1024);
            client.write(GET);
            client.readHead();

            assertThat(settled(written)).isPositive().isLessThan(40_000_000);
            byte[] block = new byte[65536];
            long read = 0;
            while (read < total) {
                read += client.read(block);
            }
            assertThat(read).isEqualTo(total);
        }
    }

    /** The value once it no longer grows. */
    private static long settled(AtomicLong value) throws InterruptedException {
        var never = new CountDownLatch(1);
        long before = -1;
        for (int i = 0; i < 100 && before != value.get(); i++) {
            before = value.get();
            assertThat(never.await(300, TimeUnit.MILLISECONDS)).isFalse();
        }
        return before;
    }

    @Test
    void anUpstreamThatReadsSlowlyStopsTheClient() throws Exception {
        long total = 100_000_000;
        var go = new CountDownLatch(1);
        ScriptedUpstream.Script script =
                wire -> {
                    wire.readHead();
                    go.await();
                    byte[] block = new byte[65536];
                    long read = 0;
                    while (read < total) {
                        read += wire.read(block);
                    }
                    wire.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                    wire.readToEnd();
                };
        try (var upstream = new ScriptedUpstream(script);
                var proxy = new TestProxy(upstream.port());
                var client = proxy.connect()) {
            client.write("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + total + "\r\n\r\n");
            var written = new AtomicLong();
            var writer =
                    CompletableFuture.runAsync(() -> {
                        try {
                            byte[] block = new byte[100_000];
                            while (written.get() < total) {
                                client.socket().getOutputStream().write(block);
                                written.addAndGet(block.length);
                            }
                        } catch (java.io.IOException e) {
                            throw new java.io.UncheckedIOException(e);
                        }
                    });

            assertThat(settled(written)).isPositive().isLessThan(40_000_000);
            go.countDown();
            writer.get(30, TimeUnit.SECONDS);
            assertThat(client.readMessage()).endsWith("ok");
            assertThat(proxy.telemetry.next().received()).isEqualTo(total);
        }
    }
}

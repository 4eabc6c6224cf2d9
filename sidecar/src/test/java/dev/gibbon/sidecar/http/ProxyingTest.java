package dev.gibbon.sidecar.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.core.decision.CloseReason;
import java.io.IOException;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

@SuppressWarnings("StringConcatToTextBlock") // Text blocks hide the CRLFs.
class ProxyingTest {

    private static String strip(String answer) {
        return Pattern.compile("X-Gibbon-(Proxy|Upstream)-Latency: \\d+\r\n")
                .matcher(answer)
                .replaceAll("");
    }

    @Test
    void getIsProxiedWithTheHeadersOfKong() throws Exception {
        try (var upstream = ScriptedUpstream.echo();
                var proxy = new TestProxy(upstream.port());
                var client = proxy.connect()) {
            client.write(
                    "GET /a/b?c=d& HTTP/1.1\r\nHost: Example.COM:99\r\n"
                            + "X-Real-IP: 6.6.6.6\r\nX_Real_IP: 6.6.6.6\r\nX-Forwarded-For: 1.2.3.4\r\n"
                            + "X-Forwarded-Proto: https\r\nX-Forwarded-Host: evil\r\n"
                            + "X-Forwarded-Port: 1\r\nConnection: keep-alive, x-hop, x-real-ip, cookie\r\n"
                            + "X-Hop: gone\r\nCookie: kept\r\nAccept: */*\r\n\r\n");
            String answer = client.readMessage();

            String seen =
                    "GET /a/b?c=d& HTTP/1.1\r\nHost: 127.0.0.1:"
                            + upstream.port()
                            + "\r\nConnection: keep-alive\r\nCookie: kept\r\nAccept: */*\r\n"
                            + "X-Real-IP: 127.0.0.1\r\nX-Forwarded-For: 1.2.3.4, 127.0.0.1\r\n"
                            + "X-Forwarded-Proto: http\r\nX-Forwarded-Host: example.com\r\n"
                            + "X-Forwarded-Port: "
                            + proxy.port()
                            + "\r\n\r\n";
            assertThat(strip(answer))
                    .isEqualTo(
                            "HTTP/1.1 200 OK\r\nVia: 1.1 gibbon/9.9\r\nContent-Length: "
                                    + seen.length()
                                    + "\r\n\r\n"
                                    + seen);
            assertThat(answer).contains("X-Gibbon-Proxy-Latency: ", "X-Gibbon-Upstream-Latency: ");
            var record = proxy.telemetry.next();
            assertThat(record.reason()).isEqualTo(CloseReason.FINISHED);
            assertThat(record.request())
                    .isEqualTo(
                            new dev.gibbon.sidecar.telemetry.AccessRecord.Request(
                                    "GET", "example.com", "/a/b", 200));
            assertThat(record.sent()).isEqualTo(seen.length());
            assertThat(record.upstreamTls()).isEqualTo("none");
        }
    }

    @Test
    void aBareQuestionMarkIsKept() throws Exception {
        try (var upstream = ScriptedUpstream.echo();
                var proxy = new TestProxy(upstream.port());
                var client = proxy.connect()) {
            client.write("GET /a? HTTP/1.1\r\nHost: a\r\n\r\n");

            assertThat(client.readMessage()).contains("\r\n\r\nGET /a? HTTP/1.1\r\n");
        }
    }

    @Test
    void requestsOfOneClientShareOneUpstreamConnection() throws Exception {
        try (var upstream = ScriptedUpstream.echo();
                var proxy = new TestProxy(upstream.port());
                var client = proxy.connect()) {
            for (int i = 0; i < 20; i++) {
                String body = "x".repeat(i);
                client.write(
                        "POST /"
                                + i
                                + " HTTP/1.1\r\nHost: a\r\nContent-Length: "
                                + i
                                + "\r\n\r\n"
                                + body);
                assertThat(client.readMessage())
                        .contains("POST /" + i + " ")
                        .endsWith("\r\n" + body);
            }

            assertThat(upstream.connections).hasValue(1);
            assertThat(proxy.connector.dials).hasValue(1);
        }
    }

    @Test
    void chunkedBodiesPassBothWaysWithTheirTrailers() throws Exception {
        var script =
                (ScriptedUpstream.Script)
                        wire -> {
                            String head = wire.readHead();
                            String body = wire.readBody(head);
                            wire.write(
                                    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + body);
                            wire.readToEnd();
                        };
        try (var upstream = new ScriptedUpstream(script);
                var proxy = new TestProxy(upstream.port());
                var client = proxy.connect()) {
            client.write(
                    "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                            + "5\r\nhello\r\n6\r\n world\r\n0\r\nX-Sum: 1\r\nContent-Length: 3\r\n\r\n");
            String head = client.readHead();

            assertThat(head).contains("Transfer-Encoding: chunked\r\n");
            assertThat(client.readBody(head).replaceAll("\r\n([0-9a-f]+\r\n)?", "|"))
                    .contains("hello")
                    .contains("world")
                    .contains("X-Sum: 1")
                    .doesNotContain("Content-Length");
        }
    }

    @Test
    void anUpstreamThatRefusesIs502InTheFormThatAcceptAsksFor() throws IOException {
        try (var proxy = new TestProxy(1);
                var client = proxy.connect()) {
            client.write("GET / HTTP/1.1\r\nHost: a\r\nAccept: application/json\r\n\r\n");

            assertThat(client.readMessage())
                    .startsWith("HTTP/1.1 502 Bad Gateway\r\n")
                    .endsWith(
                            "{\"message\":\"An invalid response was received from the upstream"
                                    + " server\"}");
        }
    }
}

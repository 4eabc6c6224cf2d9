package dev.gibbon.sidecar.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

@SuppressWarnings("StringConcatToTextBlock") // Text blocks hide the CRLFs.
class UpgradeTest {

    @Test
    void aWebSocketIsPassedBothWaysAndHalfCloseWithIt() throws Exception {
        ScriptedUpstream.Script script =
                wire -> {
                    assertThat(wire.readHead())
                            .contains("\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n");
                    wire.write(
                            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                                    + "Connection: Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\nfirst");
                    assertThat(wire.readToEnd()).isEqualTo("early\0late");
                    wire.write("last");
                };
        try (var upstream = new ScriptedUpstream(script);
                var proxy = new TestProxy(upstream.port());
                var client = proxy.connect()) {
            client.write(
                    "GET /chat HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\n"
                            + "Upgrade: WebSocket\r\nSec-WebSocket-Key: k\r\n\r\nearly");
            assertThat(client.readHead())
                    .startsWith("HTTP/1.1 101 Switching Protocols\r\n")
                    .contains("Connection: Upgrade\r\nUpgrade: websocket\r\n")
                    .contains("Sec-WebSocket-Accept: x\r\n");
            assertThat(client.read(5)).isEqualTo("first");
            client.write("\0late");
            client.socket().shutdownOutput();

            assertThat(client.readToEnd()).isEqualTo("last");
            var record = proxy.telemetry.next();
            assertThat(upstream.failures).isEmpty();
            assertThat(RecordingTelemetry.status(record)).isEqualTo(101);
            assertThat(record.received()).isEqualTo(10);
            assertThat(record.sent()).isEqualTo(9);
        }
    }

    @Test
    void otherUpgradesAreNotOffered() throws Exception {
        try (var upstream = ScriptedUpstream.echo();
                var proxy = new TestProxy(upstream.port());
                var client = proxy.connect()) {
            client.write(
                    "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\n"
                            + "Upgrade: h2c\r\nHTTP2-Settings: AAA\r\n\r\n");

            assertThat(client.readMessage()).doesNotContain("h2c", "HTTP2-Settings", "Upgrade");
        }
    }

    @Test
    void aWebSocketThatIsRefusedIsAnOrdinaryAnswer() throws Exception {
        ScriptedUpstream.Script script =
                wire -> {
                    while (!wire.readHead().isEmpty()) {
                        wire.write("HTTP/1.1 403 No\r\nContent-Length: 2\r\n\r\nno");
                    }
                };
        try (var upstream = new ScriptedUpstream(script);
                var proxy = new TestProxy(upstream.port());
                var client = proxy.connect()) {
            for (int i = 0; i < 2; i++) {
                client.write(
                        "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
                assertThat(client.readMessage()).startsWith("HTTP/1.1 403 No").endsWith("no");
            }
            assertThat(upstream.connections).hasValue(1);
        }
    }
}

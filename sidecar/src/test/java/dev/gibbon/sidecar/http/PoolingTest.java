package dev.gibbon.sidecar.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.core.decision.CloseReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

@SuppressWarnings("StringConcatToTextBlock") // Text blocks hide the CRLFs.
class PoolingTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    /** Serves one request a connection, and closes it when the next one comes. */
    private static ScriptedUpstream.Script oneEach() {
        return wire -> {
            wire.readHead();
            wire.write(OK);
            wire.readHead();
        };
    }

    @Test
    void anIdempotentRequestOnAConnectionThatJustClosedIsSentOnceMore() throws Exception {
        try (var upstream = new ScriptedUpstream(oneEach());
                var proxy = new TestProxy(upstream.port());
                var client = proxy.connect()) {
            for (int i = 0; i < 5; i++) {
                assertThat(client.write(GET).readMessage()).startsWith("HTTP/1.1 200 ");
            }

            assertThat(upstream.connections).hasValue(5);
            assertThat(proxy.telemetry.count).hasValue(5);
        }
    }

    @Test
    void aPostOnAConnectionThatJustClosedIsNotSentAgain() throws Exception {
        try (var upstream = new ScriptedUpstream(oneEach());
                var proxy = new TestProxy(upstream.port());
                var client = proxy.connect()) {
            assertThat(client.write(GET).readMessage()).startsWith("HTTP/1.1 200 ");
            client.write("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi");

            assertThat(client.readMessage()).startsWith("HTTP/1.1 502 ");
            assertThat(upstream.connections).hasValue(1);
        }
    }

    @Test
    void aFreshConnectionIsNotTriedTwice() throws Exception {
        try (var upstream = new ScriptedUpstream(wire -> wire.readHead());
                var proxy = new TestProxy(upstream.port());
                var client = proxy.connect()) {
            assertThat(client.write(GET).readMessage()).startsWith("HTTP/1.1 502 ");

            assertThat(upstream.connections).hasValue(1);
        }
    }

    @Test
    void bytesThatNobodyAskedForEndAConnection() throws Exception {
        ScriptedUpstream.Script script =
                wire -> {
                    wire.readHead();
                    wire.write(OK + "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");
                    wire.readToEnd();
                };
        try (var upstream = new ScriptedUpstream(script);
                var proxy = new TestProxy(upstream.port());
                var client = proxy.connect()) {
            for (int i = 0; i < 5; i++) {
                assertThat(client.write(GET).readMessage()).endsWith("\r\n\r\nok");
            }
        }
    }

    @Test
    void anUpstreamThatClosesIsDialledAgain() throws Exception {
        ScriptedUpstream.Script script =
                wire -> {
                    wire.readHead();
                    wire.write(
                            "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok");
                };
        try (var upstream = new ScriptedUpstream(script);
                var proxy = new TestProxy(upstream.port());
                var client = proxy.connect()) {
            for (int i = 0; i < 3; i++) {
                assertThat(client.write(GET).readMessage()).doesNotContain("Connection: close");
            }

            assertThat(upstream.connections).hasValue(3);
        }
    }

    @Test
    void pipelinedRequestsAreAnsweredInTheirOrder() throws Exception {
        try (var upstream = ScriptedUpstream.echo();
                var proxy = new TestProxy(upstream.port());
                var client = proxy.connect()) {
            StringBuilder all = new StringBuilder();
            for (int i = 0; i < 200; i++) {
                all.append("POST /").append(i).append(" HTTP/1.1\r\nHost: a\r\n");
                all.append("Content-Length: 3\r\n\r\nabc");
            }
            client.write(all.toString());
            client.socket().shutdownOutput();

            for (int i = 0; i < 200; i++) {
                assertThat(client.readMessage()).contains("\r\n\r\nPOST /" + i + " ");
            }
            assertThat(client.readToEnd()).isEmpty();
            assertThat(upstream.connections).hasValue(1);
        }
    }

    @Test
    void aClientThatAsksWithoutReadingIsNotServedWithoutLimit() throws Exception {
        int asked = 4_000;
        var served = new AtomicInteger();
        String answer = "HTTP/1.1 200 OK\r\nContent-Length: 20000\r\n\r\n" + "x".repeat(20_000);
        ScriptedUpstream.Script script =
                wire -> {
                    while (!wire.readHead().isEmpty()) {
                        served.incrementAndGet();
                        wire.write(answer);
                    }
                };
        try (var upstream = new ScriptedUpstream(script);
                var proxy = new TestProxy(upstream.port());
                var client = proxy.connect()) {
            var writer =
                    CompletableFuture.runAsync(() -> {
                        try {
                            client.write(GET.repeat(asked));
                        } catch (java.io.IOException e) {
                            throw new java.io.UncheckedIOException(e);
                        }
                    });
            int before = -1;
            var never = new java.util.concurrent.CountDownLatch(1);
            for (int i = 0; i < 100 && before != served.get(); i++) {
                before = served.get();
                assertThat(never.await(300, TimeUnit.MILLISECONDS)).isFalse();
            }
            assertThat(before).isPositive().isLessThan(asked / 2);

            for (int i = 0; i < asked; i++) {
                client.readMessage();
            }
            writer.get(10, TimeUnit.SECONDS);
            assertThat(served).hasValue(asked);
        }
    }

    @Test
    void everyRequestThatComesInGoesOutOnceAndIsRecordedOnce() throws Exception {
        int clients = 20;
        int each = 500;
        var served = new AtomicInteger();
        ScriptedUpstream.Script script =
                wire -> {
                    while (true) {
                        String head = wire.readHead();
                        if (head.isEmpty()) {
                            return;
                        }
                        wire.readBody(head);
                        served.incrementAndGet();
                        wire.write(OK);
                    }
                };
        try (var upstream = new ScriptedUpstream(script);
                var proxy = new TestProxy(upstream.port())) {
            List<CompletableFuture<Integer>> all = new ArrayList<>();
            for (int c = 0; c < clients; c++) {
                all.add(
                        CompletableFuture.supplyAsync(
                                () -> ask(proxy, each), Thread::startVirtualThread));
            }
            int answered = 0;
            for (var one : all) {
                answered += one.get(120, TimeUnit.SECONDS);
            }
            for (int i = 0; i < clients * each; i++) {
                assertThat(proxy.telemetry.next().reason()).isEqualTo(CloseReason.FINISHED);
            }

            assertThat(answered).isEqualTo(clients * each);
            assertThat(served).hasValue(clients * each);
            assertThat(proxy.telemetry.count).hasValue(clients * each);
            assertThat(upstream.connections.get()).isLessThanOrEqualTo(clients);
        }
    }

    private static int ask(TestProxy proxy, int times) {
        int answered = 0;
        try (var client = proxy.connect()) {
            for (int i = 0; i < times; i++) {
                String request =
                        i % 3 == 0
                                ? "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"
                                : GET;
                if (client.write(request).readMessage().endsWith("\r\n\r\nok")) {
                    answered++;
                }
            }
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return answered;
    }

    @Test
    void drainingEndsConnectionsAfterTheirAnswer() throws Exception {
        var go = new CompletableFuture<Void>();
        ScriptedUpstream.Script script =
                wire -> {
                    wire.readHead();
                    go.join();
                    wire.write(OK);
                    wire.readToEnd();
                };
        try (var upstream = new ScriptedUpstream(script);
                var proxy = new TestProxy(upstream.port());
                var idle = proxy.connect();
                var busy = proxy.connect()) {
            idle.write("GET /").write(" HTTP/1.1\r\nHost: a\r\n");
            busy.write(GET);
            while (upstream.connections.get() < 1) {
                Thread.onSpinWait();
            }
            proxy.frontend.drain();
            go.complete(null);

            assertThat(busy.readToEnd()).contains("Connection: close\r\n").endsWith("ok");
            idle.write("\r\n");
            assertThat(idle.readToEnd()).contains("Connection: close\r\n").endsWith("ok");
        }
    }

    @Test
    void whatTheConfigurationSaysIsAnsweredWithoutAnUpstream() throws Exception {
        try (var proxy =
                        new TestProxy(
                                TestProxy.service("no.such.name", 80, 1000),
                                TestProxy.limits(),
                                false,
                                "/api",
                                rule -> rule);
                var client = proxy.connect()) {
            client.write(GET);
            assertThat(client.readMessage())
                    .startsWith("HTTP/1.1 404 Not Found\r\n")
                    .endsWith("\r\n\r\n{\"message\":\"no Route matched with those values\"}");
            client.write("GET /api HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.readMessage())
                    .startsWith("HTTP/1.1 503 Service Unavailable\r\n")
                    .endsWith("\r\n\r\n{\"message\":\"name resolution failed\"}");
            client.write("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.readHead()).startsWith("HTTP/1.1 404 ");
            client.write(GET);
            assertThat(client.readHead()).startsWith("HTTP/1.1 404 ");
        }
    }

    @Test
    void aRouteThatTakesOnlyHttpsIs426AndOneWithoutServiceIs503() throws Exception {
        var service = TestProxy.service("127.0.0.1", 1, 1000);
        try (var https =
                        new TestProxy(
                                service,
                                TestProxy.limits(),
                                false,
                                "/",
                                r ->
                                        new dev.gibbon.core.rule.HttpRule(
                                                r.key(),
                                                r.origin(),
                                                r.service(),
                                                r.scheme(),
                                                Set.of(),
                                                r.host(),
                                                r.path(),
                                                false,
                                                false,
                                                true));
                var client = https.connect()) {
            client.write(GET);

            assertThat(client.readMessage())
                    .startsWith("HTTP/1.1 426 Upgrade Required\r\n")
                    .contains("\r\nUpgrade: TLS/1.2, HTTP/1.1\r\n", "\r\nConnection: Upgrade\r\n")
                    .endsWith("{\"message\":\"Please use HTTPS protocol\"}");
        }
    }

    @Test
    void debugNamesTheRouteAndTheServiceAndPreservedHostsAreSentAsTheyCame() throws Exception {
        try (var upstream = ScriptedUpstream.echo();
                var proxy =
                        new TestProxy(
                                TestProxy.service("127.0.0.1", upstream.port(), 1000),
                                TestProxy.limits(),
                                true,
                                "/",
                                rule -> rule);
                var client = proxy.connect()) {
            client.write("GET / HTTP/1.1\r\nHost: Ab.Cd:81\r\nGibbon-Debug: 1\r\n\r\n");

            assertThat(client.readMessage())
                    .contains(
                            "Gibbon-Route-Id: " + TestProxy.ROUTE,
                            "Gibbon-Route-Name: route",
                            "Gibbon-Service-Id: " + TestProxy.SERVICE,
                            "Gibbon-Service-Name: svc",
                            "\r\nHost: Ab.Cd:81\r\n");
        }
    }
}

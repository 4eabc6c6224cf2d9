package dev.gibbon.operator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.gibbon.core.log.Log;
import dev.gibbon.operator.inject.PodMeshing.Missing;
import dev.gibbon.operator.inject.Reason;
import dev.gibbon.operator.unmeshed.UnmeshedPod;
import dev.gibbon.operator.unmeshed.UnmeshedPods.Found;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against an API server that takes Events, and each name once. */
class UnmeshedLoopTest {
    private static final Missing MISSING =
            new Missing(Reason.NAMESPACE_ENABLED, "runs without a sidecar");
    private static final Found FOUND =
            new Found(
                    new UnmeshedPod("shop", "web", "uid-1", Optional.of(MISSING), Optional.empty()),
                    MISSING);

    private static final Duration SOON = Duration.ofMillis(1);

    private final Semaphore looks = new Semaphore(0);
    private final BlockingQueue<JsonNode> events = new LinkedBlockingQueue<>();
    private final BlockingQueue<Integer> answers = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> log = new LinkedBlockingQueue<>();
    private HttpServer api;
    private KubernetesClient client;

    @BeforeEach
    void start() throws IOException {
        api = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        api.createContext("/api/v1/namespaces/shop/events", this::take);
        api.start();
        client =
                new KubernetesClientBuilder()
                        .withConfig(
                                new ConfigBuilder()
                                        .withMasterUrl(
                                                "http://127.0.0.1:" + api.getAddress().getPort())
                                        .withRequestRetryBackoffLimit(0)
                                        .build())
                        .build();
    }

    @AfterEach
    void stop() {
        client.close();
        api.stop(0);
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            JsonNode event = new ObjectMapper().readTree(body);
            Integer status = answers.poll();
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(status == null ? 201 : status, body.length);
            exchange.getResponseBody().write(body);
            events.add(event);
        }
    }

    private UnmeshedLoop loop(boolean leading) {
        return new UnmeshedLoop(
                () -> {
                    looks.release();
                    return List.of(FOUND);
                },
                () -> leading,
                new EventWriter(client, "operator-1", InstantSource.system(), Log.NONE),
                new Log() {
                    @Override
                    public boolean isEnabled(Level level) {
                        return true;
                    }

                    @Override
                    public void log(Level level, String message, Object... keyValues) {
                        log.add(message + " " + List.of(keyValues));
                    }
                },
                SOON,
                SOON);
    }

    /** Returns when a look that began after this call is over: another one has begun. */
    private void look(UnmeshedLoop loop) throws InterruptedException {
        looks.drainPermits();
        for (int i = 0; i < 2; i++) {
            loop.changed();
            assertThat(looks.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void leaderTellsByAnEventAboutThePod() throws Exception {
        try (UnmeshedLoop loop = loop(true)) {
            loop.changed();

            JsonNode event = events.poll(20, TimeUnit.SECONDS);
            assertThat(event.at("/involvedObject/kind").asText()).isEqualTo("Pod");
            assertThat(event.at("/involvedObject/name").asText()).isEqualTo("web");
            assertThat(event.at("/involvedObject/uid").asText()).isEqualTo("uid-1");
            assertThat(event.at("/reason").asText()).isEqualTo("GibbonUnmeshed");
            assertThat(event.at("/type").asText()).isEqualTo("Warning");
            assertThat(event.at("/message").asText()).isEqualTo("the pod runs without a sidecar");
            assertThat(log.poll(20, TimeUnit.SECONDS))
                    .isEqualTo(
                            "pod should be meshed and is not [pod, shop/web, reason,"
                                    + " namespace-enabled]");
            assertThat(loop.metrics())
                    .contains("gibbon_pods_unmeshed{reason=\"namespace-enabled\"} 1\n");
        }
    }

    /** The next leader names its Event as the last one did, and is told that there is one. */
    @Test
    void whatAnotherHasToldIsNotLogged() throws Exception {
        try (UnmeshedLoop first = loop(true)) {
            first.changed();
            JsonNode told = events.poll(20, TimeUnit.SECONDS);
            assertThat(log.poll(20, TimeUnit.SECONDS)).isNotNull();

            answers.add(409);
            try (UnmeshedLoop second = loop(true)) {
                second.changed();
                JsonNode again = events.poll(20, TimeUnit.SECONDS);
                assertThat(again.at("/metadata/name")).isEqualTo(told.at("/metadata/name"));
                look(second);
                assertThat(events).as("a third event").isEmpty();
                assertThat(log).isEmpty();
            }
        }
    }

    @Test
    void eventThatCouldNotBeWrittenIsWrittenLater() throws Exception {
        answers.add(403);
        try (UnmeshedLoop loop = loop(true)) {
            loop.changed();

            assertThat(events.poll(20, TimeUnit.SECONDS)).isNotNull();
            assertThat(events.poll(20, TimeUnit.SECONDS)).isNotNull();
            assertThat(log.poll(20, TimeUnit.SECONDS)).isNotNull();
        }
    }

    @Test
    void replicaThatDoesNotLeadOnlyCounts() throws Exception {
        try (UnmeshedLoop loop = loop(false)) {
            look(loop);

            assertThat(events).isEmpty();
            assertThat(loop.metrics())
                    .contains("gibbon_pods_unmeshed{reason=\"namespace-enabled\"} 1\n");
        }
    }
}

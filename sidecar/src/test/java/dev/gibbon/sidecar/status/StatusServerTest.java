package dev.gibbon.sidecar.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gibbon.core.net.IpPort;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StatusServerTest {
    private final MultiThreadIoEventLoopGroup loops =
            new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private volatile Readiness readiness = new Readiness(true, true, true, false);
    private StatusServer server;

    @BeforeEach
    void open() throws IOException {
        server = open(IpPort.parse("127.0.0.1:0").orElseThrow());
    }

    private StatusServer open(IpPort address) throws IOException {
        return StatusServer.open(
                loops,
                NioServerSocketChannel.class,
                address,
                () -> "m 1\n",
                () -> readiness,
                this::application);
    }

    private @Nullable CompletionStage<ApplicationHealth.Answer> application(String question) {
        return switch (question) {
            case "app/livez" ->
                    CompletableFuture.completedFuture(
                            new ApplicationHealth.Answer(true, "status 200"));
            case "app/readyz" ->
                    CompletableFuture.completedFuture(
                            new ApplicationHealth.Answer(false, "status 500"));
            default -> null;
        };
    }

    @Test
    void applicationIsAskedAndItsAnswerGiven() throws Exception {
        assertThat(ask("GET", "/app-health/app/livez").statusCode()).isEqualTo(200);
        HttpResponse<String> sick = ask("GET", "/app-health/app/readyz");
        assertThat(sick.statusCode()).isEqualTo(503);
        assertThat(sick.body()).isEqualTo("status 500\n");
        assertThat(ask("GET", "/app-health/other/livez").statusCode()).isEqualTo(404);
    }

    @AfterEach
    void close() {
        server.close();
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private HttpResponse<String> ask(String method, String path) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create("http://" + server.address() + path))
                            .method(method, HttpRequest.BodyPublishers.noBody())
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }

    @Test
    void metricsAreText() throws Exception {
        var answer = ask("GET", "/metrics?x");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("m 1\n");
        assertThat(answer.headers().firstValue("content-type"))
                .hasValue("text/plain; version=0.0.4; charset=utf-8");
        assertThat(ask("HEAD", "/metrics").body()).isEmpty();
    }

    @Test
    void readyIsSaidOnlyWhenNothingIsMissing() throws Exception {
        assertThat(ask("GET", "/healthz/ready").body()).isEqualTo("ready\n");

        readiness = new Readiness(false, false, false, false);
        var answer = ask("GET", "/healthz/ready");

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body())
                .isEqualTo(
                        """
                        not ready:
                        the listeners are not open
                        no configuration was applied yet
                        the sidecar has no certificate of the mesh yet
                        """);
        readiness = new Readiness(true, true, false, true);
        assertThat(ask("GET", "/healthz/ready").statusCode()).isEqualTo(200);
        assertThat(ask("GET", "/healthz/live").statusCode()).isEqualTo(200);
    }

    @Test
    void otherPathsAndMethodsAreRefused() throws Exception {
        assertThat(ask("GET", "/").statusCode()).isEqualTo(404);
        var answer = ask("POST", "/metrics");
        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(answer.headers().firstValue("allow")).hasValue("GET, HEAD");
    }

    @Test
    void anAddressInUseIsSaidSo() {
        assertThatThrownBy(() -> open(server.address()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("status listener " + server.address());
    }
}

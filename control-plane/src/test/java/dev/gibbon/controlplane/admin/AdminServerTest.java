package dev.gibbon.controlplane.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gibbon.controlplane.store.InMemoryConfigStore;
import dev.gibbon.core.log.Log;
import dev.gibbon.core.net.IpAddress;
import dev.gibbon.core.net.IpPort;
import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@NullMarked
class AdminServerTest {
    private static final IpAddress LOCAL = IpAddress.of("127.0.0.1");

    @TempDir
    @SuppressWarnings("NullAway.Init") // set before each test
    private Path directory;

    private static AdminApi api() {
        return new AdminApi(
                new InMemoryConfigStore(Log.NONE),
                new Node("1", new UUID(0, 1), "here", Map.of()),
                InstantSource.system(),
                UUID::randomUUID,
                List.of(),
                Log.NONE);
    }

    private static AdminServer server(@Nullable SSLContext tls, AdminListener... listeners) {
        return new AdminServer(List.of(listeners), tls, api(), EditLog.NONE);
    }

    private static int freePort() throws IOException {
        try (ServerSocket probe = new ServerSocket(0, 1, LOCAL.toInetAddress())) {
            return probe.getLocalPort();
        }
    }

    @Test
    void aPortInUseIsNamedInOneLineAndNothingStaysOpen() throws Exception {
        int free = freePort();
        try (ServerSocket taken = new ServerSocket(0, 1, LOCAL.toInetAddress())) {
            AdminServer server =
                    server(
                            null,
                            new AdminListener(LOCAL, free, false),
                            new AdminListener(LOCAL, taken.getLocalPort(), false));

            assertThatThrownBy(server::start)
                    .isInstanceOf(IOException.class)
                    .hasMessage(
                            "admin_listen: 127.0.0.1:"
                                    + taken.getLocalPort()
                                    + ": Address already in use (expected: a free port of an"
                                    + " address of this host)");
            assertThatThrownBy(() -> new Socket(LOCAL.toInetAddress(), free).close())
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void anAddressOfAnotherHostIsRefused() {
        AdminServer server = server(null, new AdminListener(IpAddress.of("192.0.2.1"), 0, false));

        assertThatThrownBy(server::start)
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("admin_listen: 192.0.2.1:0: ")
                .hasMessageNotContaining("\n");
    }

    @Test
    void aListenerWithSslNeedsACertificate() {
        assertThatThrownBy(() -> server(null, new AdminListener(LOCAL, 8444, true)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("admin_listen: 127.0.0.1:8444 ssl (expected: a certificate for ssl)");
    }

    @Test
    void plainAndTlsListenersServeTheSame() throws Exception {
        KeyStore keys = selfSigned("EC");

        try (AdminServer server =
                        server(
                                showing(keys),
                                new AdminListener(LOCAL, 0, false),
                                new AdminListener(LOCAL, 0, true),
                                new AdminListener(IpAddress.of("::1"), 0, false));
                HttpClient client = HttpClient.newBuilder().sslContext(trusting(keys)).build()) {
            server.start();

            List<IpPort> at = server.addresses();
            for (String base :
                    List.of("http://" + at.get(0), "https://" + at.get(1), "http://" + at.get(2))) {
                HttpResponse<String> answer =
                        client.send(
                                HttpRequest.newBuilder(URI.create(base + "/services")).build(),
                                HttpResponse.BodyHandlers.ofString());
                assertThat(answer.body()).isEqualTo("{\"data\":[],\"next\":null}");
            }
        }
    }

    @Test
    void plainHttpOnATlsListenerIsToldSoAndNotServed() throws Exception {
        try (AdminServer server =
                        server(showing(selfSigned("EC")), new AdminListener(LOCAL, 0, true));
                HttpClient client = HttpClient.newHttpClient()) {
            server.start();

            for (String method : List.of("GET", "POST")) {
                HttpResponse<String> answer =
                        client.send(
                                HttpRequest.newBuilder(
                                                URI.create(
                                                        "http://"
                                                                + server.addresses().getFirst()
                                                                + "/services"))
                                        .header("Content-Type", "application/json")
                                        .method(
                                                method,
                                                HttpRequest.BodyPublishers.ofString(
                                                        "{\"host\":\"a\"}"))
                                        .build(),
                                HttpResponse.BodyHandlers.ofString());
                assertThat(answer.statusCode()).isEqualTo(400);
                assertThat(answer.body())
                        .isEqualTo(
                                "{\"message\":\"The plain HTTP request was sent to HTTPS port\"}");
            }
        }
    }

    @Test
    void aClosedServerAnswersNoMore() throws Exception {
        AdminServer server = server(null, new AdminListener(LOCAL, 0, false));
        server.start();
        int port = server.addresses().getFirst().port();

        server.close();

        assertThatThrownBy(() -> new Socket(LOCAL.toInetAddress(), port).close())
                .isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
                "nonsense\r\n\r\n",
                "GET /a%2 HTTP/1.1\r\nHost: a\r\n\r\n",
            })
    void aMalformedRequestIsAnsweredLikeOthers(String request) throws Exception {
        try (AdminServer server = server(null, new AdminListener(LOCAL, 0, false))) {
            server.start();
            try (Socket socket =
                    new Socket(LOCAL.toInetAddress(), server.addresses().getFirst().port())) {
                socket.setSoTimeout(5_000);
                socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
                socket.shutdownOutput();
                String answer =
                        new String(
                                socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);

                assertThat(answer)
                        .startsWith("HTTP/1.1 400 ")
                        .contains("Server: gibbon/1")
                        .endsWith("{\"message\":\"Bad request\"}")
                        .doesNotContain("jetty", "Jetty");
            }
        }
    }

    private KeyStore selfSigned(String algorithm) throws Exception {
        Path file = directory.resolve(UUID.randomUUID() + ".p12");
        Process keytool =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "keytool")
                                        .toString(),
                                "-genkeypair",
                                "-alias",
                                "a",
                                "-keyalg",
                                algorithm,
                                "-dname",
                                "CN=localhost",
                                "-ext",
                                "san=ip:127.0.0.1",
                                "-storepass",
                                "changeit",
                                "-keystore",
                                file.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        assertThat(keytool.waitFor(30, TimeUnit.SECONDS)).isTrue();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            keys.load(in, "changeit".toCharArray());
        }
        return keys;
    }

    private static SSLContext showing(KeyStore keys) throws Exception {
        KeyManagerFactory own =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        own.init(keys, "changeit".toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(own.getKeyManagers(), null, null);
        return context;
    }

    private static SSLContext trusting(KeyStore keys) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("a", keys.getCertificate("a"));
        TrustManagerFactory trust =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }
}

package dev.gibbon.operator.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gibbon.core.log.Log;
import dev.gibbon.core.net.IpAddress;
import dev.gibbon.core.x509.CertificateIssuer;
import dev.gibbon.core.x509.CertifiedKey;
import dev.gibbon.core.x509.Names;
import dev.gibbon.core.x509.P256;
import dev.gibbon.core.x509.Validity;
import dev.gibbon.operator.inject.Injector;
import dev.gibbon.operator.inject.TestMesh;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Over real TLS, with certificates of the mesh's own making. */
@Timeout(60)
final class WebhookServerTest {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final CertificateIssuer issuer = new CertificateIssuer(RANDOM);
    private final KeyPair rootKeys = P256.generate(RANDOM);
    private final X509Certificate root =
            issuer.root(rootKeys, "root", Validity.from(Instant.now(), Duration.ofHours(1)));
    private final ServingCertificate certificate = new ServingCertificate(issue());
    private final WebhookServer server =
            new WebhookServer(
                    0,
                    certificate,
                    new AdmissionEndpoint(
                            new Injector(TestMesh.SETTINGS),
                            (name, timeout) -> TestMesh.SHOP,
                            (pod, decision) -> {},
                            new InjectionCounts(),
                            Log.NONE,
                            System::nanoTime));

    private CertifiedKey issue() {
        KeyPair keys = P256.generate(RANDOM);
        Names names =
                new Names(
                        null,
                        null,
                        List.of(IpAddress.of("127.0.0.1")),
                        ServingCertificateIssuer.names("gibbon-operator", "gibbon-system"));
        X509Certificate leaf =
                issuer.leaf(
                        root,
                        rootKeys.getPrivate(),
                        keys.getPublic(),
                        names,
                        Validity.from(Instant.now(), Duration.ofHours(1)));
        return new CertifiedKey(keys.getPrivate(), List.of(leaf));
    }

    @BeforeEach
    void start() throws IOException {
        server.start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private SSLContext clientContext() throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("root", root);
        TrustManagerFactory trust =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    private HttpClient client() throws Exception {
        return HttpClient.newBuilder()
                .sslContext(clientContext())
                .connectTimeout(Duration.ofSeconds(10))
                .build();
    }

    private HttpResponse<String> post(HttpClient client, String body) throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(
                                URI.create(
                                        "https://127.0.0.1:"
                                                + server.port()
                                                + "/inject?timeout=10s"))
                        .timeout(Duration.ofSeconds(20))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
    }

    private static String review(int padding) {
        return """
        {"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":"u-1",
        "kind":{"group":"","version":"v1","kind":"Pod"},"operation":"CREATE","namespace":"shop",
        "object":{"metadata":{"annotations":{"pad":"%s"}},"spec":{"containers":[{"name":"app"}]}}}}
        """
                .formatted("x".repeat(padding));
    }

    private static X509Certificate shown(HttpResponse<?> response) throws Exception {
        SSLSession session = response.sslSession().orElseThrow();
        Certificate leaf = session.getPeerCertificates()[0];
        return (X509Certificate) leaf;
    }

    @Test
    void aReviewIsAnsweredOverHttps() throws Exception {
        HttpResponse<String> response = post(client(), review(0));

        JsonNode answer = TestMesh.json(response.body()).path("response");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(answer.path("uid").asText()).isEqualTo("u-1");
        assertThat(answer.path("patchType").asText()).isEqualTo("JSONPatch");
        assertThat(shown(response)).isEqualTo(certificate.current().chain().getFirst());
        assertThat(response.sslSession().orElseThrow().getProtocol()).isEqualTo("TLSv1.3");
    }

    @Test
    void anotherCertificateIsShownToNewConnectionsWhileOldOnesGoOn() throws Exception {
        HttpClient before = client();
        X509Certificate first = shown(post(before, review(0)));

        certificate.replace(issue());

        HttpResponse<String> sameConnection = post(before, review(0));
        HttpResponse<String> newConnection = post(client(), review(0));
        assertThat(shown(sameConnection)).isEqualTo(first);
        assertThat(shown(newConnection))
                .isEqualTo(certificate.current().chain().getFirst())
                .isNotEqualTo(first);
        certificate.replace(issue());
        assertThat(shown(post(client(), review(0))))
                .isEqualTo(certificate.current().chain().getFirst());
    }

    @Test
    void aClientThatKnowsTheServiceByNameAcceptsTheCertificate() throws Exception {
        try (Socket plain = new Socket(InetAddress.getLoopbackAddress(), server.port());
                SSLSocket socket =
                        (SSLSocket)
                                clientContext()
                                        .getSocketFactory()
                                        .createSocket(
                                                plain,
                                                "gibbon-operator.gibbon-system.svc",
                                                server.port(),
                                                true)) {
            var parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            socket.setSoTimeout(10_000);

            socket.startHandshake();

            assertThat(socket.getSession().isValid()).isTrue();
        }
    }

    @Test
    void fourMebibytesAreReadAndOneByteMoreIsRefused() throws Exception {
        int padding = AdmissionEndpoint.MAX_BODY - review(0).length();

        assertThat(post(client(), review(padding)).statusCode()).isEqualTo(200);
        assertThat(post(client(), review(padding + 1)).statusCode()).isEqualTo(413);
    }

    @Test
    void aPortThatIsTakenIsNamed() {
        WebhookServer second =
                new WebhookServer(
                        server.port(),
                        certificate,
                        new AdmissionEndpoint(
                                new Injector(TestMesh.SETTINGS),
                                (name, timeout) -> TestMesh.SHOP,
                                (pod, decision) -> {},
                                new InjectionCounts(),
                                Log.NONE,
                                System::nanoTime));

        assertThatThrownBy(second::start)
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("webhook: port " + server.port() + ": ");
    }

    @Test
    void plainHttpIsNotAnswered() throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(20));
            socket.getOutputStream()
                    .write(
                            "GET /inject HTTP/1.1\r\nHost: x\r\n\r\n"
                                    .getBytes(StandardCharsets.US_ASCII));

            byte[] answer = socket.getInputStream().readAllBytes();

            assertThat(new String(answer, StandardCharsets.ISO_8859_1)).doesNotContain("HTTP/1");
        }
    }
}

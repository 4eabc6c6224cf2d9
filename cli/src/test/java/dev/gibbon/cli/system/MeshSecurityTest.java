package dev.gibbon.cli.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gibbon.core.net.IpAddress;
import dev.gibbon.core.x509.CertificateIssuer;
import dev.gibbon.core.x509.Names;
import dev.gibbon.core.x509.P256;
import dev.gibbon.core.x509.Pem;
import dev.gibbon.core.x509.Validity;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a strict sidecar B lets in, tried by real peers with real certificates. */
@Tag("netns")
final class MeshSecurityTest {
    private static final String FOREIGN = "127.0.0.9";
    private static final Duration HOUR = Duration.ofHours(1);

    @RegisterExtension
    static final TestMesh MESH = TestMesh.declared().withB("GIBBON_MESH", "strict");

    private final SecureRandom random = new SecureRandom();
    private final KeyPair keys = P256.generate(random);

    @Test
    void memberIsServed() throws Exception {
        try (StreamServer server = greeter();
                Socket client = Dial.tcp(TestMesh.TCP)) {
            assertThat(client.getInputStream().readNBytes(5)).hasSize(5);
            assertThat(server.accepted()).isEqualTo(1);
        }
    }

    @Test
    void plainClientIsRefused() throws Exception {
        assertRefused(
                "mesh_required",
                "",
                () -> {
                    Socket socket = Dial.from(FOREIGN, TestMesh.TCP);
                    Http.write(socket.getOutputStream(), "some plain text\n");
                    return socket;
                });
    }

    @Test
    void clientWithOrdinaryTlsIsRefused() throws Exception {
        assertRefused(
                "mesh_required",
                "",
                () -> Dial.tls(Dial.from(FOREIGN, TestMesh.TLS), TestMesh.TLS));
    }

    @Test
    void meshClientWithoutACertificateIsRefused() throws Exception {
        assertRefused("peer_rejected", "no certificate", () -> mesh(Certificates.anonymous()));
    }

    @Test
    void meshClientOfAForeignAuthorityIsRefused() throws Exception {
        CertificateIssuer issuer = new CertificateIssuer(random);
        KeyPair foreign = P256.generate(random);
        X509Certificate root = issuer.root(foreign, "Foreign", Validity.from(Instant.now(), HOUR));
        X509Certificate leaf =
                issuer.leaf(
                        root,
                        foreign.getPrivate(),
                        keys.getPublic(),
                        names(FOREIGN),
                        Validity.from(Instant.now(), HOUR));

        assertRefused(
                "peer_rejected", "", () -> mesh(Certificates.showing(keys.getPrivate(), leaf)));
    }

    @Test
    void certificateForAnotherAddressIsRefused() throws Exception {
        Instant now = Instant.now();

        assertRefused(
                "peer_rejected", FOREIGN, () -> mesh(ours("127.0.0.8", Validity.from(now, HOUR))));
    }

    @Test
    void expiredCertificateIsRefused() throws Exception {
        Instant now = Instant.now();

        assertRefused(
                "peer_rejected",
                "expired",
                () -> mesh(ours(FOREIGN, new Validity(now.minus(HOUR), now.minusSeconds(60)))));
    }

    @Test
    void certificateOfTomorrowIsRefused() throws Exception {
        Instant now = Instant.now();

        assertRefused(
                "peer_rejected",
                "not",
                () -> mesh(ours(FOREIGN, new Validity(now.plus(HOUR), now.plus(HOUR).plus(HOUR)))));
    }

    @Test
    void nothingReachesTheServiceWhenItsSidecarIsStopped() throws Exception {
        for (String service : new String[] {"service-b-tcp", "service-b-http"}) {
            MESH.admin().done("PATCH", "/services/" + service, "connect_timeout=500", "retries=0");
        }
        MESH.settle();
        MESH.b().kill();
        try (StreamServer tcp = greeter();
                StreamServer http = StreamServer.on(TestMesh.HTTP, socket -> {})) {
            assertThat(heard(() -> Dial.tcp(TestMesh.TCP))).isEmpty();
            assertThat(heard(() -> Dial.from(FOREIGN, TestMesh.TCP))).isEmpty();
            assertThat(heard(MeshSecurityTest::request)).startsWith("HTTP/1.1 50");
            assertThat(tcp.accepted()).isZero();
            assertThat(http.accepted()).isZero();
        } finally {
            MESH.b().start();
            MESH.settle();
        }
    }

    private static Socket request() throws IOException {
        Socket socket = Dial.tcp(TestMesh.HTTP);
        Http.write(
                socket.getOutputStream(),
                "GET / HTTP/1.1\r\nHost: 127.0.0.5\r\nConnection: close\r\n\r\n");
        return socket;
    }

    private interface Connecting {
        Socket connect() throws Exception;
    }

    /** The client hears nothing, the service is not reached, and B says why. */
    private static void assertRefused(String reason, String detail, Connecting client)
            throws Exception {
        int before = MESH.b().accessLog().size();
        try (StreamServer tcp = greeter();
                StreamServer tls =
                        StreamServer.withTls(
                                TestMesh.TLS, socket -> socket.getInputStream().read())) {
            assertThat(heard(client)).isEmpty();
            JsonNode record = MESH.b().access(before);
            assertThat(record.path("reason").asText()).as("%s", record).contains(reason);
            assertThat(record.path("detail").asText()).contains(detail);
            assertThat(tcp.accepted()).isZero();
            assertThat(tls.accepted()).isZero();
        }
    }

    /** What a client hears until its connection ends, in whatever way. */
    private static String heard(Connecting client) throws Exception {
        StringBuilder heard = new StringBuilder();
        Socket connected;
        try {
            connected = client.connect();
        } catch (IOException e) {
            // Refused, without an answer, or an alert.
            return "";
        }
        try (Socket socket = connected) {
            for (int one = socket.getInputStream().read();
                    one >= 0;
                    one = socket.getInputStream().read()) {
                heard.append((char) one);
            }
        } catch (SocketTimeoutException e) {
            throw new AssertionError("the connection hangs", e);
        } catch (IOException e) {
            // Reset, or an alert: an end as well.
        }
        return heard.toString();
    }

    private static StreamServer greeter() throws IOException {
        return StreamServer.on(
                TestMesh.TCP, socket -> socket.getOutputStream().write(new byte[] {1, 2, 3, 4, 5}));
    }

    /** A peer that offers the mesh protocol, straight to sidecar B. */
    private static Socket mesh(SSLContext context) throws Exception {
        SSLSocket socket =
                (SSLSocket)
                        context.getSocketFactory()
                                .createSocket(
                                        Dial.from(FOREIGN, TestMesh.TCP),
                                        TestMesh.SERVER,
                                        TestMesh.TCP,
                                        true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(
                new String[] {MESH.admin().sidecars().path("mesh_alpn").asText()});
        parameters.setProtocols(new String[] {"TLSv1.3"});
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }

    /** A certificate that the mesh's own authority has signed. */
    private SSLContext ours(String address, Validity validity) throws Exception {
        String authority =
                Files.readString(
                        MESH.controlPlane().prefix().resolve("data/authority/authority.pem"));
        X509Certificate root = Pem.certificates(authority).getFirst();
        PrivateKey key = Pem.privateKey(authority);
        return Certificates.showing(
                keys.getPrivate(),
                new CertificateIssuer(random)
                        .leaf(root, key, keys.getPublic(), names(address), validity));
    }

    private static Names names(String address) throws Exception {
        String domain = MESH.admin().sidecars().path("trust_domain").asText();
        return new Names(
                null,
                "spiffe://" + domain + "/host/intruder",
                List.of(IpAddress.of(address)),
                List.of());
    }
}

package dev.gibbon.cli.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gibbon.core.setting.NodeSettings;
import dev.gibbon.core.setting.SettingsReader;
import dev.gibbon.core.setting.SettingsResult;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerCertificateTest {
    @TempDir private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"rsa:2048", "ec"})
    void clientIsShownTheCertificateThatOpensslMade(String kind) throws Exception {
        make("a", kind);

        ServerCertificate made = ServerCertificate.of(settings("a.crt", "a.key"));

        assertThat(shown(made.context())).isEqualTo(made.chain().getFirst());
        assertThat(made.chain())
                .isEqualTo(ServerCertificate.certificates("x: ", folder.resolve("a.crt")));
    }

    @Test
    void keyOfAnotherCertificateIsRefusedWithBothFilesNamed() throws Exception {
        make("a", "rsa:2048");
        make("b", "rsa:2048");

        assertThatThrownBy(() -> ServerCertificate.of(settings("a.crt", "b.key")))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        folder.resolve("b.key")
                                + ", for "
                                + folder.resolve("a.crt")
                                + ": private key: another one than the certificate's (expected: the"
                                + " key that the first certificate was made for)");
    }

    @Test
    void filesThatAreNoPemAreNamedInOneLine() throws Exception {
        make("a", "ec");
        Files.write(folder.resolve("binary"), new byte[] {(byte) 0xff, 0, 10, (byte) 0xc0});

        assertThatThrownBy(() -> ServerCertificate.of(settings("binary", "a.key")))
                .hasMessage(
                        "GIBBON_SSL_CERT: "
                                + folder.resolve("binary")
                                + ": pem: no '-----BEGIN CERTIFICATE-----' (expected: at least"
                                + " one)");
        assertThatThrownBy(() -> ServerCertificate.of(settings("a.crt", "binary")))
                .hasMessage(
                        folder.resolve("binary")
                                + ", for "
                                + folder.resolve("a.crt")
                                + ": private key: unreadable (expected: one in PEM, PKCS#8, EC, not"
                                + " encrypted; see openssl pkcs8 -topk8 -nocrypt)");
        assertThatThrownBy(() -> ServerCertificate.of(settings("a.crt", "")))
                .hasMessage(
                        "GIBBON_SSL_CERT_KEY: " + folder + ": a directory (expected: a PEM file)");
        assertThatThrownBy(() -> ServerCertificate.of(settings("a.crt", "none")))
                .hasMessage("GIBBON_SSL_CERT_KEY: " + folder.resolve("none") + ": no such file");
        assertThatThrownBy(() ->
                        ServerCertificate.upstreamAuthorities(
                                read(Map.of("GIBBON_UPSTREAM_CA", "/nope"))))
                .hasMessage("GIBBON_UPSTREAM_CA: /nope: no such file");
    }

    @Test
    void withoutFilesEachStartMakesAnotherKey() throws Exception {
        NodeSettings settings = read(Map.of());

        assertThat(ServerCertificate.of(settings).key())
                .isNotEqualTo(ServerCertificate.of(settings).key());
    }

    private NodeSettings settings(String certificate, String key) {
        return read(
                Map.of(
                        "GIBBON_SSL_CERT", folder.resolve(certificate).toString(),
                        "GIBBON_SSL_CERT_KEY", folder.resolve(key).toString()));
    }

    private static NodeSettings read(Map<String, String> environment) {
        return switch (SettingsReader.read(environment)) {
            case SettingsResult.Valid(NodeSettings settings) -> settings;
            case SettingsResult.Invalid invalid -> throw new AssertionError(invalid.violations());
        };
    }

    private void make(String name, String kind) throws IOException, InterruptedException {
        List<String> command =
                List.of(
                        "sh",
                        "-c",
                        kind.equals("ec")
                                ? "openssl req -x509 -nodes -newkey ec -pkeyopt"
                                        + " ec_paramgen_curve:P-256 -subj /CN=$0 -days 1 -keyout"
                                        + " $0.key -out $0.crt"
                                : "openssl req -x509 -nodes -newkey "
                                        + kind
                                        + " -subj /CN=$0 -days 1 -keyout $0.key -out $0.crt",
                        name);
        Process process =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
    }

    /** The certificate that a client gets from a server with this context. */
    private static X509Certificate shown(SSLContext context) throws Exception {
        SSLContext client = SSLContext.getInstance("TLS");
        client.init(null, new TrustManager[] {new AnyServer()}, null);
        InetAddress local = InetAddress.getLoopbackAddress();
        try (SSLServerSocket server =
                (SSLServerSocket)
                        context.getServerSocketFactory().createServerSocket(0, 1, local)) {
            FutureTask<Void> served =
                    new FutureTask<>(() -> {
                        try (SSLSocket accepted = (SSLSocket) server.accept()) {
                            accepted.startHandshake();
                        }
                        return null;
                    });
            Thread.ofPlatform().daemon().start(served);
            try (SSLSocket socket =
                    (SSLSocket)
                            client.getSocketFactory().createSocket(local, server.getLocalPort())) {
                socket.startHandshake();
                served.get(10, TimeUnit.SECONDS);
                return (X509Certificate) socket.getSession().getPeerCertificates()[0];
            }
        }
    }

    /** The test compares certificates itself. */
    private static final class AnyServer implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}

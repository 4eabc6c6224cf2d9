package dev.gibbon.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gibbon.controlplane.authority.CertificateAuthority;
import dev.gibbon.controlplane.authority.TestIssuer;
import dev.gibbon.core.log.Log;
import dev.gibbon.operator.AuthorityOpening.Pause;
import dev.gibbon.operator.certmanager.CertManagerAnswers;
import dev.gibbon.operator.command.FakeApiServer;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AuthorityOpeningTest {
    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
    private static final String SECRETS = "/api/v1/namespaces/mesh/secrets";
    private static final String AUTHORITY = SECRETS + "/gibbon-ca";
    private static final Pause NEVER =
            duration -> {
                throw new AssertionError("waited");
            };

    private final TestIssuer root = TestIssuer.root("root", NOW);
    private final Map<String, String> environment =
            new HashMap<>(Map.of("POD_NAMESPACE", "mesh", "POD_NAME", "op-1"));
    private FakeApiServer server;
    private KubernetesClient client;
    private int status;

    @BeforeEach
    void start() throws IOException {
        server = new FakeApiServer().keep(SECRETS, "gibbon-ca");
        client = server.client();
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            status = free.getLocalPort();
        }
        environment.put("GIBBON_STATUS_LISTEN", "127.0.0.1:" + status);
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    private void withCertManager() {
        environment.put("GIBBON_CERT_MANAGER_ISSUER", "company-ca");
        environment.put("GIBBON_CERT_MANAGER_ISSUER_KIND", "ClusterIssuer");
    }

    private OperatorSettings settings() {
        try {
            return OperatorSettings.read(environment);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private Optional<CertificateAuthority> open(Pause pause)
            throws IOException, InterruptedException {
        return new AuthorityOpening(settings(), client, InstantSource.fixed(NOW), Log.NONE)
                .await(pause);
    }

    private void issue() {
        CertManagerAnswers.issued(server, settings().issuance().orElseThrow(), root, NOW, "u-1");
    }

    private HttpResponse<String> asked(String path) throws InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + status + path)).build(),
                    BodyHandlers.ofString());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void withoutCertManagerAnAuthorityIsMadeAtOnceAndFoundAgain() throws Exception {
        CertificateAuthority made = open(NEVER).orElseThrow();
        CertificateAuthority found = open(NEVER).orElseThrow();

        assertThat(made.signing()).hasSize(1);
        assertThat(found.bundle()).isEqualTo(made.bundle());
    }

    @Test
    void withCertManagerOneThatIsThereIsOpenedThoughNothingIsIssued() throws Exception {
        CertificateAuthority made = open(NEVER).orElseThrow();
        withCertManager();

        assertThat(open(NEVER).orElseThrow().bundle()).isEqualTo(made.bundle());
    }

    @Test
    void withCertManagerItWaitsForTheFirstIntermediateAndSaysForWhat() throws Exception {
        withCertManager();
        List<String> ready = new ArrayList<>();
        List<String> metrics = new ArrayList<>();

        CertificateAuthority authority =
                open(
                                duration -> {
                                    HttpResponse<String> answer = asked("/healthz/ready");
                                    assertThat(answer.statusCode()).isEqualTo(503);
                                    ready.add(answer.body());
                                    metrics.add(asked("/metrics").body());
                                    if (ready.size() == 3) {
                                        issue();
                                    }
                                    return true;
                                })
                        .orElseThrow();

        assertThat(ready).hasSize(3).allMatch(text -> text.contains("cert-manager"));
        assertThat(metrics).allMatch(text -> text.contains("gibbon_cert_manager_works 0"));
        assertThat(authority.signing()).hasSize(2).endsWith(root.certificate());
        assertThat(open(NEVER).orElseThrow().signing()).isEqualTo(authority.signing());
    }

    @Test
    void whatAnotherReplicaHasKeptMeanwhileIsOpened() throws Exception {
        OperatorSettings ownAuthority = settings();
        withCertManager();

        CertificateAuthority authority =
                open(
                                duration -> {
                                    try {
                                        new AuthorityOpening(
                                                        ownAuthority,
                                                        client,
                                                        InstantSource.fixed(NOW),
                                                        Log.NONE)
                                                .await(NEVER);
                                    } catch (IOException e) {
                                        throw new AssertionError(e);
                                    }
                                    return true;
                                })
                        .orElseThrow();

        assertThat(authority.signing()).hasSize(1);
    }

    @Test
    void waitingEndsWithoutAnAuthorityWhenItIsToEnd() throws Exception {
        withCertManager();

        assertThat(open(duration -> false)).isEmpty();

        assertThat(server.asked()).doesNotContain(SECRETS);
    }

    @Test
    void authorityThatCannotBeReadIsNotReplaced() {
        server.answer(
                AUTHORITY,
                """
                {"apiVersion": "v1", "kind": "Secret",
                 "metadata": {"namespace": "mesh", "name": "gibbon-ca"},
                 "data": {"authority.pem": "bm90aGluZw==", "trust-domain": "bWVzaC1h"}}
                """);

        assertThatThrownBy(() -> open(NEVER))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("authority.pem: ")
                .hasMessageContaining("restore it from a backup");
        assertThat(server.asked()).doesNotContain(SECRETS);
    }
}

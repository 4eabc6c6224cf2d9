package dev.gibbon.operator.certmanager;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.controlplane.authority.TestIssuer;
import dev.gibbon.core.log.Log;
import dev.gibbon.operator.command.FakeApiServer;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class IssuanceLookTest {
    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
    private static final IssuanceSettings SETTINGS =
            new IssuanceSettings(
                    new IssuerReference("company-ca", "ClusterIssuer", "cert-manager.io"),
                    Duration.ofDays(90),
                    Duration.ofDays(30));

    private final TestIssuer root = TestIssuer.root("root", NOW);
    private FakeApiServer server;
    private KubernetesClient client;
    private IssuanceLook look;

    @BeforeEach
    void start() throws IOException {
        server = new FakeApiServer();
        client = server.client();
        look =
                new IssuanceLook(
                        SETTINGS,
                        client,
                        "mesh",
                        List.of(),
                        InstantSource.fixed(NOW),
                        new SecureRandom(),
                        Log.NONE);
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    private void issued(String owner) {
        CertManagerAnswers.issued(server, SETTINGS, root, NOW, owner);
    }

    private long timesAsked(String path) {
        return server.asked().stream().filter(one -> one.split("\\?", 2)[0].equals(path)).count();
    }

    @Test
    void clusterWithoutCertManagerIsNamed() {
        Issuance issuance = look.take(Optional.empty());

        assertThat(issuance.offered()).isEmpty();
        assertThat(issuance.trouble().map(Trouble::reason))
                .contains(Trouble.Reason.CERT_MANAGER_MISSING);
        assertThat(look.certificateUid()).isEmpty();
    }

    @Test
    void whatIsIssuedIsOfferedAndItsSecretGivenToTheCertificate() {
        issued("another");

        Issuance issuance = look.take(Optional.empty());

        assertThat(issuance.trouble()).isEmpty();
        assertThat(issuance.offered())
                .hasValueSatisfying(one -> assertThat(one.root()).isEqualTo(root.certificate()));
        assertThat(look.certificateUid()).contains("u-1");
        assertThat(timesAsked(CertManagerAnswers.SECRET)).as("read and patched").isGreaterThan(1);
        assertThat(timesAsked(CertManagerAnswers.CERTIFICATE))
                .as("read, and not applied again")
                .isEqualTo(1);
    }

    @Test
    void secretThatIsTheCertificatesIsLeftAlone() {
        issued("u-1");

        assertThat(look.take(Optional.empty()).offered()).isPresent();

        assertThat(timesAsked(CertManagerAnswers.SECRET)).isEqualTo(1);
    }

    @Test
    void issuerThatIsNotReadyIsNamedWhileTheIntermediateHolds() {
        issued("u-1");
        server.answer(
                CertManagerAnswers.ISSUER,
                """
                {"apiVersion": "cert-manager.io/v1", "kind": "ClusterIssuer",
                 "metadata": {"name": "company-ca"},
                 "status": {"conditions": [{"type": "Ready", "status": "False", "message": "gone"}]}}
                """);

        Issuance issuance = look.take(Optional.empty());

        assertThat(issuance.offered()).isPresent();
        assertThat(issuance.trouble())
                .contains(
                        new Trouble(
                                Trouble.Reason.ISSUER_NOT_READY,
                                "ClusterIssuer company-ca: not ready: gone"));
    }
}

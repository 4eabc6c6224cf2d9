package dev.gibbon.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gibbon.core.log.Log;
import dev.gibbon.core.setting.MeshMode;
import dev.gibbon.operator.certmanager.IssuanceSettings;
import dev.gibbon.operator.certmanager.IssuerReference;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OperatorSettingsTest {
    private final Map<String, String> environment =
            new HashMap<>(Map.of("POD_NAMESPACE", "gibbon-system", "POD_NAME", "op-1"));

    @Test
    void whatIsNotSaidHasItsDefault() throws Exception {
        OperatorSettings settings = OperatorSettings.read(environment);

        assertThat(settings.mode()).isEqualTo(MeshMode.PERMISSIVE);
        assertThat(settings.trustDomain()).isEmpty();
        assertThat(settings.certificateLifetime()).isEqualTo(Duration.ofHours(24));
        assertThat(settings.clusterDomain()).isEqualTo("cluster.local");
        assertThat(settings.logLevel()).isEqualTo(Log.Level.INFO);
        assertThat(settings.feed()).hasToString("0.0.0.0:8005");
        assertThat(settings.injection()).isEmpty();
        assertThat(settings.issuance()).isEmpty();
    }

    @Test
    void withAnImageItInjects() throws Exception {
        environment.put("GIBBON_SIDECAR_IMAGE", "example.com/gibbon-sidecar:1");
        environment.put("GIBBON_SIDECAR_DRAIN", "30s");

        assertThat(OperatorSettings.read(environment).injection())
                .hasValueSatisfying(injection -> {
                    assertThat(injection.image()).isEqualTo("example.com/gibbon-sidecar:1");
                    assertThat(injection.meshNamespace()).isEqualTo("gibbon-system");
                    assertThat(injection.controlPlane())
                            .isEqualTo("gibbon-operator.gibbon-system.svc:8005");
                    assertThat(injection.drain()).isEqualTo(Duration.ofSeconds(30));
                });
    }

    @Test
    void withAnIssuerItAsksCertManager() throws Exception {
        environment.put("GIBBON_CERT_MANAGER_ISSUER", "company-ca");

        assertThat(OperatorSettings.read(environment).issuance())
                .contains(
                        new IssuanceSettings(
                                new IssuerReference("company-ca", "Issuer", "cert-manager.io"),
                                Duration.ofDays(90),
                                Duration.ofDays(30)));

        environment.put("GIBBON_CERT_MANAGER_ISSUER_KIND", "StepIssuer");
        environment.put("GIBBON_CERT_MANAGER_ISSUER_GROUP", "certmanager.step.sm");
        environment.put("GIBBON_CERT_MANAGER_DURATION", "48h");
        environment.put("GIBBON_CERT_MANAGER_RENEW_BEFORE", "24h");
        assertThat(OperatorSettings.read(environment).issuance())
                .contains(
                        new IssuanceSettings(
                                new IssuerReference(
                                        "company-ca", "StepIssuer", "certmanager.step.sm"),
                                Duration.ofHours(48),
                                Duration.ofHours(24)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ISSUER | Company CA | cert-manager: issuer name: Company CA (expected: lower",
                "ISSUER_KIND | Isuer | cert-manager: issuer kind: Isuer (expected: Issuer or",
                "ISSUER_GROUP | a b | cert-manager: issuer group: a b (expected: a DNS name",
                "DURATION | 1d | GIBBON_CERT_MANAGER_DURATION: 1d (expected: a duration",
                "DURATION | 720h | cert-manager: renewBefore: 720h (expected: less than durati",
                "DURATION | 59m | cert-manager: duration: 3540s (expected: 1h to 87600h)",
                "DURATION | 99999h | cert-manager: duration: 99999h (expected: 1h to 87600h)",
                "RENEW_BEFORE | 23h | GIBBON_CERT_MANAGER_RENEW_BEFORE: PT23H (expected: at lea"
            })
    void whatCannotBeAskedOfCertManagerIsSaid(String name, String value, String message) {
        environment.put("GIBBON_CERT_MANAGER_ISSUER", "company-ca");
        environment.put("GIBBON_CERT_MANAGER_" + name, value);

        assertThatThrownBy(() -> OperatorSettings.read(environment))
                .isInstanceOf(OperatorSettings.Invalid.class)
                .hasMessageStartingWith(message)
                .hasMessageNotContaining("\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "POD_NAMESPACE | '' | POD_NAMESPACE: none (expected: a name",
                "POD_NAME | A b | POD_NAME: A b (expected: a name",
                "GIBBON_MESH_MODE | Strict | GIBBON_MESH_MODE: Strict (expected: permissive or",
                "GIBBON_TRUST_DOMAIN | A | GIBBON_TRUST_DOMAIN: A (expected: at most 255",
                "GIBBON_CERTIFICATE_LIFETIME | 1 | GIBBON_CERTIFICATE_LIFETIME: 1 (expected: 1m",
                "GIBBON_CERTIFICATE_LIFETIME | 59s | GIBBON_CERTIFICATE_LIFETIME: 59s (expected",
                "GIBBON_CERTIFICATE_LIFETIME | 25h | GIBBON_CERTIFICATE_LIFETIME: 25h (expect",
                "GIBBON_LOG_LEVEL | loud | GIBBON_LOG_LEVEL: loud (expected: debug, info",
                "GIBBON_LOG_FORMAT | xml | GIBBON_LOG_FORMAT: xml (expected: text or json)",
                "GIBBON_FEED_LISTEN | 8005 | GIBBON_FEED_LISTEN: 8005 (expected: an address and",
                "GIBBON_SIDECAR_CPU_REQUEST | lots | injection: cpuRequest",
                "GIBBON_SIDECAR_DRAIN | long | GIBBON_SIDECAR_DRAIN: long (expected: 0s to 3600s",
                "GIBBON_SIDECAR_DRAIN | 3601s | GIBBON_SIDECAR_DRAIN: 3601s (expected: 0s to 3600s",
                "GIBBON_SIDECAR_MAX_CONNECTIONS | 1000001 | GIBBON_SIDECAR_MAX_CONNECTIONS: 1000001 (exp",
                "GIBBON_SIDECAR_MAX_CONNECTIONS | 0 | GIBBON_SIDECAR_MAX_CONNECTIONS: 0 (expec"
            })
    void whatCannotBeUsedIsSaidInOneLine(String name, String value, String message) {
        environment.put("GIBBON_SIDECAR_IMAGE", "x");
        environment.put(name, value);

        assertThatThrownBy(() -> OperatorSettings.read(environment))
                .isInstanceOf(OperatorSettings.Invalid.class)
                .hasMessageStartingWith(message)
                .hasMessageNotContaining("\n");
    }
}

package dev.gibbon.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gibbon.core.log.Log;
import dev.gibbon.core.setting.MeshMode;
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
                "GIBBON_SIDECAR_DRAIN | long | GIBBON_SIDECAR_DRAIN: long (expected: seconds",
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

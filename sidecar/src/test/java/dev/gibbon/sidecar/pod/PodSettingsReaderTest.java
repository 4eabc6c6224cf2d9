package dev.gibbon.sidecar.pod;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gibbon.core.log.Log;
import dev.gibbon.core.net.IpAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PodSettingsReaderTest {
    private static final Map<String, String> LEAST =
            Map.of(
                    "GIBBON_CONTROL_PLANE", "gibbon-operator.gibbon-system.svc:8005",
                    "GIBBON_POD_NAME", "b-1",
                    "GIBBON_POD_NAMESPACE", "shop",
                    "GIBBON_POD_IPS", "10.244.0.7,fd00::7");

    private static PodSettings read(String... more) throws InvalidEnvironment {
        Map<String, String> environment = new HashMap<>(LEAST);
        for (int i = 0; i < more.length; i += 2) {
            environment.put(more[i], more[i + 1]);
        }
        return new PodSettingsReader(environment).read();
    }

    @Test
    void theRestHasDefaults() throws Exception {
        PodSettings settings = read();

        assertThat(settings.name()).isEqualTo("shop/b-1");
        assertThat(settings.controlPlane().port()).isEqualTo(8005);
        assertThat(settings.addresses())
                .isEqualTo(List.of(IpAddress.of("10.244.0.7"), IpAddress.of("fd00::7")));
        assertThat(settings.logLevel()).isEqualTo(Log.Level.INFO);
        assertThat(settings.drain()).isEqualTo(Duration.ofSeconds(5));
        assertThat(settings.maxConnections()).isEqualTo(10_000);
        assertThat(settings.probes()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GIBBON_CONTROL_PLANE | nowhere | GIBBON_CONTROL_PLANE: 'nowhere' (expected: host:port)",
                "GIBBON_POD_NAME | ../x | GIBBON_POD_NAME: '../x' (expected: the name of an object in Kubernetes)",
                "GIBBON_POD_NAMESPACE | a/sa | GIBBON_POD_NAMESPACE: 'a/sa' (expected: the name of an object in Kubernetes)",
                "GIBBON_POD_IPS | 10.0.0.300 | GIBBON_POD_IPS: '10.0.0.300' (expected: IP addresses, separated by commas)",
                "GIBBON_LOG_LEVEL | loud | GIBBON_LOG_LEVEL: 'loud' (expected: debug, info, warn or error)",
                "GIBBON_DRAIN | soon | GIBBON_DRAIN: soon (expected: 0s to 1h, e.g. 10, 10s or 500ms)",
                "GIBBON_MAX_CONNECTIONS | 0 | GIBBON_MAX_CONNECTIONS: '0' (expected: a number, 1-1000000)",
            })
    void whatCannotBeUsedIsNamed(String variable, String value, String message) {
        assertThatThrownBy(() -> read(variable, value))
                .isInstanceOf(InvalidEnvironment.class)
                .hasMessage(message);
    }

    @Test
    void probesAreReadByContainerAndKind() throws Exception {
        PodSettings settings =
                read(
                        "GIBBON_PROBES",
                        """
                        {"app":{"livez":{"http":{"port":8080,"path":"/x?y","scheme":"HTTPS",
                        "headers":[{"name":"A","value":"b c"}]},"timeoutSeconds":3},
                        "readyz":{"tcp":{"port":5432}},"startupz":{"grpc":{"port":9000}}}}
                        """);

        assertThat(settings.probes())
                .isEqualTo(
                        Map.of(
                                "app/livez",
                                new Probe(
                                        new Probe.Http(
                                                8080,
                                                "/x?y",
                                                true,
                                                null,
                                                List.of(new Probe.Header("A", "b c"))),
                                        Duration.ofSeconds(3)),
                                "app/readyz",
                                new Probe(new Probe.Tcp(5432), Duration.ofSeconds(1)),
                                "app/startupz",
                                new Probe(new Probe.Grpc(9000, ""), Duration.ofSeconds(1))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "{\"app\":{\"livez\":{\"http\":{\"port\":1,\"path\":\"/a b\"}}}}",
                "{\"app\":{\"livez\":{\"http\":{\"port\":1,\"path\":\"/\\r\\nX: y\"}}}}",
                "{\"app\":{\"livez\":{\"http\":{\"port\":0}}}}",
                "{\"app\":{\"livez\":{}}}",
                "{\"app\":{\"other\":{\"tcp\":{\"port\":1}}}}",
                "[]",
            })
    void probesThatCouldSayMoreThanTheyShouldAreRefused(String text) {
        assertThatThrownBy(() -> read("GIBBON_PROBES", text))
                .isInstanceOf(InvalidEnvironment.class)
                .hasMessageStartingWith("GIBBON_PROBES: ");
    }
}

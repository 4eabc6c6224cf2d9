package dev.gibbon.operator.inject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class SidecarAnnotationsTest {
    private static final SidecarOptions DEFAULTS = TestMesh.SETTINGS.defaultOptions();

    private static SidecarOptions read(String name, String value) {
        return SidecarAnnotations.read(Map.of(name, value), DEFAULTS);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "9090               | [9090]",
                "9090,9100-9110     | [9090, 9100-9110]",
                "' 9090 , 1-65535 ' | [9090, 1-65535]",
                "7,7,7-7            | [7]",
                "00080              | [80]",
                "''                 | []",
            })
    void portsArePrintedAnew(String text, String expected) {
        assertThat(read("gibbon.dev/exclude-inbound-ports", text).excludedInboundPorts())
                .hasToString(expected);
        assertThat(read("gibbon.dev/exclude-outbound-ports", text).excludedOutboundPorts())
                .hasToString(expected);
    }

    @Test
    void theNewlineOfABlockOfYamlDoesNoHarm() {
        assertThat(read("gibbon.dev/exclude-inbound-ports", "80,\n81\n").excludedInboundPorts())
                .hasToString("[80, 81]");
    }

    @Test
    void blocksArePrintedAnew() {
        assertThat(
                        read(
                                        "gibbon.dev/exclude-outbound-cidrs",
                                        "10.1.2.3/8, 192.0.2.1,FD00::1/64")
                                .excludedOutboundBlocks())
                .hasToString("[10.0.0.0/8, 192.0.2.1, fd00::/64]");
    }

    private static Stream<String[]> hostile() {
        String many =
                IntStream.rangeClosed(1, 65)
                        .mapToObj(Integer::toString)
                        .collect(Collectors.joining(","));
        return Stream.of("inbound-ports", "outbound-ports", "outbound-cidrs")
                .flatMap(kind ->
                        Stream.of(
                                        "x",
                                        "80;reboot",
                                        "80 81",
                                        "80,,81",
                                        ",",
                                        "80,",
                                        "\"80\"",
                                        "80\n81",
                                        "$(GIBBON_POD_NAME)",
                                        "$$(X)",
                                        "`id`",
                                        "-1",
                                        "1-",
                                        "0",
                                        "65536",
                                        "9-1",
                                        "1-65536",
                                        "99999999999999999999",
                                        "\u0664\u0660",
                                        "80\u202e",
                                        "10.0.0.0/33",
                                        "10.0.0/8",
                                        "fe80::1%eth0",
                                        "host.test",
                                        "--remove",
                                        many.replace(",", ",10.0.0."),
                                        "1,".repeat(2000) + "1")
                                .map(text -> new String[] {"gibbon.dev/exclude-" + kind, text}));
    }

    @ParameterizedTest
    @MethodSource("hostile")
    void everythingElseIsRefusedInPrintableWords(String name, String text) {
        assertThatThrownBy(() -> read(name, text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageMatching("[ -~]{1,500}")
                .hasMessageStartingWith(name + ": \"")
                .hasMessageContaining(" (expected: ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "log-level              | DEBUG   | debug, info, warn or error",
                "log-level              | ''      | debug, info, warn or error",
                "log-level              | 'info ' | debug, info, warn or error",
                "sidecar-cpu-request    | 0       | cores, e.g. 250m or 1.5",
                "sidecar-cpu-request    | 0.0     | cores, e.g. 250m or 1.5",
                "sidecar-cpu-request    | 1e3     | cores, e.g. 250m or 1.5",
                "sidecar-cpu-limit      | -1      | cores, e.g. 250m or 1.5",
                "sidecar-cpu-limit      | 1Mi     | cores, e.g. 250m or 1.5",
                "sidecar-memory-request | 96mi    | bytes, e.g. 96Mi or 200M",
                "sidecar-memory-request | $(X)    | bytes, e.g. 96Mi or 200M",
                "sidecar-memory-limit   | 1       | at least 64Mi",
                "sidecar-memory-limit   | 67108863 | at least 64Mi",
                "sidecar-memory-limit   | 9999999999999999 | bytes, e.g. 96Mi or 200M",
            })
    void otherValuesAreCheckedToo(String name, String text, String expected) {
        assertThatThrownBy(() -> read("gibbon.dev/" + name, text))
                .hasMessage("gibbon.dev/%s: \"%s\" (expected: %s)".formatted(name, text, expected));
    }

    @Test
    void aLongValueIsCutInTheMessage() {
        assertThatThrownBy(() -> read("gibbon.dev/log-level", "x".repeat(100_000)))
                .hasMessage(
                        "gibbon.dev/log-level: \""
                                + "x".repeat(80)
                                + "\"... (expected: debug, info, warn or error)");
    }

    /** {@code -} is: not given, and in what is expected: none. Defaults: 50m, none, 96Mi, 256Mi. */
    @ParameterizedTest
    @CsvSource({
        "-,    -,  -,     -,     50m,  -,    96Mi,  256Mi",
        "1,    -,  -,     -,     1,    -,    96Mi,  256Mi",
        "-,    1,  -,     -,     50m,  1,    96Mi,  256Mi",
        "-,    20m, -,    -,     20m,  20m,  96Mi,  256Mi",
        "100m, 0.5, -,    -,     100m, 0.5,  96Mi,  256Mi",
        "-,    -,  128Mi, -,     50m,  -,    128Mi, 256Mi",
        "-,    -,  1Gi,   -,     50m,  -,    1Gi,   1Gi",
        "-,    -,  -,     64Mi,  50m,  -,    64Mi,  64Mi",
        "-,    -,  1Gi,   1024Mi, 50m, -,    1Gi,   1024Mi",
    })
    void aRequestRaisesTheDefaultLimitAndALimitLowersTheDefaultRequest(
            String cpuRequest,
            String cpuLimit,
            String memoryRequest,
            String memoryLimit,
            String cpu,
            String cpuAtMost,
            String memory,
            String memoryAtMost) {
        Map<String, String> annotations =
                Stream.of(
                                Map.entry("gibbon.dev/sidecar-cpu-request", cpuRequest),
                                Map.entry("gibbon.dev/sidecar-cpu-limit", cpuLimit),
                                Map.entry("gibbon.dev/sidecar-memory-request", memoryRequest),
                                Map.entry("gibbon.dev/sidecar-memory-limit", memoryLimit))
                        .filter(entry -> !entry.getValue().equals("-"))
                        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        @Nullable String most = cpuAtMost.equals("-") ? null : cpuAtMost;

        assertThat(SidecarAnnotations.read(annotations, DEFAULTS).resources())
                .isEqualTo(new SidecarResources(cpu, most, memory, memoryAtMost));
    }

    @Test
    void aLimitBelowItsRequestIsRefused() {
        Map<String, String> annotations =
                Map.of(
                        "gibbon.dev/sidecar-memory-request", "1Gi",
                        "gibbon.dev/sidecar-memory-limit", "1000M");

        assertThatThrownBy(() -> SidecarAnnotations.read(annotations, DEFAULTS))
                .hasMessage(
                        "gibbon.dev/sidecar-memory-limit: \"1000M\" (expected: not less than the"
                                + " request, 1Gi)");
    }

    @Test
    void annotationsThatMeanNothingAreNamed() {
        assertThat(
                        SidecarAnnotations.unknown(
                                Map.of(
                                        "gibbon.dev/exclude-inbound-port", "1",
                                        "gibbon.dev/log-level", "info",
                                        "other.test/x", "1")))
                .containsExactly("gibbon.dev/exclude-inbound-port");
    }
}

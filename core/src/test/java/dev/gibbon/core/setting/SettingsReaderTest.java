package dev.gibbon.core.setting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.core.entity.Protocol;
import dev.gibbon.core.log.Log;
import dev.gibbon.core.net.IpAddress;
import dev.gibbon.core.net.IpPort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsReaderTest {
    private static final String STREAM_FORM =
            "stream_listen must be of form: [off] | <ip>:<port> [proxy_protocol] [transparent],"
                    + " [... next entry ...], got '";

    @Test
    void nothingSetGivesTheDefaults() {
        NodeSettings settings = valid(Map.of("PATH", "/usr/bin"));

        assertThat(settings)
                .isEqualTo(
                        new NodeSettings(
                                Path.of("gibbon-node"),
                                Log.Level.INFO,
                                List.of(
                                        listener("0.0.0.0:8000", false, false),
                                        listener("0.0.0.0:8443", true, false)),
                                List.of(),
                                List.of(
                                        listener("127.0.0.1:8001", false, false),
                                        listener("127.0.0.1:8444", true, false)),
                                List.of(),
                                List.of(),
                                null,
                                null,
                                List.of(),
                                MeshMode.PERMISSIVE,
                                SourceAddress.SELF,
                                Map.of(),
                                null,
                                null,
                                null,
                                null,
                                null,
                                Duration.ofHours(24),
                                Duration.ofSeconds(10),
                                Duration.ofSeconds(10),
                                10_000));
        assertThat(settings.isControlPlane()).isTrue();
        assertThat(settings.isProxy()).isTrue();
    }

    @Test
    void theTutorialsSidecarIsReadAsTyped() {
        NodeSettings settings =
                valid(
                        Map.of(
                                "GIBBON_PREFIX", "gibbon-b",
                                "GIBBON_LOG_LEVEL", "debug",
                                "GIBBON_STREAM_LISTEN",
                                        "127.0.0.4:9000 transparent, 127.0.0.4:9443 transparent",
                                "GIBBON_PROXY_LISTEN",
                                        "127.0.0.4:8000 transparent, 127.0.0.4:8443 transparent ssl",
                                "GIBBON_ADMIN_LISTEN", "off",
                                "GIBBON_NGINX_PROXY_PROXY_BIND", "127.0.0.4",
                                "GIBBON_NGINX_SPROXY_PROXY_BIND", "127.0.0.4",
                                "GIBBON_WORKLOAD", "127.0.0.5"));

        assertThat(settings.prefix()).isEqualTo(Path.of("gibbon-b"));
        assertThat(settings.logLevel()).isEqualTo(Log.Level.DEBUG);
        assertThat(settings.streamListen())
                .containsExactly(
                        listener("127.0.0.4:9000", false, true),
                        listener("127.0.0.4:9443", false, true));
        assertThat(settings.proxyListen())
                .containsExactly(
                        listener("127.0.0.4:8000", false, true),
                        listener("127.0.0.4:8443", true, true));
        assertThat(settings.proxyBind()).isEqualTo(IpAddress.of("127.0.0.4"));
        assertThat(settings.streamBind()).isEqualTo(IpAddress.of("127.0.0.4"));
        assertThat(settings.isControlPlane()).isFalse();
        assertThat(settings.isWorkload(address("127.0.0.5:19000"))).isTrue();
        assertThat(settings.isWorkload(address("127.0.0.6:19000"))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "localhost:9000",
                "127.0.0.1:70000",
                "127.0.0.1:9000 ssl",
                "127.0.0.1:9000 http2",
                "127.0.0.1:9000 transparent transparent",
                "127.0.0.1:9000 transparently",
                "fd00::1:9000",
                "127.0.0.1:9000,",
                "off, 127.0.0.1:9000",
                "off transparent"
            })
    void malformedStreamListenRefusesWithTheFormOfTheOriginal(String value) {
        assertThat(violations(Map.of("GIBBON_STREAM_LISTEN", value)))
                .singleElement()
                .asString()
                .startsWith(STREAM_FORM)
                .endsWith("'");
    }

    @Test
    void eachListenSettingNamesItsOwnFlags() {
        assertThat(
                        violations(
                                Map.of(
                                        "GIBBON_PROXY_LISTEN", "x",
                                        "GIBBON_ADMIN_LISTEN", "127.0.0.1:1 transparent",
                                        "GIBBON_FEED_LISTEN", "0.0.0.0:8005 ssl",
                                        "GIBBON_STATUS_LISTEN", "x")))
                .containsExactly(
                        "proxy_listen must be of form: [off] | <ip>:<port> [ssl] [http2]"
                                + " [proxy_protocol] [transparent], [... next entry ...], got 'x'",
                        "admin_listen must be of form: [off] | <ip>:<port> [ssl] [http2]"
                                + " [proxy_protocol], [... next entry ...], got '127.0.0.1:1"
                                + " transparent'",
                        "feed_listen must be of form: [off] | <ip>:<port>, [... next entry ...], got"
                                + " '0.0.0.0:8005 ssl'",
                        "status_listen must be of form: [off] | <ip>:<port>, [... next entry ...], got"
                                + " 'x'");
    }

    @Test
    void aNameThatIsLikeNoSettingIsNotLikenedToOne() {
        assertThat(violations(Map.of("GIBBON_FOO", "x")))
                .containsExactly("GIBBON_FOO: unknown setting (docs/settings.md has them all)");
    }

    @ParameterizedTest
    @CsvSource({
        "GIBBON_PROXY_LISTEN, 0.0.0.0:8000 http2, proxy_listen: 'http2'",
        "GIBBON_PROXY_LISTEN, 0.0.0.0:8000 proxy_protocol ssl, proxy_listen: 'proxy_protocol'",
        "GIBBON_STREAM_LISTEN, 0.0.0.0:9000 proxy_protocol, stream_listen: 'proxy_protocol'",
        "GIBBON_ADMIN_LISTEN, 127.0.0.1:8444 ssl http2, admin_listen: 'http2'",
    })
    void flagsThatAreNotSupportedYetAreRefusedAsSuch(String name, String value, String start) {
        assertThat(violations(Map.of(name, value)))
                .containsExactly(start + " is not supported yet, got '" + value + "'");
    }

    @Test
    void listenersTakeBracketedIpv6AndAnyFreePort() {
        NodeSettings settings =
                valid(Map.of("GIBBON_STREAM_LISTEN", " [::1]:9000   transparent,[fd00::5]:0 "));

        assertThat(settings.streamListen())
                .containsExactly(
                        listener("[::1]:9000", false, true), listener("[fd00::5]:0", false, false));
    }

    @ParameterizedTest
    @CsvSource({
        "GIBBON_LOG_LEVEL, trace, 'trace (expected: debug, info, notice, warn or error)'",
        "GIBBON_MESH, Strict, 'Strict (expected: permissive or strict)'",
        "GIBBON_SOURCE, peer, 'peer (expected: self or client)'",
        "GIBBON_NGINX_PROXY_PROXY_BIND, host, 'host (expected: an IP address of this host)'",
        "GIBBON_NGINX_SPROXY_PROXY_BIND, 0.0.0.0, '0.0.0.0 (expected: an IP address of this host)'",
        "GIBBON_CONTROL_PLANE, 10.0.0.1, '10.0.0.1 (expected: <host>:<port>, e.g. 192.0.2.7:8005)'",
        "GIBBON_CONTROL_PLANE, 10.0.0.256:1, '10.0.0.256:1 (expected: <host>:<port>, e.g. 192.0.2.7:8005)'",
        "GIBBON_MAX_CONNECTIONS, 0, '0 (expected: 1-1000000)'",
        "GIBBON_MAX_CONNECTIONS, 1000001, '1000001 (expected: 1-1000000)'",
        "GIBBON_MAX_CONNECTIONS, many, 'many (expected: 1-1000000)'",
        "GIBBON_DRAIN, -1, '-1 (expected: 0s to 1h, e.g. 10, 10s or 500ms)'",
        "GIBBON_DRAIN, 61m, '61m (expected: 0s to 1h, e.g. 10, 10s or 500ms)'",
        "GIBBON_HANDSHAKE_TIMEOUT, 0, '0 (expected: 100ms to 1h, e.g. 10, 10s or 500ms)'",
        "GIBBON_CERTIFICATE_LIFETIME, 25h, '25h (expected: 1s to 24h, e.g. 10, 10s or 500ms)'",
        "GIBBON_WORKLOAD, 'a', 'a (expected: <ip> or <ip>:<port>, e.g. 127.0.0.5 or [fd00::5]:80)'",
        "GIBBON_WORKLOAD, '::', ':: (expected: <ip> or <ip>:<port>, e.g. 127.0.0.5 or [fd00::5]:80)'",
        "GIBBON_WORKLOAD, '127.0.0.5:0', '127.0.0.5:0 (expected: <ip> or <ip>:<port>, e.g. 127.0.0.5 or [fd00::5]:80)'",
        "GIBBON_WORKLOAD, '127.0.0.5, 127.0.0.5', '127.0.0.5 is given twice'",
    })
    void badValuesSayWhatWasGotAndWhatWasExpected(String name, String value, String rest) {
        assertThat(violations(Map.of(name, value))).containsExactly(name + ": " + rest);
    }

    @ParameterizedTest
    @CsvSource({"gibbon-a, gibbon-a", "/var/lib/gibbon/b_1.x/, b_1.x", "../c, c"})
    void lastPartOfThePrefixIsTheNodesName(String prefix, String name) {
        assertThat(valid(Map.of("GIBBON_PREFIX", prefix)).nodeName()).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", ".", "a/..", "my node", "a/b:c", "ä"})
    void prefixWhoseLastPartCannotBeANameIsRefused(String prefix) {
        assertThat(violations(Map.of("GIBBON_PREFIX", prefix)))
                .containsExactly(
                        "GIBBON_PREFIX: "
                                + prefix
                                + " (expected: a directory with a name of letters, digits, '.', '-'"
                                + " and '_', at most 63)");
    }

    @ParameterizedTest
    @CsvSource({"10, 10000", "10s, 10000", "500ms, 500", "0, 0", "2m, 120000", "1h, 3600000"})
    void durationsAreWholeNumbersWithAUnitOrSeconds(String value, long millis) {
        assertThat(valid(Map.of("GIBBON_DRAIN", value)).drain())
                .isEqualTo(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @CsvSource({"debug,DEBUG", "info,INFO", "notice,INFO", "warn,WARN", "error,ERROR"})
    void logLevelsAreNamedAsInKong(String value, Log.Level level) {
        assertThat(valid(Map.of("GIBBON_LOG_LEVEL", value)).logLevel()).isEqualTo(level);
    }

    @Test
    void workloadHoldsAddressesWithOptionalPorts() {
        NodeSettings settings =
                valid(Map.of("GIBBON_WORKLOAD", "127.0.0.5, 127.0.0.6:8080,[fd00::5]:80, fd00::6"));

        assertThat(settings.workload())
                .containsExactly(
                        new WorkloadAddress(IpAddress.of("127.0.0.5"), null),
                        new WorkloadAddress(IpAddress.of("127.0.0.6"), 8080),
                        new WorkloadAddress(IpAddress.of("fd00::5"), 80),
                        new WorkloadAddress(IpAddress.of("fd00::6"), null));
        assertThat(settings.isWorkload(address("127.0.0.6:8080"))).isTrue();
        assertThat(settings.isWorkload(address("127.0.0.6:8081"))).isFalse();
        assertThat(settings.isWorkload(address("[fd00::6]:1"))).isTrue();
    }

    @Test
    void originsAreNormalised() {
        NodeSettings settings =
                valid(
                        Map.of(
                                "GIBBON_ORIGINS",
                                "tls://127.0.0.5:19000=tcp://127.0.0.5:19001,"
                                        + " https://Web.Example:443=http://[FD00:0::5],"
                                        + "http://b:81=https://c"));

        assertThat(settings.origins())
                .isEqualTo(
                        Map.of(
                                new Origin(Protocol.TLS, "127.0.0.5", 19000),
                                new Origin(Protocol.TCP, "127.0.0.5", 19001),
                                new Origin(Protocol.HTTPS, "web.example", 443),
                                new Origin(Protocol.HTTP, "fd00::5", 80),
                                new Origin(Protocol.HTTP, "b", 81),
                                new Origin(Protocol.HTTPS, "c", 443)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tcp://a:1",
                "tcp://a=tcp://b:1",
                "http://a=http://b:1",
                "tcp://a:1=tcp://b",
                "tcp://a:1=tls://b:0",
                "udp://a:1=tcp://b:1",
                "a:1=b:1",
                "tcp://a:1=tcp://b:1=tcp://c:1",
                "tcp://fd00::1:1=tcp://b:1",
                "tcp://a b:1=tcp://b:1"
            })
    void malformedOriginsRefuseWithTheFormOfTheOriginal(String value) {
        assertThat(violations(Map.of("GIBBON_ORIGINS", value)))
                .containsExactly(
                        "an origin must be of the form"
                                + " 'from_scheme://from_host:from_port=to_scheme://to_host:to_port',"
                                + " got '"
                                + value
                                + "'");
    }

    @Test
    void repeatedOriginIsRefusedInNormalForm() {
        assertThat(
                        violations(
                                Map.of(
                                        "GIBBON_ORIGINS",
                                        "http://[fd00:0::1]:80=http://a,http://[fd00::1]:80=http://b")))
                .containsExactly("duplicate origin (http://[fd00::1]:80)");
    }

    @Test
    void originsDoNotCrossFamilies() {
        assertThat(violations(Map.of("GIBBON_ORIGINS", "tcp://a:1=http://b:2")))
                .containsExactly(
                        "an origin must pair http with https or tcp with tls,"
                                + " got 'tcp://a:1=http://b:2'");
    }

    @Test
    void everyViolationIsReportedAtOnceAndOnOneLine() {
        List<String> violations =
                violations(
                        Map.of(
                                "GIBBON_MESH", "a\nb",
                                "GIBBON_DRAIN", "x",
                                "GIBBON_STREAM_LISTEN", "x",
                                "GIBBON_STREAM_LISTENS", "off"));

        assertThat(violations)
                .containsExactly(
                        "GIBBON_STREAM_LISTENS: unknown setting"
                                + " (nearest known name: GIBBON_STREAM_LISTEN)",
                        STREAM_FORM + "x'",
                        "GIBBON_MESH: a\\x0ab (expected: permissive or strict)",
                        "GIBBON_DRAIN: x (expected: 0s to 1h, e.g. 10, 10s or 500ms)");
    }

    @Test
    void variablesOfTheLauncherAndOfOthersAreLeftAlone() {
        assertThat(
                        SettingsReader.read(
                                Map.of(
                                        "GIBBON_JAVA_HOME", "/x",
                                        "GIBBON_OPTS", "-Xmx1g",
                                        "KONG_PREFIX", "x",
                                        "gibbon_mesh", "x")))
                .isInstanceOf(SettingsResult.Valid.class);
    }

    @ParameterizedTest
    @EnumSource(Setting.class)
    void settingToNothingIsNotTheDefault(Setting setting) {
        assertThat(violations(Map.of(setting.variable(), "  ")))
                .containsExactly(
                        setting.variable() + ": empty (expected: a value, or not set at all)");
    }

    @Test
    void strictSidecarNeedsToKnowItsWorkload() {
        assertThat(violations(Map.of("GIBBON_MESH", "strict")))
                .containsExactly(
                        "GIBBON_MESH: strict needs GIBBON_WORKLOAD, or the workload's own"
                                + " connections would be refused (expected: GIBBON_WORKLOAD set to"
                                + " the workload's addresses, e.g. 127.0.0.5)");
        assertThat(valid(Map.of("GIBBON_MESH", "strict", "GIBBON_WORKLOAD", "127.0.0.5")).mesh())
                .isEqualTo(MeshMode.STRICT);
    }

    @Test
    void controlPlaneThatDoesNotProxyHasNoWorkloadToKnow() {
        assertThat(valid(Map.of("GIBBON_MESH", "strict", "GIBBON_PROXY_LISTEN", "off")).workload())
                .isEmpty();
    }

    @Test
    void controlPlaneElsewhereNeedsATokenAndNoAdminApi() {
        assertThat(violations(Map.of("GIBBON_CONTROL_PLANE", "Mesh.example:8005")))
                .containsExactly(
                        "GIBBON_CONTROL_PLANE: mesh.example:8005, but this node has an Admin API"
                                + " and so is a control plane itself (expected:"
                                + " GIBBON_ADMIN_LISTEN=off)",
                        "GIBBON_CONTROL_PLANE: mesh.example:8005 needs GIBBON_JOIN_TOKEN (expected:"
                                + " what gibbon token create prints on the control plane's host)");
    }

    @Test
    void joinTokenSaysWhereTheControlPlaneIs() {
        assertThat(
                        valid(Map.of("GIBBON_ADMIN_LISTEN", "off", "GIBBON_JOIN_TOKEN", "hush"))
                                .controlPlane())
                .isNull();
        assertThat(violations(Map.of("GIBBON_JOIN_TOKEN", "hush")))
                .containsExactly(
                        "GIBBON_JOIN_TOKEN: (secret), but this node has an Admin API and so is a"
                                + " control plane itself (expected: GIBBON_ADMIN_LISTEN=off)");
    }

    @ParameterizedTest
    @CsvSource({"GIBBON_FEED_LISTEN, feed_listen", "GIBBON_STATUS_LISTEN, status_listen"})
    void listenerThatIsOneIsNotAList(String variable, String name) {
        assertThat(violations(Map.of(variable, "127.0.0.1:7001, 127.0.0.2:7001")))
                .containsExactly(
                        name
                                + ": 2 addresses (expected: one, or off; [::]:<port> is every"
                                + " address of this host)");
    }

    @Test
    void joinTokenIsNeverPrinted() {
        NodeSettings settings =
                valid(
                        Map.of(
                                "GIBBON_ADMIN_LISTEN", "off",
                                "GIBBON_CONTROL_PLANE", "[fd00::1]:8005",
                                "GIBBON_JOIN_TOKEN", "hush-hush"));

        assertThat(settings.joinToken()).isEqualTo(new Secret("hush-hush"));
        assertThat(settings.controlPlane()).isEqualTo(new HostPort("fd00::1", 8005));
        assertThat(settings.toString()).doesNotContain("hush");
        assertThat(violations(Map.of("GIBBON_JOIN_TOKEN", "hush hush")))
                .containsExactly(
                        "GIBBON_JOIN_TOKEN: (secret) (expected: what gibbon token create has"
                                + " printed)");
    }

    @Test
    void certificateAndKeyGoTogether() {
        assertThat(violations(Map.of("GIBBON_SSL_CERT", "a.pem")))
                .containsExactly(
                        "GIBBON_SSL_CERT and GIBBON_SSL_CERT_KEY: only one is set"
                                + " (expected: both or none)");
        assertThat(
                        valid(Map.of("GIBBON_SSL_CERT", "a.pem", "GIBBON_SSL_CERT_KEY", "k.pem"))
                                .sslCertKey())
                .isEqualTo(Path.of("k.pem"));
    }

    @Test
    void nodeThatListensNowhereIsRefused() {
        assertThat(
                        violations(
                                Map.of(
                                        "GIBBON_ADMIN_LISTEN", "off",
                                        "GIBBON_PROXY_LISTEN", "off",
                                        "GIBBON_FEED_LISTEN", "0.0.0.0:8005")))
                .containsExactly(
                        "proxy_listen, stream_listen and admin_listen are all off"
                                + " (expected: at least one address to listen on)",
                        "feed_listen is for a control plane, and admin_listen is off"
                                + " (expected: GIBBON_FEED_LISTEN not set, or an Admin API)");
    }

    @Test
    void addressIsListenedOnOnce() {
        assertThat(
                        violations(
                                Map.of(
                                        "GIBBON_STREAM_LISTEN",
                                        "127.0.0.1:8001, 127.0.0.1:0, 127.0.0.1:0")))
                .containsExactly(
                        "admin_listen: 127.0.0.1:8001 is already used by stream_listen"
                                + " (expected: each address once)");
    }

    @ParameterizedTest
    @EnumSource(Setting.class)
    void everySettingIsDocumented(Setting setting) throws IOException {
        assertThat(Files.readString(Path.of("../docs/settings.md")))
                .contains("### " + setting.variable() + "\n");
    }

    private static Listener listener(String address, boolean ssl, boolean transparent) {
        return new Listener(address(address), ssl, transparent);
    }

    private static IpPort address(String text) {
        return IpPort.parse(text).orElseThrow();
    }

    private static NodeSettings valid(Map<String, String> environment) {
        return switch (SettingsReader.read(environment)) {
            case SettingsResult.Valid(NodeSettings settings) -> settings;
            case SettingsResult.Invalid(List<String> violations) ->
                    throw new AssertionError("refused: " + violations);
        };
    }

    private static List<String> violations(Map<String, String> environment) {
        return switch (SettingsReader.read(environment)) {
            case SettingsResult.Valid(NodeSettings settings) ->
                    throw new AssertionError("accepted: " + settings);
            case SettingsResult.Invalid(List<String> violations) -> violations;
        };
    }
}

package dev.gibbon.cli.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.core.net.IpAddress;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a user does wrong is answered in a line that says what to do, and never in a stack trace.
 */
@Tag("netns")
final class BadInputTest {
    private static final String SIDECAR_ONLY = "GIBBON_ADMIN_LISTEN";

    @RegisterExtension static final InsideNetns HOST = new InsideNetns();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    GIBBON_LOG_LEVEL           | trace                          | GIBBON_LOG_LEVEL: trace (expected:
                    GIBBON_MESH                | Strict                         | GIBBON_MESH: Strict (expected:
                    GIBBON_MESHH               | strict                         | GIBBON_MESHH: unknown setting (nearest known name: GIBBON_MESH)
                    GIBBON_WORKLOAD            | web                            | GIBBON_WORKLOAD: web (expected:
                    GIBBON_DRAIN               | -1                             | GIBBON_DRAIN: -1 (expected:
                    GIBBON_ORIGINS             | tcp://a:1                      | an origin must be of the form
                    GIBBON_STREAM_LISTEN       | 127.0.0.3:9000 transparnt      | stream_listen must be of form:
                    GIBBON_STREAM_LISTEN       | 127.0.0.3:9000 ssl             | stream_listen must be of form:
                    GIBBON_PROXY_LISTEN        | 127.0.0.3                      | proxy_listen must be of form:
                    GIBBON_PROXY_LISTEN        | 127.0.0.3:8000 proxy_protocol  | not supported
                    GIBBON_PROXY_LISTEN        | 127.0.0.3:70000                | proxy_listen must be of form:
                    GIBBON_CONTROL_PLANE       | 10.0.0.1                       | GIBBON_CONTROL_PLANE: 10.0.0.1 (expected:
                    GIBBON_JOIN_TOKEN          | nonsense                       | gibbon token create
                    GIBBON_CERTIFICATE_LIFETIME| 25h                            | GIBBON_CERTIFICATE_LIFETIME: 25h (expected:
                    GIBBON_SSL_CERT            | /nonexistent/server.pem        | GIBBON_SSL_CERT
                    GIBBON_UPSTREAM_CA         | /nonexistent/ca.pem            | /nonexistent/ca.pem
                    GIBBON_PREFIX              | /proc/gibbon-x                 | /proc/gibbon-x
                    GIBBON_PREFIX              | a file/in the way              | GIBBON_PREFIX
                    """)
    void wrongSettingIsRefused(String name, String value, String expected) throws Exception {
        Outcome outcome = start(Map.of(name, value));

        assertRefused(outcome);
        assertThat(outcome.err()).contains(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"start", "run"})
    void nodeThatDoesNotStartLeavesNoEmptyFolders(String command) throws Exception {
        Map<String, String> settings =
                sidecar(
                        Map.of(
                                "GIBBON_PREFIX",
                                "gibbon-never",
                                "GIBBON_UPSTREAM_CA",
                                "/nonexistent/ca.pem"));

        assertRefused(gibbon(settings, command));

        assertThat(HOST.folder().resolve("gibbon-never")).doesNotExist();
    }

    @Test
    void folderThatWasThereBeforeTheNodeStaysThoughItDoesNotStart() throws Exception {
        Path folder = Files.createDirectory(HOST.folder().resolve("gibbon-mine"));

        assertRefused(
                start(
                        Map.of(
                                "GIBBON_PREFIX",
                                "gibbon-mine",
                                "GIBBON_UPSTREAM_CA",
                                "/nonexistent/ca.pem")));

        assertThat(folder).isDirectory();
    }

    @Test
    void joinTokenIsNotRepeated() throws Exception {
        Outcome outcome = start(Map.of("GIBBON_JOIN_TOKEN", "my-secret-token"));

        assertRefused(outcome);
        assertThat(outcome.out() + outcome.err()).doesNotContain("my-secret-token");
    }

    @Test
    void portInUseIsNamed() throws Exception {
        try (ServerSocket taken =
                new ServerSocket(9000, 1, IpAddress.of("127.0.0.3").toInetAddress())) {
            Outcome outcome = start(Map.of("GIBBON_STREAM_LISTEN", "127.0.0.3:9000"));

            assertThat(taken.isBound()).isTrue();
            assertRefused(outcome);
            assertThat(outcome.err()).contains("127.0.0.3:9000");
        }
    }

    @Test
    void adminPortInUseIsNamed() throws Exception {
        try (ServerSocket taken =
                new ServerSocket(8001, 1, IpAddress.of("127.0.0.1").toInetAddress())) {
            Outcome outcome =
                    gibbon(
                            Map.of(
                                    "GIBBON_PREFIX",
                                    "gibbon-c",
                                    "GIBBON_PROXY_LISTEN",
                                    "off",
                                    "GIBBON_ADMIN_LISTEN",
                                    "127.0.0.1:8001"),
                            "start");

            assertThat(taken.isBound()).isTrue();
            assertRefused(outcome);
            assertThat(outcome.err()).contains("127.0.0.1:8001");
        }
    }

    @Test
    void foreignAddressIsNamed() throws Exception {
        Outcome outcome = start(Map.of("GIBBON_STREAM_LISTEN", "192.0.2.1:9000"));

        assertRefused(outcome);
        assertThat(outcome.err()).contains("192.0.2.1:9000");
    }

    @ParameterizedTest
    @ValueSource(strings = {"GIBBON_NGINX_PROXY_PROXY_BIND", "GIBBON_NGINX_SPROXY_PROXY_BIND"})
    void foreignSourceAddressIsRefusedToWhoMayNotUseIt(String setting) throws Exception {
        Outcome outcome = startWithoutCapabilities(Map.of(setting, "192.0.2.1"));

        assertRefused(outcome);
        assertThat(outcome.err())
                .isEqualTo(
                        "gibbon: "
                                + setting
                                + ": 192.0.2.1 is not an address of this host (expected: one of"
                                + " those that the command \"ip address\" lists)\n");
    }

    @Test
    void foreignSourceAddressIsTakenWithARemarkFromWhoMayUseIt() throws Exception {
        Map<String, String> settings =
                Map.of(
                        "GIBBON_PREFIX",
                        "gibbon-foreign",
                        "GIBBON_NGINX_SPROXY_PROXY_BIND",
                        "192.0.2.1");

        Outcome outcome = start(settings);
        try {
            assertThat(outcome.out()).isEqualTo("Gibbon started\n");
            assertThat(outcome.err())
                    .startsWith(
                            "gibbon: GIBBON_NGINX_SPROXY_PROXY_BIND: 192.0.2.1 is not an address"
                                    + " of this host; it is used all the same");
        } finally {
            assertThat(gibbon(sidecar(settings), "stop").exit()).isZero();
        }
    }

    @Test
    void missingCapabilityIsNamed() throws Exception {
        Outcome outcome =
                startWithoutCapabilities(
                        Map.of("GIBBON_STREAM_LISTEN", "127.0.0.3:9000 transparent"));

        assertRefused(outcome);
        assertThat(outcome.err()).contains("127.0.0.3:9000", "NET_RAW", "root");
    }

    @Test
    void captureWithoutNftSaysSo() throws Exception {
        List<String> words =
                new ArrayList<>(
                        List.of(
                                "unshare",
                                "--mount",
                                "sh",
                                "-c",
                                // A file that cannot be run, in the stead of each nft there is.
                                "for nft in /usr/sbin/nft /usr/bin/nft /sbin/nft; do"
                                        + " [ ! -e $nft ] || mount --bind /dev/null $nft; done;"
                                        + " exec \"$@\"",
                                "sh"));
        words.addAll(Program.command());
        words.addAll(
                List.of("capture", "--outbound", "127.0.0.2=127.0.0.3", "--ports", "19000:9000"));
        Outcome outcome = new Program(HOST.folder()).run(words, Map.of());

        assertRefused(outcome);
        assertThat(outcome.err()).contains("nft");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    capture --outbound 127.0.0.2 --ports 19000:9000          | 127.0.0.2 (expected:
                    capture --outbound 127.0.0.2=127.0.0.3 --ports 19000     | 19000
                    capture --outbound 127.0.0.2=127.0.0.3 --ports 1:99999   | 99999
                    capture                                                  | expected
                    nonsense                                                 | nonsense
                    start --nonsense                                         | --nonsense
                    why --from x --to y                                      | gibbon
                    status                                                   | no control plane answers
                    status --admin http://127.0.0.1:1                        | http://127.0.0.1:1
                    stop                                                     | gibbon-none
                    """)
    void wrongUseIsRefused(String arguments, String expected) throws Exception {
        Outcome outcome =
                gibbon(Map.of("GIBBON_PREFIX", "gibbon-none"), arguments.strip().split(" ", -1));

        assertThat(outcome.exit()).isNotZero();
        assertThat(outcome.err().lines()).noneMatch(line -> line.startsWith("\tat "));
        assertThat(outcome.err().lines().findFirst().orElse("")).contains(expected);
    }

    @Test
    void secondStartInTheSamePrefixIsRefused() throws Exception {
        Map<String, String> settings =
                Map.of("GIBBON_PREFIX", "gibbon-twice", "GIBBON_PROXY_LISTEN", "off");
        TestNode node = new TestNode(HOST.folder(), "gibbon-twice", settings);
        node.start();
        try {
            Outcome outcome = gibbon(settings, "start");

            assertRefused(outcome);
            assertThat(outcome.err()).contains("already running");
        } finally {
            assertThat(node.stop()).isEqualTo(new Outcome(0, "Gibbon stopped\n", ""));
        }
        Outcome again = node.stop();
        assertRefused(again);
        assertThat(again.err()).contains("not running");
    }

    @Test
    void prefixBelowAFileIsRefused() throws Exception {
        Files.writeString(HOST.folder().resolve("file"), "");

        Outcome outcome = start(Map.of("GIBBON_PREFIX", "file/gibbon-x"));

        assertRefused(outcome);
        assertThat(outcome.err()).contains("file");
    }

    private static Outcome startWithoutCapabilities(Map<String, String> settings)
            throws IOException, InterruptedException {
        List<String> words =
                new ArrayList<>(
                        List.of(
                                "setpriv",
                                "--bounding-set=-net_raw,-net_admin",
                                "--inh-caps=-net_raw,-net_admin"));
        words.addAll(Program.command());
        words.add("start");
        return new Program(HOST.folder()).run(words, sidecar(settings));
    }

    private static Outcome start(Map<String, String> settings)
            throws IOException, InterruptedException {
        return gibbon(sidecar(settings), "start");
    }

    private static Map<String, String> sidecar(Map<String, String> settings) {
        Map<String, String> all = new HashMap<>();
        all.put("GIBBON_PREFIX", "gibbon-bad");
        all.put(SIDECAR_ONLY, "off");
        all.put("GIBBON_PROXY_LISTEN", "127.0.0.3:8000");
        all.putAll(settings);
        return all;
    }

    private static Outcome gibbon(Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        return new Program(HOST.folder()).gibbon(environment, arguments);
    }

    private static void assertRefused(Outcome outcome) {
        assertThat(outcome.exit()).as(outcome.toString()).isNotZero();
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.err().lines()).as(outcome.err()).isNotEmpty();
        assertThat(outcome.err().lines()).allMatch(line -> line.startsWith("gibbon: "));
    }
}

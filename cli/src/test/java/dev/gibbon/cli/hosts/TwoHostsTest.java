package dev.gibbon.cli.hosts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gibbon.cli.hosts.Host.Outcome;
import dev.gibbon.controlplane.authority.CertificateAuthority;
import dev.gibbon.controlplane.authority.SecretDirectory;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three hosts: a client and its sidecar on A, a server and its sidecar on B, the control plane on
 * C. The client dials its sidecar's address; on B the kernel diverts what is meant for the server.
 * Sidecar B is strict.
 */
@Tag("netns")
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class TwoHostsTest {
    private static final String FEED = "10.77.0.3:8005";
    private static final Map<String, String> CONTROL_PLANE =
            Map.of(
                    "GIBBON_PROXY_LISTEN", "off",
                    "GIBBON_ADMIN_LISTEN", "127.0.0.1:8001",
                    "GIBBON_FEED_LISTEN", "[::]:8005");
    private static final Map<String, String> SIDECAR_A =
            Map.of(
                    "GIBBON_STREAM_LISTEN", "10.77.0.1:19000, [fd77::1]:19000, 10.77.0.1:19001",
                    "GIBBON_PROXY_LISTEN", "10.77.0.1:18000, 10.77.0.1:18443 ssl",
                    "GIBBON_SSL_CERT", "server.crt",
                    "GIBBON_SSL_CERT_KEY", "server.key",
                    "GIBBON_ADMIN_LISTEN", "off");
    private static final Map<String, String> SIDECAR_B =
            Map.of(
                    "GIBBON_STREAM_LISTEN",
                    "10.77.0.2:9000 transparent, [fd77::2]:9000 transparent",
                    "GIBBON_PROXY_LISTEN",
                    "off",
                    "GIBBON_ADMIN_LISTEN",
                    "off",
                    "GIBBON_WORKLOAD",
                    "10.77.0.2:19000, [fd77::2]:19000, 10.77.0.2:18000",
                    "GIBBON_MESH",
                    "strict");

    private Network network;
    private Host a;
    private Host b;
    private Host c;
    private String tokenB;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        network = new Network(folder);
        a = network.host("a", 1);
        b = network.host("b", 2);
        c = network.host("c", 3);
        started(c.startNode("gibbon-c", CONTROL_PLANE));
        certificate("server");
        certificate("other");
        // Each way of saying where the control plane is; B's goes over IPv6.
        started(
                a.startNode(
                        "gibbon-a",
                        with(
                                SIDECAR_A,
                                "GIBBON_CONTROL_PLANE",
                                FEED,
                                "GIBBON_JOIN_TOKEN",
                                token("gibbon-a", "10.77.0.1,fd77::1", FEED))));
        tokenB = token("gibbon-b", "10.77.0.2,fd77::2", "[fd77::3]:8005");
        started(b.startNode("gibbon-b", with(SIDECAR_B, "GIBBON_JOIN_TOKEN", tokenB)));
        Outcome captured =
                b.gibbon(
                        Map.of(),
                        "capture",
                        "--inbound",
                        "10.77.0.2=10.77.0.2",
                        "--inbound",
                        "fd77::2=fd77::2",
                        "--ports",
                        "19000:9000,18000:9000");
        assertThat(captured.exit()).as(captured.err()).isZero();
        String greeting = "echo \"Hello $NCAT_REMOTE_ADDR\"; exec cat";
        serve("10.77.0.2", 19000, greeting);
        serve("fd77::2", 19000, greeting);
        serve("10.77.0.2", 18000, "printf 'HTTP/1.1 200 OK\\r\\n\\r\\nHello over HTTP\\n'");
        route("v4", "tcp://10.77.0.2:19000", "10.77.0.1", 19000);
        route("v6", "tcp://[fd77::2]:19000", "fd77::1", 19000);
        c.admin("PUT", "/services/web", "url=http://10.77.0.2:18000");
        c.admin("POST", "/services/web/routes", "protocols=http", "hosts=web.example");
        settle();
    }

    @AfterAll
    void stop() throws Exception {
        if (network != null) {
            network.close();
        }
    }

    private void certificate(String name) throws IOException, InterruptedException {
        a.done(
                "sh",
                "-c",
                "openssl req -x509 -nodes -newkey rsa:2048 -subj /CN=$0.example -days 1 -keyout"
                        + " $0.key -out $0.crt",
                name);
    }

    private static Map<String, String> with(Map<String, String> settings, String... more) {
        Map<String, String> all = new HashMap<>(settings);
        for (int i = 0; i < more.length; i += 2) {
            all.put(more[i], more[i + 1]);
        }
        return all;
    }

    private static void started(Outcome outcome) {
        assertThat(outcome).isEqualTo(new Outcome(0, "Gibbon started\n", ""));
    }

    private void serve(String address, int port, String program)
            throws IOException, InterruptedException {
        b.start(
                "ncat",
                "--listen",
                "--keep-open",
                "--sh-exec",
                program,
                address,
                Integer.toString(port));
        Host.present(
                "a listener on " + address + " port " + port,
                () ->
                        b.done("ss", "-Hltn", "src", "[" + address + "]:" + port).contains("LISTEN")
                                ? Optional.of(true)
                                : Optional.empty());
    }

    private String token(String name, String addresses, String controlPlane, String... more)
            throws IOException, InterruptedException {
        return tokenOf("gibbon-c", name, addresses, controlPlane, more);
    }

    private String tokenOf(
            String prefix, String name, String addresses, String controlPlane, String... more)
            throws IOException, InterruptedException {
        String[] arguments =
                List.of(
                                "token",
                                "create",
                                "--name",
                                name,
                                "--address",
                                addresses,
                                "--control-plane",
                                controlPlane)
                        .toArray(new String[8 + more.length]);
        System.arraycopy(more, 0, arguments, 8, more.length);
        Outcome outcome = c.gibbon(Map.of("GIBBON_PREFIX", prefix), arguments);
        assertThat(outcome.exit()).as(outcome.err()).isZero();
        return outcome.out().strip();
    }

    private void route(String name, String url, String address, int port)
            throws IOException, InterruptedException {
        c.admin("PUT", "/services/" + name, "url=" + url);
        c.admin(
                "POST",
                "/services/" + name + "/routes",
                "name=" + name,
                "protocols=tcp",
                "destinations[1].ip=" + address,
                "destinations[1].port=" + port);
    }

    /** Waits until both sidecars run the newest configuration. */
    private void settle() throws IOException, InterruptedException {
        Host.present(
                "both sidecars at the newest revision",
                () -> {
                    JsonNode status = c.admin("GET", "/sidecars");
                    int current = 0;
                    for (JsonNode sidecar : status.path("sidecars")) {
                        if (sidecar.path("connected").asBoolean()
                                && sidecar.path("revision").asLong()
                                        == status.path("revision").asLong()) {
                            current++;
                        }
                    }
                    return current == 2 ? Optional.of(true) : Optional.empty();
                });
    }

    /**
     * The greeting and the echo that a client on that host gets. It says a word, and leaves when
     * both are there: a server of ncat does not wait for its program when the client has ended.
     */
    private static List<String> call(Host from, String address, int port) throws IOException {
        Process client = from.start("timeout", "10", "ncat", address, Integer.toString(port));
        List<String> lines = new ArrayList<>();
        try (BufferedReader answers = client.inputReader();
                BufferedWriter words = client.outputWriter()) {
            words.write("ping\n");
            words.flush();
            for (String line = answers.readLine(); line != null; line = answers.readLine()) {
                lines.add(line);
                if (lines.size() == 2) {
                    break;
                }
            }
        }
        return lines;
    }

    @Test
    @Order(1)
    void connectionBetweenHostsIsMutualTls() throws Exception {
        int beforeA = a.accessLog("gibbon-a").size();
        int beforeB = b.accessLog("gibbon-b").size();

        assertThat(call(a, "10.77.0.1", 19000)).containsExactly("Hello 10.77.0.2", "ping");

        mutual(a.access("gibbon-a", beforeA), b.access("gibbon-b", beforeB), "10.77.0.1");
    }

    @Test
    @Order(2)
    void connectionBetweenHostsIsMutualTlsOverIpv6() throws Exception {
        int beforeA = a.accessLog("gibbon-a").size();
        int beforeB = b.accessLog("gibbon-b").size();

        assertThat(call(a, "fd77::1", 19000)).containsExactly("Hello fd77::2", "ping");

        mutual(a.access("gibbon-a", beforeA), b.access("gibbon-b", beforeB), "[fd77::1]");
    }

    private static void mutual(JsonNode near, JsonNode far, String client) {
        assertThat(near.path("upstream_tls").asText()).isEqualTo("mesh");
        assertThat(near.path("upstream_identity").asText()).matches("spiffe://[^/]+/host/gibbon-b");
        assertThat(far.path("mesh_in").asBoolean()).isTrue();
        assertThat(far.path("client_identity").asText()).matches("spiffe://[^/]+/host/gibbon-a");
        assertThat(far.path("client").asText()).startsWith(client + ":");
        assertThat(far.path("reason").asText()).isEqualTo("finished");
    }

    @Test
    @Order(3)
    void requestBetweenHostsIsMutualTls() throws Exception {
        int beforeA = a.accessLog("gibbon-a").size();
        int beforeB = b.accessLog("gibbon-b").size();

        assertThat(a.done("curl", "-s", "-H", "Host: web.example", "http://10.77.0.1:18000/"))
                .isEqualTo("Hello over HTTP\n");

        mutual(a.access("gibbon-a", beforeA), b.access("gibbon-b", beforeB), "10.77.0.1");
    }

    @Test
    @Order(3)
    void plainClientOnAnotherHostIsRefusedByStrictSidecar() throws Exception {
        int before = b.accessLog("gibbon-b").size();

        Outcome client = c.run(Map.of(), "ping\n", "timeout", "10", "ncat", "10.77.0.2", "19000");

        assertThat(client.out()).isEmpty();

        JsonNode record = b.access("gibbon-b", before);
        assertThat(record.path("reason").asText()).isEqualTo("mesh_required");
        assertThat(record.path("client").asText()).startsWith("10.77.0.3:");
    }

    @Test
    @Order(4)
    void tokenThatWasAlteredIsRefused() throws Exception {
        String token = token("gibbon-d", "10.77.0.1", FEED);
        String json = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
        String altered = json.replaceFirst("\"secret\":\"....", "\"secret\":\"AAAA");

        refused(
                Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString(altered.getBytes(StandardCharsets.UTF_8)),
                "the control plane refuses: join token: unknown to this control plane; make one"
                        + " with: gibbon token create");
        refused(
                "nonsense",
                "join_token: unreadable (expected: the text that gibbon token create printed)");
    }

    @Test
    @Order(5)
    void tokenOfAnotherMeshIsRefused() throws Exception {
        CertificateAuthority.open(
                new SecretDirectory(c.folder().resolve("gibbon-x/data/authority")),
                InstantSource.system(),
                new SecureRandom(),
                CertificateAuthority.DEFAULT_LIFETIME);
        String token = tokenOf("gibbon-x", "gibbon-d", "10.77.0.1", FEED);

        assertThat(refusal(token))
                .startsWith(
                        FEED + ": the control plane's authority is not the one of the join token")
                .endsWith("; is the token of this mesh?");
    }

    @Test
    @Order(6)
    void expiredTokenIsRefused() throws Exception {
        String token = token("gibbon-d", "10.77.0.1", FEED, "--ttl", "PT0.001S");

        assertThat(refusal(token))
                .startsWith("the control plane refuses: join token: expired at ")
                .endsWith("; make one with: gibbon token create");
    }

    @Test
    @Order(7)
    void tokenOfAnotherNameIsRefused() throws Exception {
        refused(
                token("gibbon-e", "10.77.0.1", FEED),
                "the control plane refuses: join token: used by gibbon-d (expected: gibbon-e)");
    }

    @Test
    @Order(8)
    void tokenForOtherAddressesIsRefused() throws Exception {
        refused(
                token("gibbon-d", "10.77.0.9", FEED),
                "the control plane refuses: join token: used for [10.77.0.1] (expected: among"
                        + " [10.77.0.9])");
    }

    @Test
    @Order(9)
    void controlPlaneWithoutAPortIsRefusedWhenTheTokenIsMade() throws Exception {
        Outcome outcome =
                c.gibbon(
                        Map.of("GIBBON_PREFIX", "gibbon-c"),
                        "token",
                        "create",
                        "--name",
                        "gibbon-d",
                        "--address",
                        "10.77.0.1",
                        "--control-plane",
                        "10.77.0.3");

        assertThat(outcome.exit()).isEqualTo(2);
        assertThat(outcome.err())
                .startsWith(
                        "gibbon token create: --control-plane: 10.77.0.3 (expected: <host>:<port>, e.g."
                                + " 192.0.2.7:8005)\n");
    }

    private void refused(String token, String sentence) throws IOException, InterruptedException {
        assertThat(refusal(token)).isEqualTo(sentence);
    }

    /** The one line that a start with this token ends with. */
    private String refusal(String token) throws IOException, InterruptedException {
        Outcome outcome =
                a.startNode(
                        "gibbon-d",
                        Map.of(
                                "GIBBON_STREAM_LISTEN", "10.77.0.1:19009",
                                "GIBBON_PROXY_LISTEN", "off",
                                "GIBBON_ADMIN_LISTEN", "off",
                                "GIBBON_JOIN_TOKEN", token,
                                "GIBBON_CONTROL_PLANE", FEED));
        assertThat(outcome.exit()).as(outcome.toString()).isEqualTo(1);
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.err()).matches("gibbon: [^\n]+\n");
        return outcome.err().strip().substring("gibbon: ".length());
    }

    @Test
    @Order(9)
    void clientsOfASidecarAreShownItsRsaCertificate() throws Exception {
        assertThat(a.done("openssl", "s_client", "-connect", "10.77.0.1:18443"))
                .contains("CN = server.example");
    }

    @Test
    @Order(9)
    void keyOfAnotherCertificateEndsTheStart() throws Exception {
        Outcome outcome =
                a.startNode(
                        "gibbon-f",
                        Map.of(
                                "GIBBON_PROXY_LISTEN", "10.77.0.1:18444 ssl",
                                "GIBBON_ADMIN_LISTEN", "off",
                                "GIBBON_SSL_CERT", "server.crt",
                                "GIBBON_SSL_CERT_KEY", "other.key"));

        assertThat(outcome)
                .isEqualTo(
                        new Outcome(
                                1,
                                "",
                                "gibbon: other.key, for server.crt: private key: another one than"
                                        + " the certificate's (expected: the key that the first"
                                        + " certificate was made for)\n"));
    }

    @Test
    @Order(9)
    void strictSidecarWithoutAWorkloadEndsTheStart() throws Exception {
        assertThat(a.startNode("gibbon-g", Map.of("GIBBON_MESH", "strict")))
                .isEqualTo(
                        new Outcome(
                                1,
                                "",
                                "gibbon: GIBBON_MESH: strict needs GIBBON_WORKLOAD, or the"
                                        + " workload's own connections would be refused (expected:"
                                        + " GIBBON_WORKLOAD set to the workload's addresses, e.g."
                                        + " 127.0.0.5)\n"));
    }

    @Test
    @Order(10)
    void sidecarsServeWithoutTheControlPlaneAndCatchUpWhenItIsBack() throws Exception {
        Process client = a.start("ncat", "10.77.0.1", "19000");
        try (BufferedReader answers = client.inputReader();
                BufferedWriter words = client.outputWriter()) {
            assertThat(answers.readLine()).isEqualTo("Hello 10.77.0.2");

            c.stopNode("gibbon-c");

            words.write("still there\n");
            words.flush();
            assertThat(answers.readLine()).isEqualTo("still there");
            assertThat(call(a, "10.77.0.1", 19000)).containsExactly("Hello 10.77.0.2", "ping");

            started(c.startNode("gibbon-c", CONTROL_PLANE));
            route("second", "tcp://10.77.0.2:19000", "10.77.0.1", 19001);
            settle();

            assertThat(call(a, "10.77.0.1", 19001)).containsExactly("Hello 10.77.0.2", "ping");
            words.write("all the time\n");
            words.flush();
            assertThat(answers.readLine()).isEqualTo("all the time");
        }
    }

    /** With the rules that docs/hosts.md gives. */
    @Test
    @Order(11)
    void serverSeesTheAddressOfAClientOnAnotherHostWhereRepliesAreRoutedBack() throws Exception {
        String document = Files.readString(Path.of("../docs/hosts.md"));
        int from = document.indexOf("```sh\nnft -f");
        String rules = document.substring(from + 6, document.indexOf("```\n", from + 6));
        b.done("sh", "-ec", rules);
        b.stopNode("gibbon-b");
        started(
                b.startNode(
                        "gibbon-b",
                        with(SIDECAR_B, "GIBBON_JOIN_TOKEN", tokenB, "GIBBON_SOURCE", "client")));
        settle();

        assertThat(call(a, "10.77.0.1", 19000)).containsExactly("Hello 10.77.0.1", "ping");
        assertThat(call(a, "fd77::1", 19000)).containsExactly("Hello fd77::1", "ping");
    }
}

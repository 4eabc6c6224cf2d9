package dev.gibbon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.LocalPortForward;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an application notices of the mesh, which is nothing, and what its network does. */
@OnCluster
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(180)
class FlowsTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    /** How long the first bytes of a server may take more than without a mesh. */
    private static final double DELAY_SECONDS = 0.3;

    private final Cluster cluster;
    private final TestNamespace namespace;
    private Pod server = new Pod();
    private Pod client = new Pod();

    FlowsTest(Cluster cluster, TestNamespace namespace, Mesh mesh) {
        this.cluster = cluster;
        this.namespace = namespace;
        mesh.enable(namespace);
    }

    @BeforeAll
    void start() {
        namespace.apply(
                """
                apiVersion: v1
                kind: ServiceAccount
                metadata: {name: server}
                ---
                apiVersion: v1
                kind: ServiceAccount
                metadata: {name: client}
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: server}
                spec:
                  selector: {app: server}
                  ports:
                  - {name: http, port: 80, targetPort: 8080, appProtocol: http}
                  - {name: files, port: 8000, appProtocol: http}
                  - {name: tcp, port: 9000}
                  - {name: smtp, port: 25, targetPort: 2525}
                  - {name: refused, port: 7777}
                  - {name: reset, port: 7778}
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: headless}
                spec:
                  clusterIP: None
                  selector: {app: server}
                  ports: [{name: tcp, port: 9000}]
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: nobody}
                spec:
                  selector: {app: nobody}
                  ports: [{name: tcp, port: 9000}]
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: elsewhere}
                spec:
                  type: ExternalName
                  externalName: server.%2$s.svc.cluster.local
                ---
                apiVersion: v1
                kind: Pod
                metadata: {name: server, labels: {app: server}}
                spec:
                  serviceAccountName: server
                  terminationGracePeriodSeconds: 1
                  containers:
                  - name: application
                    image: %1$s
                    command: [sh, -c]
                    args:
                    - |
                      serve http 8080 --name Server &
                      serve tcp 9000 --name Server &
                      (cd /var && exec python3 -m http.server 8000) &
                      msmtpd --interface=0.0.0.0 --port=2525 --command='sh -c "cat > /tmp/mail" mail %%F' &
                      exec python3 -c '
                      import socket, struct
                      listener = socket.create_server(("", 7778))
                      while True:
                          connection, _ = listener.accept()
                          connection.recv(1)
                          connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                          connection.close()
                      '
                    readinessProbe: {tcpSocket: {port: 9000}, periodSeconds: 1}
                ---
                apiVersion: v1
                kind: Pod
                metadata: {name: client}
                spec:
                  serviceAccountName: client
                  terminationGracePeriodSeconds: 1
                  containers: [{name: application, image: %1$s}]
                ---
                apiVersion: v1
                kind: Pod
                metadata: {name: plain, labels: {gibbon.dev/inject: disabled}}
                spec:
                  terminationGracePeriodSeconds: 1
                  containers:
                  - name: application
                    image: %1$s
                    command: [msmtpd, --interface=0.0.0.0, --port=2525, --command=cat]
                ---
                apiVersion: v1
                kind: Pod
                metadata: {name: wire}
                spec:
                  hostNetwork: true
                  terminationGracePeriodSeconds: 1
                  containers:
                  - name: application
                    image: %1$s
                    command: [tcpdump, -Z, root, -i, any, -n, -s, "0", -U, -w, /tmp/wire.pcap, tcp port 9000]
                """
                        .formatted(TestImages.applications(), namespace.name()));
        server = namespace.awaitReady("server");
        client = namespace.awaitReady("client");
        namespace.awaitReady("plain");
        namespace.awaitReady("wire");
        // The client's first words may go out before kube-proxy knows of the server.
        Eventually.expect(
                "served",
                SOON,
                () -> shell("client", "curl -sS http://server"),
                out -> out.contains("\"from\": \"Server\""));
    }

    @Test
    void whatIsOnTheWireBetweenTwoPodsIsTls13AndNothingElse() {
        String greeting = "Hello from Server (tcp) to";
        assertThat(shell("client", "ncat server 9000 < /dev/null")).contains(greeting);
        Eventually.expect("a handshake", SOON, () -> hasServerHello(wire()), seen -> seen);
        String wire = wire();

        assertThat(wire.contains(greeting)).as("the greeting can be read").isFalse();
        assertThat(wire.contains("spiffe://")).as("a certificate can be read").isFalse();
        // supported_versions of a ServerHello: TLS 1.3 was chosen.
        assertThat(wire.contains("\0+\0\2\3\4")).as("TLS 1.3").isTrue();

        // That it could have been read if it were plain: from a pod without a sidecar it is.
        assertThat(shell("plain", "ncat server 9000 < /dev/null")).contains(greeting);
        Eventually.expect("plain text", SOON, () -> wire().contains(greeting), seen -> seen);
    }

    @ParameterizedTest
    @CsvSource({
        // A server that closes: the other side logs a connection at its end.
        "http://server:8000/, 8000, http",
        "telnet://server:9000, 9000, tcp",
    })
    void bothSidesLogWhoTheOtherIs(String url, int port, String protocol) {
        shell("client", "curl -sS -m 3 " + url + " < /dev/null");

        String upstream = "\"upstream\":\"" + ip(server) + ":" + port + "\"";
        accessLog(
                "client",
                upstream,
                "\"upstream_tls\":\"mesh\"",
                "\"upstream_identity\":\"spiffe://",
                identityOf("server"));
        accessLog(
                "server",
                "\"destination\":\"" + ip(server) + ":" + port + "\"",
                "\"client\":\"" + ip(client) + ":",
                "\"mesh_in\":true",
                "\"client_identity\":\"spiffe://",
                identityOf("client"),
                "\"protocol\":\"" + protocol + "\"");
    }

    @Test
    void theServerSeesTheClientsAddress() {
        assertThat(shell("client", "curl -sS http://server"))
                .contains("\"client\": \"" + ip(client) + ":");
        assertThat(shell("client", "ncat server 9000 < /dev/null"))
                .contains("to " + ip(client) + ":");
    }

    /** By ClusterIP it is seen in all others. */
    @Test
    void podsAreReachedWithoutAServiceToo() {
        for (String host : List.of("headless", ip(server), "elsewhere")) {
            assertThat(shell("client", "ncat " + host + " 9000 < /dev/null"))
                    .as(host)
                    .contains("to " + ip(client) + ":");
        }
        accessLog(
                "client",
                "\"destination\":\"" + ip(server) + ":9000\"",
                "\"upstream_identity\":\"spiffe://",
                identityOf("server"));
    }

    @ParameterizedTest
    @CsvSource({
        "server, 7777", // nobody listens
        "server, 7778", // resets what it has accepted
        "nobody, 9000", // no endpoints
    })
    void whatIsRefusedOrResetLooksSo(String host, int port) {
        String outcome =
                python(
                        "client",
                        """
                        import socket
                        try:
                            connection = socket.create_connection(("%s", %d), 10)
                            connection.sendall(b"x")
                            print("received", connection.recv(1))
                        except OSError as failure:
                            print(type(failure).__name__)
                        """
                                .formatted(host, port));

        assertThat(outcome.strip()).isIn("ConnectionResetError", "ConnectionRefusedError");
    }

    @Test
    void aServerThatSpeaksFirstIsHeardWithoutAnnotationAndWithoutDelay() {
        String plainAddress = ip(namespace.awaitReady("plain"));

        double meshed = secondsToBanner("client", "server", 25);
        double plain = secondsToBanner("plain", plainAddress, 2525);

        System.out.printf(
                "SMTP banner, median of 15: %.4f s, without mesh %.4f s%n", meshed, plain);
        assertThat(meshed - plain).isLessThan(DELAY_SECONDS);
        String mail =
                """
                import smtplib
                with smtplib.SMTP("server", 25, timeout=20) as server:
                    server.sendmail("a@shop.example", ["b@shop.example"], "Subject: Order\\r\\n\\r\\nOne mesh.\\r\\n")
                print(server is not None)
                """;
        assertThat(python("client", mail)).contains("True");
        assertThat(shell("server", "cat /tmp/mail")).contains("Subject: Order", "One mesh.");
    }

    private double secondsToBanner(String pod, String host, int port) {
        return Double.parseDouble(
                python(
                        pod,
                        """
                        import socket, statistics, time
                        def once():
                            start = time.monotonic()
                            with socket.create_connection(("%s", %d), 10) as connection:
                                assert connection.recv(200).startswith(b"220 ")
                            return time.monotonic() - start
                        print(statistics.median([once() for _ in range(15)]))
                        """
                                .formatted(host, port)));
    }

    @Test
    void anAddressOutsideOfTheClusterIsReachedAsBefore() throws IOException {
        HttpServer outside = HttpServer.create(new InetSocketAddress(outsideAddress(), 0), 0);
        outside.createContext(
                "/",
                exchange -> {
                    byte[] answer = "outside".getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(200, answer.length);
                    exchange.getResponseBody().write(answer);
                    exchange.close();
                });
        outside.start();
        try {
            String address =
                    outsideAddress().getHostAddress() + ":" + outside.getAddress().getPort();

            assertThat(shell("client", "curl -sS -m 10 http://" + address + "/"))
                    .isEqualTo("outside");
            assertThat(accessLog("client", "\"destination\":\"" + address + "\""))
                    .doesNotContain("upstream_identity")
                    .contains("\"upstream\":\"" + address + "\"");
        } finally {
            outside.stop(0);
        }
    }

    /** This machine's address in the network of the nodes. */
    private InetAddress outsideAddress() throws IOException {
        String node =
                cluster
                        .client()
                        .nodes()
                        .list()
                        .getItems()
                        .getFirst()
                        .getStatus()
                        .getAddresses()
                        .stream()
                        .filter(address -> "InternalIP".equals(address.getType()))
                        .findFirst()
                        .orElseThrow()
                        .getAddress();
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(new InetSocketAddress(node, 9));
            return socket.getLocalAddress();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"SOCK_DGRAM", "SOCK_STREAM"})
    void namesAreResolvedByUdpAndByTcp(String type) {
        String expected =
                cluster.client()
                        .services()
                        .inNamespace(namespace.name())
                        .withName("server")
                        .get()
                        .getSpec()
                        .getClusterIP();

        String answer =
                python(
                        "client",
                        """
                        import re, socket, struct
                        nameserver = re.search(r"nameserver (\\S+)", open("/etc/resolv.conf").read())[1]
                        name = "server.%s.svc.cluster.local"
                        labels = b"".join(bytes([len(l)]) + l.encode() for l in name.split("."))
                        query = struct.pack(">6H", 7, 0x100, 1, 0, 0, 0) + labels + b"\\0" + struct.pack(">2H", 1, 1)
                        stream = socket.%2$s == socket.SOCK_STREAM
                        with socket.socket(socket.AF_INET, socket.%2$s) as dns:
                            dns.settimeout(10)
                            dns.connect((nameserver, 53))
                            dns.sendall((struct.pack(">H", len(query)) if stream else b"") + query)
                            answer = dns.recv(1500)
                            if stream:
                                while len(answer) < 2 + struct.unpack(">H", answer[:2])[0]:
                                    answer += dns.recv(1500)
                        print(socket.inet_ntoa(answer[-4:]))
                        """
                                .formatted(namespace.name(), type));

        assertThat(answer.strip()).isEqualTo(expected);
    }

    @Test
    void aPersonReachesIntoAPodAsBefore() throws Exception {
        assertThat(namespace.exec("server", "application", "cat", "/etc/hostname").orThrow())
                .contains("server");
        shell("client", "curl -sS http://server/logged");
        Eventually.expect(
                "logged",
                SOON,
                () -> namespace.logs("server", "application"),
                log -> log.contains(ip(client)) && log.contains("/logged"));
        try (LocalPortForward forward =
                        cluster.client()
                                .pods()
                                .inNamespace(namespace.name())
                                .withName("server")
                                .portForward(8080);
                HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<String> response =
                    http.send(
                            HttpRequest.newBuilder(
                                            URI.create(
                                                    "http://127.0.0.1:"
                                                            + forward.getLocalPort()
                                                            + "/forwarded"))
                                    .timeout(SOON)
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(response.body()).contains("\"path\": \"/forwarded\"");
        }
    }

    @Test
    void probesOfALivingApplicationSucceed() {
        namespace.apply(
                """
                apiVersion: v1
                kind: Pod
                metadata: {name: living}
                spec:
                  terminationGracePeriodSeconds: 1
                  containers:
                  - name: web
                    image: %1$s
                    command: [serve, http, "8080"]
                    ports: [{name: web, containerPort: 8080}]
                    startupProbe: {tcpSocket: {port: web}, periodSeconds: 1}
                    readinessProbe: {httpGet: {path: /ready, port: web}, periodSeconds: 1}
                    livenessProbe: {exec: {command: [curl, -sSf, "http://127.0.0.1:8080/exec"]}, periodSeconds: 5, timeoutSeconds: 5}
                  - name: secure
                    image: %1$s
                    command: [serve, https, "8443"]
                    readinessProbe: {httpGet: {path: /ready, port: 8443, scheme: HTTPS}, periodSeconds: 1}
                """
                        .formatted(TestImages.applications()));

        namespace.awaitReady("living");

        assertThat(namespace.logs("living", "web")).contains("GET /ready");
        assertThat(namespace.logs("living", "secure")).contains("GET /ready");
    }

    @Test
    void probesOfADeadApplicationFail() {
        namespace.apply(
                """
                apiVersion: v1
                kind: Pod
                metadata: {name: dead}
                spec:
                  terminationGracePeriodSeconds: 1
                  containers:
                  - name: tcp
                    image: %1$s
                    readinessProbe: {tcpSocket: {port: 8080}, periodSeconds: 1}
                  - name: http
                    image: %1$s
                    readinessProbe: {httpGet: {path: /, port: 8081}, periodSeconds: 1}
                  - name: grpc
                    image: %1$s
                    readinessProbe: {grpc: {port: 8082}, periodSeconds: 1}
                  - name: exec
                    image: %1$s
                    readinessProbe: {exec: {command: ["false"]}, periodSeconds: 1}
                  - name: dying
                    image: %1$s
                    livenessProbe: {tcpSocket: {port: 8083}, periodSeconds: 1, failureThreshold: 1}
                """
                        .formatted(TestImages.applications()));

        Pod pod =
                namespace.awaitPod(
                        "dead",
                        "restarted",
                        one -> restarts(one, "dying") > 0,
                        SOON.multipliedBy(2));

        assertThat(
                        pod.getStatus().getContainerStatuses().stream()
                                .filter(ContainerStatus::getReady)
                                .map(ContainerStatus::getName))
                .doesNotContain("tcp", "http", "grpc", "exec");
        for (String container : List.of("tcp", "http", "grpc", "exec")) {
            Eventually.expect(
                    container + " reported",
                    SOON,
                    () -> unhealthy("dead", container),
                    messages -> messages.stream().anyMatch(text -> text.contains("Readiness")));
        }
    }

    private List<String> unhealthy(String pod, String container) {
        return cluster
                .client()
                .v1()
                .events()
                .inNamespace(namespace.name())
                .withField("involvedObject.name", pod)
                .withField("reason", "Unhealthy")
                .list()
                .getItems()
                .stream()
                .filter(event ->
                        event.getInvolvedObject().getFieldPath().contains("{" + container + "}"))
                .map(event -> event.getMessage())
                .toList();
    }

    private static int restarts(Pod pod, String container) {
        return pod.getStatus().getContainerStatuses().stream()
                .filter(status -> status.getName().equals(container))
                .mapToInt(ContainerStatus::getRestartCount)
                .sum();
    }

    private String shell(String pod, String script) {
        CommandResult result = namespace.exec(pod, "application", "sh", "-c", script);
        return result.output() + result.errors();
    }

    private String python(String pod, String script) {
        return namespace.exec(pod, "application", "python3", "-c", script).orThrow();
    }

    /** The first line of a sidecar's log that has all of these. */
    private String accessLog(String pod, String... parts) {
        return Eventually.expect(
                        "logged by the sidecar of " + pod + ": " + List.of(parts),
                        SOON,
                        () ->
                                namespace
                                        .logs(pod, "gibbon-sidecar")
                                        .lines()
                                        .filter(line -> line.contains("\"duration_ms\""))
                                        .filter(line ->
                                                List.of(parts).stream().allMatch(line::contains))
                                        .toList(),
                        lines -> !lines.isEmpty())
                .getFirst();
    }

    private String identityOf(String account) {
        return "/ns/%s/sa/%s\"".formatted(namespace.name(), account);
    }

    private static String ip(Pod pod) {
        return pod.getStatus().getPodIP();
    }

    /** What has been captured so far; each byte is one character. */
    private String wire() {
        byte[] bytes =
                Base64.getDecoder().decode(shell("wire", "base64 -w 0 /tmp/wire.pcap").strip());
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /** A record of a handshake, whatever its length, with a ServerHello. */
    private static boolean hasServerHello(String wire) {
        return Pattern.compile("\\x16\\x03\\x03..\\x02", Pattern.DOTALL).matcher(wire).find();
    }
}

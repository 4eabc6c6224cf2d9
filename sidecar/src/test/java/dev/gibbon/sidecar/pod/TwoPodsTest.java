package dev.gibbon.sidecar.pod;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gibbon.core.destination.Destination;
import dev.gibbon.core.destination.Endpoint;
import dev.gibbon.core.feed.FeedResource.AddressCheck;
import dev.gibbon.core.feed.FeedResource.DestinationResource;
import dev.gibbon.core.feed.FeedResource.SettingsResource;
import dev.gibbon.core.identity.SpiffeId;
import dev.gibbon.core.json.JsonObject;
import dev.gibbon.core.net.IpPort;
import dev.gibbon.core.setting.MeshMode;
import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Real sidecars, real rules, the real feed: what applications in pods see of it. */
@Tag("netns")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TwoPodsTest {
    private static final String SERVICE = "10.96.0.10";

    private PodNetwork network;
    private Pod a;
    private Pod b;
    private Pod c;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        network = new PodNetwork(folder);
        a = network.meshed("a", 1);
        b = network.meshed("b", 2);
        c = network.plain("c", 3);
    }

    @AfterAll
    void stop() throws Exception {
        network.close();
    }

    @AfterEach
    void permissive() throws IOException {
        network.publish(new SettingsResource(FakeControlPlane.MESH, AddressCheck.ENFORCE));
    }

    /** Answers each connection with what it is: a letter and the client's address. */
    private static void name(ServerSocket server, String name) {
        Thread.ofVirtual()
                .start(() -> {
                    while (true) {
                        try (Socket socket = server.accept()) {
                            String text =
                                    name + " " + socket.getInetAddress().getHostAddress() + "\n";
                            socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
                        } catch (IOException e) {
                            return;
                        }
                    }
                });
    }

    private static String read(Socket socket) throws IOException {
        try (socket) {
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                    .strip();
        }
    }

    private static Endpoint endpoint(String address, @Nullable String account) {
        return new Endpoint(
                IpPort.parse(address).orElseThrow(),
                account == null
                        ? null
                        : new SpiffeId(FakeControlPlane.MESH, "/ns/shop/sa/" + account),
                null,
                false);
    }

    private static DestinationResource service(int port, Endpoint... endpoints) {
        return new DestinationResource(
                SERVICE + ":" + port,
                new Destination("shop/service:" + port, false, Arrays.asList(endpoints)));
    }

    /** The server speaks first, so nothing was waited for. */
    @Test
    void serverSeesTheClientsAddressAndBothEndsProveTheirIdentity() throws Exception {
        for (String ip : List.of("10.78.0.2", "fd78::2")) {
            try (ServerSocket server = b.listen(0)) {
                name(server, "b");
                int port = server.getLocalPort();

                String said = read(a.connect(ip, port));

                assertThat(said)
                        .isEqualTo("b " + (ip.contains(":") ? "fd78:0:0:0:0:0:0:1" : "10.78.0.1"));
                JsonObject near = record(a, port);
                assertThat(near.string("upstream_tls")).isEqualTo("mesh");
                assertThat(near.string("upstream_identity"))
                        .isEqualTo("spiffe://mesh-1/ns/shop/sa/b");
                JsonObject far = record(b, port);
                assertThat(far.bool("mesh_in")).isTrue();
                assertThat(far.string("client_identity")).isEqualTo("spiffe://mesh-1/ns/shop/sa/a");
            }
        }
    }

    private static JsonObject record(Pod pod, int port) throws Exception {
        return pod.until(
                "a record of port " + port,
                line ->
                        line.contains("\"duration_ms\"")
                                && line.contains(":" + port + "\",\"listener"));
    }

    @Test
    void applicationThatRefusesIsAReset() throws Exception {
        int port;
        try (ServerSocket server = b.listen(0)) {
            port = server.getLocalPort();
        }
        try (Socket socket = a.connect("10.78.0.2", port)) {
            assertThatThrownBy(() -> socket.getInputStream().read())
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("reset");
        }
    }

    @Test
    void connectionsToAServiceAreSpreadOverItsEndpoints() throws Exception {
        try (ServerSocket meshed = b.listen(0);
                ServerSocket plain = c.listen(0)) {
            name(meshed, "b");
            name(plain, "c");
            network.publish(
                    service(
                            80,
                            endpoint("10.78.0.2:" + meshed.getLocalPort(), "b"),
                            endpoint("10.78.0.3:" + plain.getLocalPort(), null)));
            Map<String, Integer> answers = new HashMap<>();

            for (int i = 0; i < 30; i++) {
                answers.merge(read(a.connect(SERVICE, 80)), 1, Integer::sum);
            }

            assertThat(answers.keySet()).containsExactlyInAnyOrder("b 10.78.0.1", "c 10.78.0.1");
        }
    }

    @Test
    void endpointThatRefusesIsPassedOver() throws Exception {
        int dead;
        try (ServerSocket gone = c.listen(0)) {
            dead = gone.getLocalPort();
        }
        try (ServerSocket server = c.listen(0)) {
            name(server, "c");
            network.publish(
                    service(
                            81,
                            endpoint("10.78.0.3:" + server.getLocalPort(), null),
                            endpoint("10.78.0.3:" + dead, null)));

            for (int i = 0; i < 10; i++) {
                assertThat(read(a.connect(SERVICE, 81))).isEqualTo("c 10.78.0.1");
            }
        }
    }

    @Test
    void ownServiceIsReachedWithinThePod() throws Exception {
        try (ServerSocket server = a.listen(0)) {
            name(server, "a");
            network.publish(service(82, endpoint("10.78.0.1:" + server.getLocalPort(), "a")));

            assertThat(read(a.connect(SERVICE, 82))).isEqualTo("a 10.78.0.1");
        }
    }

    @Test
    void strictServesTheMeshAndRefusesOthers() throws Exception {
        network.publish(
                new SettingsResource(FakeControlPlane.MESH, AddressCheck.ENFORCE, MeshMode.STRICT));
        try (ServerSocket server = b.listen(0)) {
            name(server, "b");
            int port = server.getLocalPort();

            assertThat(read(a.connect("10.78.0.2", port))).isEqualTo("b 10.78.0.1");
            try (Socket socket = c.connect("10.78.0.2", port)) {
                socket.getOutputStream().write("hello\n".getBytes(StandardCharsets.UTF_8));
                assertThatThrownBy(() -> socket.getInputStream().read())
                        .isInstanceOf(SocketException.class);
            }
        }
    }

    @Test
    void plainClientIsServedWhereTheMeshIsPermissive() throws Exception {
        try (ServerSocket server = b.listen(0)) {
            name(server, "b");

            assertThat(read(c.connect("10.78.0.2", server.getLocalPort())))
                    .isEqualTo("b 10.78.0.3");
        }
    }

    @Test
    void addressThatLeadsOnlyToItselfIsPassedThrough() throws Exception {
        try (ServerSocket server = c.listen(0)) {
            name(server, "c");

            assertThat(read(a.connect("10.78.0.3", server.getLocalPort())))
                    .isEqualTo("c 10.78.0.1");
        }
    }

    @Test
    void connectionsPassThroughWhileTheControlPlaneIsAway() throws Exception {
        network.command("away");
        try (ServerSocket server = c.listen(0)) {
            name(server, "c");

            assertThat(read(a.connect("10.78.0.3", server.getLocalPort())))
                    .isEqualTo("c 10.78.0.1");
        } finally {
            network.command("back");
        }
    }

    /** Answers each request on a connection with a letter; keeps what was asked. */
    private static List<String> http(ServerSocket server, String name) {
        List<String> heads = new CopyOnWriteArrayList<>();
        Thread.ofVirtual()
                .start(() -> {
                    while (true) {
                        Socket socket;
                        try {
                            socket = server.accept();
                        } catch (IOException e) {
                            return;
                        }
                        Thread.ofVirtual().start(() -> answer(socket, name, heads));
                    }
                });
        return heads;
    }

    private static void answer(Socket socket, String name, List<String> heads) {
        try (socket) {
            while (true) {
                String head = head(socket.getInputStream());
                if (head.isEmpty()) {
                    return;
                }
                heads.add(head);
                String text =
                        "HTTP/1.1 200 OK\r\nX-Name: " + name + "\r\nContent-Length: 0\r\n\r\n";
                socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
            }
        } catch (IOException e) {
            heads.add(e.toString());
        }
    }

    /** Up to the empty line; empty at the end of the stream. */
    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int octet = in.read();
            if (octet < 0) {
                return "";
            }
            head.append((char) octet);
        }
        return head.toString();
    }

    private static DestinationResource declared(int port, Endpoint... endpoints) {
        return new DestinationResource(
                SERVICE + ":" + port,
                new Destination("shop/service:" + port, true, Arrays.asList(endpoints)));
    }

    private static Endpoint draining(Endpoint endpoint) {
        return new Endpoint(endpoint.address(), endpoint.identity(), endpoint.zone(), true);
    }

    @Test
    void requestsOfOneConnectionAreSpreadAndNeitherSideNotices() throws Exception {
        try (ServerSocket meshed = b.listen(0);
                ServerSocket plain = c.listen(0)) {
            List<String> heads = http(meshed, "b");
            http(plain, "c");
            network.publish(
                    declared(
                            90,
                            endpoint("10.78.0.2:" + meshed.getLocalPort(), "b"),
                            endpoint("10.78.0.3:" + plain.getLocalPort(), null)));
            String request = "GET /x?y HTTP/1.1\r\nhOst: shop\r\nX-A: 1\r\nx-a: 2\r\n\r\n";
            Map<String, Integer> answers = new HashMap<>();

            try (Socket socket = a.connect(SERVICE, 90)) {
                for (int i = 0; i < 30; i++) {
                    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
                    answers.merge(head(socket.getInputStream()), 1, Integer::sum);
                }
            }

            assertThat(answers.keySet())
                    .containsExactlyInAnyOrder(
                            "HTTP/1.1 200 OK\r\nX-Name: b\r\nContent-Length: 0\r\n\r\n",
                            "HTTP/1.1 200 OK\r\nX-Name: c\r\nContent-Length: 0\r\n\r\n");
            assertThat(heads).isNotEmpty().allMatch(request::equals);
        }
    }

    @Test
    void endpointThatDrainsGetsNoFurtherRequest() throws Exception {
        try (ServerSocket meshed = b.listen(0);
                ServerSocket plain = c.listen(0)) {
            List<String> left = http(meshed, "b");
            http(plain, "c");
            Endpoint first = endpoint("10.78.0.2:" + meshed.getLocalPort(), "b");
            network.publish(declared(91, first));
            String request = "GET / HTTP/1.1\r\nHost: shop\r\n\r\n";

            try (Socket socket = a.connect(SERVICE, 91)) {
                for (int i = 0; i < 10; i++) {
                    if (i == 5) {
                        network.publish(
                                declared(
                                        91,
                                        draining(first),
                                        endpoint("10.78.0.3:" + plain.getLocalPort(), null)));
                    }
                    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
                    assertThat(head(socket.getInputStream()))
                            .contains(i < 5 ? "X-Name: b" : "X-Name: c");
                }
            }

            assertThat(left).hasSize(5);
        }
    }

    @Test
    void whatIsNoRequestGoesThroughAsItIs() throws Exception {
        try (ServerSocket server = b.listen(0)) {
            Thread.ofVirtual()
                    .start(() -> {
                        try (Socket socket = server.accept()) {
                            socket.getInputStream().transferTo(socket.getOutputStream());
                        } catch (IOException e) {
                            return;
                        }
                    });
            network.publish(declared(92, endpoint("10.78.0.2:" + server.getLocalPort(), "b")));

            try (Socket socket = a.connect(SERVICE, 92)) {
                socket.getOutputStream()
                        .write("*1\r\n$4\r\nPING\r\n".getBytes(StandardCharsets.US_ASCII));
                socket.shutdownOutput();
                assertThat(socket.getInputStream().readAllBytes())
                        .isEqualTo("*1\r\n$4\r\nPING\r\n".getBytes(StandardCharsets.US_ASCII));
            }
        }
    }

    @Test
    void httpUpstreamThatRefusesIsAReset() throws Exception {
        int dead;
        try (ServerSocket gone = c.listen(0)) {
            dead = gone.getLocalPort();
        }
        network.publish(declared(93, endpoint("10.78.0.3:" + dead, null)));

        try (Socket socket = a.connect(SERVICE, 93)) {
            socket.getOutputStream()
                    .write("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThatThrownBy(() -> socket.getInputStream().read())
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("reset");
        }
    }

    @Test
    void sidecarThatIsToldToStopEndsWithZero() throws Exception {
        Pod d = network.meshed("d", 4);

        assertThat(d.stopSidecar()).isZero();
        assertThat(d.lines().getLast()).contains("sidecar stopped");
    }
}

package dev.gibbon.cli.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;

/**
 * The tutorial's mesh for the tests of one class, in a network namespace. Test methods run inside
 * it. Service B is whatever the test lets listen on 127.0.0.5; clients dial from 127.0.0.2.
 */
final class TestMesh extends InsideNetns {
    static final String CLIENT = "127.0.0.2";
    static final String SERVER = "127.0.0.5";
    static final int TCP = 19000;
    static final int TLS = 19443;
    static final int HTTP = 18000;
    static final int HTTPS = 18443;

    private static final List<String> CAPTURE =
            List.of(
                    "capture",
                    "--outbound",
                    "127.0.0.2=127.0.0.3",
                    "--inbound",
                    "127.0.0.5=127.0.0.4",
                    "--ports",
                    "19000:9000,19443:9443,18000:8000,18443:8443",
                    "--exempt",
                    "127.0.0.4");

    private final Map<String, String> control = new HashMap<>();
    private final Map<String, String> settingsA = new HashMap<>();
    private final Map<String, String> settingsB = new HashMap<>();
    private TestNode controlPlane;
    private TestNode a;
    private TestNode b;
    private Admin admin;

    private TestMesh() {
        control.put("GIBBON_STREAM_LISTEN", "off");
        control.put("GIBBON_PROXY_LISTEN", "off");
        control.put("GIBBON_ADMIN_LISTEN", "127.0.0.1:8001, 127.0.0.1:8444 ssl");
        sidecar(settingsA, "127.0.0.3");
        sidecar(settingsB, "127.0.0.4");
    }

    private static void sidecar(Map<String, String> settings, String ip) {
        settings.put("GIBBON_STREAM_LISTEN", ip + ":9000 transparent, " + ip + ":9443 transparent");
        settings.put(
                "GIBBON_PROXY_LISTEN", ip + ":8000 transparent, " + ip + ":8443 ssl transparent");
        settings.put("GIBBON_ADMIN_LISTEN", "off");
        settings.put("GIBBON_NGINX_PROXY_PROXY_BIND", ip);
        settings.put("GIBBON_NGINX_SPROXY_PROXY_BIND", ip);
        settings.put("GIBBON_DRAIN", "1s");
        settings.put("GIBBON_OPTS", "-Dio.netty.leakDetection.level=paranoid");
    }

    /** Each sidecar says whom it stands for: all is mutual TLS. */
    static TestMesh declared() {
        TestMesh mesh = new TestMesh();
        mesh.settingsA.put("GIBBON_WORKLOAD", CLIENT);
        mesh.settingsB.put("GIBBON_WORKLOAD", SERVER);
        return mesh;
    }

    /** Nothing is declared, as the tutorial types it. */
    static TestMesh asTyped() {
        return new TestMesh();
    }

    TestMesh withControlPlane(String setting, String value) {
        control.put(setting, value);
        return this;
    }

    TestMesh withSidecars(String setting, String value) {
        settingsA.put(setting, value);
        settingsB.put(setting, value);
        return this;
    }

    TestMesh withB(String setting, String value) {
        settingsB.put(setting, value);
        return this;
    }

    TestNode controlPlane() {
        return controlPlane;
    }

    TestNode a() {
        return a;
    }

    TestNode b() {
        return b;
    }

    Admin admin() {
        return admin;
    }

    /** Waits until both sidecars run the newest configuration. */
    void settle() throws IOException, InterruptedException {
        admin.settled(0, a.name(), b.name());
    }

    @Override
    void start() throws Exception {
        controlPlane = new TestNode(folder(), "gibbon-c", control);
        a = new TestNode(folder(), "gibbon-a", settingsA);
        b = new TestNode(folder(), "gibbon-b", settingsB);
        admin = new Admin();
        controlPlane.start();
        FutureTask<Void> startB =
                new FutureTask<>(() -> {
                    b.start();
                    return null;
                });
        Thread.ofPlatform().start(startB);
        a.start();
        Outcome captured = new Program(folder()).gibbon(Map.of(), CAPTURE.toArray(String[]::new));
        assertThat(captured.exit()).as(captured.err()).isZero();
        startB.get();
        service("tcp", TCP, "destinations[1].ip=" + SERVER, "destinations[1].port=" + TCP);
        service("tls", TLS, "destinations[1].ip=" + SERVER, "destinations[1].port=" + TLS);
        service("http", HTTP, "hosts=" + SERVER);
        service("https", HTTPS, "hosts=" + SERVER);
        settle();
    }

    private void service(String protocol, int port, String... match)
            throws IOException, InterruptedException {
        String name = "service-b-" + protocol;
        admin.done("PUT", "/services/" + name, "url=" + protocol + "://" + SERVER + ":" + port);
        String[] fields =
                Stream.concat(Stream.of("name=" + name, "protocols=" + protocol), Stream.of(match))
                        .toArray(String[]::new);
        admin.done("POST", "/services/" + name + "/routes", fields);
    }

    @Override
    void stop() throws Exception {
        if (admin != null) {
            admin.close();
        }
        for (TestNode node : List.of(a, b, controlPlane)) {
            node.kill();
        }
        for (TestNode node : List.of(a, b, controlPlane)) {
            assertThat(node.errorLog()).as("log of %s", node.name()).doesNotContain("LEAK:");
        }
    }
}

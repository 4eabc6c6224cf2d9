package dev.gibbon.cli.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Edits of the configuration are not felt by connections that they do not forbid. */
@Tag("netns")
@Tag("slow")
final class ConfigurationUnderLoadTest {
    private static final int IDLE = 200;
    private static final int BUSY = 50;
    private static final int EDITS = 1_000;
    private static final String SERVICE = "/services/service-b-tcp";

    @RegisterExtension static final TestMesh MESH = TestMesh.declared();

    @Test
    void idleAndBusyConnectionsSurviveAThousandEdits() throws Exception {
        try (StreamServer server = echo()) {
            List<Socket> idle = new ArrayList<>();
            for (int i = 0; i < IDLE; i++) {
                Socket socket = Dial.tcp(TestMesh.TCP);
                RandomBytes.exchange(
                        socket.getInputStream(), socket.getOutputStream(), RandomBytes.of(i, 10));
                idle.add(socket);
            }
            EchoLoad busy = EchoLoad.steady(BUSY, TestMesh.TCP);
            long begin = System.nanoTime();
            for (int i = 0; i < EDITS; i++) {
                edit(i);
            }
            double seconds = (System.nanoTime() - begin) / 1e9;
            long during = busy.exchanges();
            MESH.settle();

            for (int i = 0; i < IDLE; i++) {
                Socket socket = idle.get(i);
                RandomBytes.exchange(
                        socket.getInputStream(), socket.getOutputStream(), RandomBytes.of(i, 99));
                socket.close();
            }
            busy.stop();
            assertThat(busy.errors()).isEmpty();
            assertThat(server.failures()).isEmpty();
            assertThat(server.accepted()).isEqualTo(IDLE + BUSY);
            Figures.print(
                    EDITS + " edits with " + (IDLE + BUSY) + " connections",
                    "%.0f edits/s, %d exchanges meanwhile, 0 errors"
                            .formatted(EDITS / seconds, during));
        }
    }

    /** One in ten touches another Route of the Service in use. */
    private static void edit(int number) throws Exception {
        int group = number / 10;
        switch (number % 10) {
            case 0 ->
                    MESH.admin()
                            .done(
                                    "PUT",
                                    "/routes/beside-" + group % 5,
                                    "protocols=tcp",
                                    "destinations[1].ip=192.0.2." + (group % 250 + 1),
                                    "destinations[1].port=" + (1000 + group),
                                    "service.id=" + serviceId());
            case 1 ->
                    MESH.admin()
                            .done(
                                    "PUT",
                                    "/services/other-" + group % 7,
                                    "url=http://192.0.2.9:" + (1000 + group));
            case 2 ->
                    MESH.admin()
                            .done(
                                    "POST",
                                    "/services/other-" + group % 7 + "/routes",
                                    "name=other-" + group,
                                    "paths=/other/" + group);
            case 3, 4, 5, 6, 7 ->
                    MESH.admin().done("PATCH", "/routes/other-" + group, "paths=/moved/" + number);
            case 8 ->
                    MESH.admin()
                            .done(
                                    "PATCH",
                                    "/services/other-" + group % 7,
                                    "retries=" + (1 + group % 9));
            default -> MESH.admin().call("DELETE", "/routes/other-" + group);
        }
    }

    private static String serviceId() throws Exception {
        return MESH.admin().done("GET", SERVICE).path("id").asText();
    }

    @Test
    void editsReachBothSidecarsSoon() throws Exception {
        long[] nanos = new long[50];
        for (int i = 0; i < nanos.length; i++) {
            MESH.settle();
            long before = MESH.admin().revision();
            long begin = System.nanoTime();
            MESH.admin().done("PATCH", SERVICE, "read_timeout=" + (50_000 + i));
            MESH.admin().settled(before + 1, MESH.a().name(), MESH.b().name());
            nanos[i] = System.nanoTime() - begin;
        }
        double p99 = Figures.percentile(nanos, 0.99);
        Figures.print(
                "from an edit to its use in both sidecars",
                "p50 %.1f ms, p99 %.1f ms".formatted(Figures.percentile(nanos, 0.5), p99));
        assertThat(p99).isLessThan(5_000);
    }

    @Test
    void rejectedEditChangesNothing() throws Exception {
        MESH.settle();
        String service = MESH.admin().call("GET", SERVICE).body();
        String routes = MESH.admin().call("GET", "/routes").body();
        long revision = MESH.admin().revision();

        assertThat(MESH.admin().call("PATCH", SERVICE, "port=70000").status()).isEqualTo(400);
        assertThat(MESH.admin().call("PATCH", SERVICE, "protocol=smoke").status()).isEqualTo(400);
        assertThat(MESH.admin().call("POST", SERVICE + "/routes", "name=bad one").status())
                .isEqualTo(400);
        assertThat(MESH.admin().call("POST", "/services", "url=nonsense").status()).isEqualTo(400);

        assertThat(MESH.admin().call("GET", SERVICE).body()).isEqualTo(service);
        assertThat(MESH.admin().call("GET", "/routes").body()).isEqualTo(routes);
        assertThat(MESH.admin().revision()).isEqualTo(revision);
    }

    private static StreamServer echo() throws Exception {
        return StreamServer.on(
                TestMesh.TCP,
                socket -> RandomBytes.echo(socket.getInputStream(), socket.getOutputStream()));
    }
}

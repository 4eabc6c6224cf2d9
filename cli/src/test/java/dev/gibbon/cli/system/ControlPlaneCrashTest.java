package dev.gibbon.cli.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The control plane is killed at any moment: nothing acknowledged is lost, traffic goes on. */
@Tag("netns")
@Tag("slow")
final class ControlPlaneCrashTest {
    @RegisterExtension static final TestMesh MESH = TestMesh.declared();

    @Test
    void sidecarsServeWithoutTheControlPlaneAndCatchUp() throws Exception {
        try (StreamServer server =
                StreamServer.on(
                        TestMesh.TCP,
                        socket ->
                                RandomBytes.echo(
                                        socket.getInputStream(), socket.getOutputStream()))) {
            EchoLoad steady = EchoLoad.steady(8, TestMesh.TCP);
            EchoLoad fresh = EchoLoad.fresh(2, TestMesh.TCP);
            MESH.admin().done("PUT", "/services/before", "url=http://192.0.2.1:80");

            MESH.controlPlane().kill();
            long atCrash = fresh.connections();
            Until.holds(
                    "a hundred connections without a control plane",
                    () -> fresh.connections() > atCrash + 100);
            MESH.controlPlane().start();

            MESH.settle();
            assertThat(names()).contains("before", "service-b-tcp", "service-b-https");
            long revision = MESH.admin().revision();
            MESH.admin().done("PATCH", "/services/service-b-tcp", "read_timeout=54321");
            MESH.admin().settled(revision + 1, MESH.a().name(), MESH.b().name());
            fresh.stop();
            steady.stop();
            assertThat(fresh.errors()).isEmpty();
            assertThat(steady.errors()).isEmpty();
            assertThat(server.failures()).isEmpty();
        }
    }

    @Test
    void noAcknowledgedWriteIsLostByACrash() throws Exception {
        int acknowledgedInAll = 0;
        for (int round = 0; round < 3; round++) {
            String prefix = "write-" + round + "-";
            List<String> acknowledged = new ArrayList<>();
            FutureTask<Void> writer =
                    new FutureTask<>(() -> {
                        write(prefix, acknowledged);
                        return null;
                    });
            Thread.ofPlatform().daemon().start(writer);
            int enough = 40 + 13 * round;
            Until.holds(
                    enough + " writes are acknowledged",
                    () -> {
                        synchronized (acknowledged) {
                            return acknowledged.size() >= enough;
                        }
                    });
            MESH.controlPlane().kill();
            writer.get();
            MESH.controlPlane().start();

            assertThat(names()).containsAll(acknowledged);
            acknowledgedInAll += acknowledged.size();
        }
        Figures.print("writes acknowledged before three kills", acknowledgedInAll + ", 0 lost");
    }

    /** Writes until the control plane is gone. */
    private static void write(String prefix, List<String> acknowledged)
            throws InterruptedException {
        try (Admin admin = new Admin()) {
            for (int i = 0; ; i++) {
                String name = prefix + i;
                admin.done("PUT", "/services/" + name, "url=http://192.0.2.1:" + (i % 60_000 + 1));
                synchronized (acknowledged) {
                    acknowledged.add(name);
                }
                LockSupport.parkNanos(1);
            }
        } catch (IOException e) {
            // The control plane has been killed.
        }
    }

    private static Set<String> names() throws IOException, InterruptedException {
        Set<String> names = new HashSet<>();
        String page = "/services?size=1000";
        while (!page.isEmpty()) {
            JsonNode list = MESH.admin().done("GET", page);
            list.path("data").forEach(service -> names.add(service.path("name").asText()));
            page = list.path("next").asText("").replace("null", "");
        }
        return names;
    }
}

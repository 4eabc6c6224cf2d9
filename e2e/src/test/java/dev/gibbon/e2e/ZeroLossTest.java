package dev.gibbon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.e2e.load.Load;
import dev.gibbon.e2e.load.LoadReport;
import dev.gibbon.e2e.load.SidecarLogs;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Nobody notices that a server is replaced, in a namespace where only mutual TLS is accepted. */
@OnCluster
@Timeout(1800)
class ZeroLossTest {
    private final Cluster cluster;
    private final TestNamespace namespace;

    ZeroLossTest(Cluster cluster, Mesh mesh, TestNamespace namespace) {
        this.cluster = cluster;
        this.namespace = namespace;
        mesh.enableStrict(namespace);
    }

    @Test
    void noRequestFailsWhileTheServerIsRestartedAgainAndAgain(TestScale scale, Figures figures) {
        int rollouts = scale.choose(3, 20);
        int requests = scale.choose(10_000, 100_000);
        HttpServer server = HttpServer.start(cluster, namespace, 2);
        try (SidecarLogs logs = SidecarLogs.follow(cluster, namespace)) {
            String host = "http://server." + namespace.name();
            Load http = Load.start(cluster, namespace, "http", host + ":8080/", 4, 4, 200);
            Load tcp = Load.start(cluster, namespace, "tcp", host + ":9080/", 0, 4, 100);
            for (int rollout = 1; rollout <= rollouts; rollout++) {
                server.restart();
                System.out.printf(
                        "Zero loss: rollout %d of %d%n  http: %s%n  tcp: %s%n",
                        rollout, rollouts, http.now().text(), tcp.now().text());
            }
            http.awaitRequests(requests - tcp.now().requests(), Duration.ofMinutes(20));
            LoadReport byHttp = http.stop();
            LoadReport byTcp = tcp.stop();
            System.out.printf("Zero loss:%n  http: %s%n  tcp: %s%n", byHttp.text(), byTcp.text());
            Map<String, Object> measured = new LinkedHashMap<>();
            measured.put("rolling restarts", rollouts);
            measured.putAll(byHttp.figures("http, kept and fresh connections"));
            measured.putAll(byTcp.figures("tcp, fresh connections"));
            figures.add("zero loss", measured);
            String explained = logs.troubles().stream().collect(Collectors.joining("\n"));
            assertThat(byHttp.failed() + byTcp.failed()).as(explained).isZero();
            assertThat(byHttp.requests() + byTcp.requests()).isGreaterThanOrEqualTo(requests);
        }
    }
}

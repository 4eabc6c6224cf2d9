package dev.gibbon.operator.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gibbon.core.log.Log;
import dev.gibbon.core.net.IpAddress;
import dev.gibbon.operator.replica.ReplicaReport.Mark;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplicasTest {
    private static final ReplicaFact A = new ReplicaFact("a", IpAddress.of("192.0.2.1"));
    private static final ReplicaFact B = new ReplicaFact("b", IpAddress.of("192.0.2.2"));
    private static final ReplicaReport ONE = report(1);
    private static final ReplicaReport TWO = report(2);

    private final Map<ReplicaFact, byte[]> said = new HashMap<>();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final Replicas replicas = new Replicas(this::ask, () -> now, Log.NONE);

    private byte[] ask(ReplicaFact replica) throws IOException {
        byte[] answer = said.get(replica);
        if (answer == null) {
            throw new IOException("connection refused");
        }
        return answer;
    }

    private static ReplicaReport report(int shop) {
        return new ReplicaReport(
                "f00",
                shop,
                Map.of("shop", shop),
                Map.of("shop", 1),
                Map.of("MeshRoute shop/r", new Mark("1", shop)));
    }

    @AfterEach
    void close() {
        replicas.close();
    }

    @Test
    void reportSurvivesTheWay() throws Exception {
        assertThat(ReplicaReport.decode(ONE.encode())).isEqualTo(ONE);
        assertThat(ONE.connected(Optional.of("shop"))).isEqualTo(1);
        assertThat(ONE.connected(Optional.of("depot"))).isZero();
    }

    @Test
    void newerReplicaMaySayMore() throws Exception {
        String more =
                new String(ONE.encode(), StandardCharsets.UTF_8).replaceFirst("\\{", "{\"x\":1,");

        assertThat(ReplicaReport.decode(more.getBytes(StandardCharsets.UTF_8))).isEqualTo(ONE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "[]", "{}", "{\"roots\":\"\",\"trusting\":1}", "nonsense"})
    void whatIsNoReportIsNotRead(String text) {
        assertThatThrownBy(() -> ReplicaReport.decode(text.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(IOException.class);
    }

    @Test
    void oneThatDoesNotAnswerCountsForTenSecondsMore() throws Exception {
        said.put(A, ONE.encode());
        said.put(B, TWO.encode());
        replicas.ask(List.of(A, B));
        assertThat(replicas.reports()).containsExactlyInAnyOrder(ONE, TWO);

        said.remove(B);
        now = now.plusSeconds(10);
        replicas.ask(List.of(A, B));
        assertThat(replicas.reports()).containsExactlyInAnyOrder(ONE, TWO);
        assertThat(replicas.isComplete()).isTrue();

        now = now.plusSeconds(1);
        replicas.ask(List.of(A, B));
        assertThat(replicas.reports()).containsExactly(ONE);
        assertThat(replicas.isComplete()).isFalse();
    }

    @Test
    void oneThatIsGoneCountsNoMore() throws Exception {
        said.put(A, ONE.encode());
        said.put(B, TWO.encode());
        replicas.ask(List.of(A, B));

        replicas.ask(List.of(A));

        assertThat(replicas.reports()).containsExactly(ONE);
        assertThat(replicas.isComplete()).isTrue();
    }

    @Test
    void oneThatTalksNonsenseHasSaidNothing() throws Exception {
        said.put(A, "nonsense".getBytes(StandardCharsets.UTF_8));

        replicas.ask(List.of(A));

        assertThat(replicas.reports()).isEmpty();
        assertThat(replicas.isComplete()).isFalse();
    }

    @Test
    void replicasAreTheRunningPodsOfTheOperator() {
        Pod running =
                new PodBuilder()
                        .withNewMetadata()
                        .withNamespace("gibbon-system")
                        .withName("a")
                        .addToLabels("app.kubernetes.io/component", "operator")
                        .endMetadata()
                        .withNewStatus()
                        .withPhase("Running")
                        .withPodIP("192.0.2.1")
                        .endStatus()
                        .build();
        Pod ending = new PodBuilder(running).build();
        ending.getMetadata().setDeletionTimestamp("2026-01-01T00:00:00Z");
        Pod foreign = new PodBuilder(running).build();
        foreign.getMetadata().setNamespace("shop");
        Pod other = new PodBuilder(running).build();
        other.getMetadata().setLabels(Map.of("app.kubernetes.io/component", "other"));
        Pod pending = new PodBuilder(running).build();
        pending.getStatus().setPhase("Pending");

        assertThat(ReplicaFact.of(running, "gibbon-system")).contains(A);
        assertThat(List.of(ending, foreign, other, pending))
                .allSatisfy(pod -> assertThat(ReplicaFact.of(pod, "gibbon-system")).isEmpty());
    }
}

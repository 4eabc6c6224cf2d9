package dev.gibbon.sidecar.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.core.decision.Arrival;
import dev.gibbon.core.decision.CloseReason;
import dev.gibbon.core.decision.ConfigSnapshot;
import dev.gibbon.core.decision.Decisions;
import dev.gibbon.core.decision.PodDecider;
import dev.gibbon.core.decision.PodNode;
import dev.gibbon.core.destination.Destination;
import dev.gibbon.core.destination.Endpoint;
import dev.gibbon.core.log.Log;
import dev.gibbon.core.net.IpAddress;
import dev.gibbon.core.net.IpPort;
import dev.gibbon.core.route.HttpRouter;
import dev.gibbon.core.route.StreamRouter;
import dev.gibbon.core.setting.MeshMode;
import dev.gibbon.sidecar.testing.Hellos;
import dev.gibbon.sidecar.testing.RecordingTelemetry;
import dev.gibbon.sidecar.testing.TestSidecar;
import dev.gibbon.sidecar.tls.MeshServerTls;
import dev.gibbon.sidecar.tls.PeerVerifier;
import dev.gibbon.sidecar.upstream.Balancer;
import dev.gibbon.sidecar.upstream.Destinations;
import dev.gibbon.sidecar.upstream.OwnConnections;
import dev.gibbon.sidecar.upstream.UpstreamConnection;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How long a pod's client is waited for that stops in the middle, on a frozen clock. */
final class PodDetectionTest {
    private static final String OWN = "10.244.0.7";
    private static final String SERVICE = "10.96.0.10:80";
    private static final PodNode POD =
            new PodNode(
                    Set.of(IpAddress.of(OWN)), PodNode.OUTBOUND, PodNode.INBOUND, PodNode.STATUS);
    private static final byte[] HELLO =
            Hellos.records(Hellos.handshake("a.test", List.of("h2"), 0), 1000);

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final RecordingTelemetry telemetry = new RecordingTelemetry();
    private final MeshServerTls meshTls =
            new MeshServerTls(
                    () -> null,
                    (chain, source) -> new PeerVerifier.Verdict.Rejected("nobody", "no mesh here"));
    private final List<String> dialled = new ArrayList<>();
    private final Map<String, Promise<Boolean>> questions = new HashMap<>();
    private Decisions decider = decider(MeshMode.PERMISSIVE, Map.of());

    @BeforeEach
    void freeze() {
        channel.freezeTime();
    }

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
        meshTls.close();
    }

    private static Decisions decider(
            MeshMode mode, Map<String, Optional<Destination>> destinations) {
        return new PodDecider(
                new ConfigSnapshot(
                        1,
                        "gibbon/1/abc",
                        Map.of(),
                        HttpRouter.of(List.of()),
                        StreamRouter.of(List.of()),
                        List.of(),
                        destinations,
                        mode,
                        null),
                POD);
    }

    private static Map<String, Optional<Destination>> http() {
        Endpoint endpoint =
                new Endpoint(IpPort.parse("10.244.0.9:8080").orElseThrow(), null, null, false);
        return Map.of(
                SERVICE, Optional.of(new Destination("shop/service:80", true, List.of(endpoint))));
    }

    private final class Questions implements Destinations {
        @Override
        public Future<Boolean> ask(EventLoop loop, String id) {
            Promise<Boolean> answer = loop.newPromise();
            questions.put(id, answer);
            return answer;
        }

        @Override
        public void used(String id) {}
    }

    private void accept(String client, String destination, int listener) {
        LiveConnections live = new LiveConnections(10);
        Surroundings surroundings =
                new Surroundings(
                        () -> decider,
                        (loop, request) -> {
                            dialled.add(request.upstream().authority());
                            return loop.<UpstreamConnection>newPromise();
                        },
                        new Balancer(new Random(1)),
                        new Questions(),
                        new OwnConnections(),
                        null,
                        meshTls,
                        (taken, arrival, scheme, sni) -> dialled.add("requests"),
                        telemetry,
                        Log.NONE,
                        TestSidecar.limits(),
                        Clock.systemUTC());
        Arrival arrival =
                new Arrival(
                        IpPort.parse(client).orElseThrow(),
                        IpPort.parse(destination).orElseThrow(),
                        new IpPort(IpAddress.of("127.0.0.1"), listener),
                        true);
        AcceptedConnection connection =
                new AcceptedConnection(
                        surroundings, live, AcceptedConnection.Kind.POD, channel, arrival);
        channel.pipeline().addLast(connection);
        connection.start();
    }

    private void dial() {
        accept(OWN + ":40000", SERVICE, PodNode.OUTBOUND);
    }

    private void answer(Map<String, Optional<Destination>> destinations) {
        decider = decider(MeshMode.PERMISSIVE, destinations);
        Objects.requireNonNull(questions.remove(SERVICE), "a question")
                .setSuccess(destinations.containsKey(SERVICE));
        channel.runPendingTasks();
    }

    private void send(byte[] bytes) {
        channel.writeInbound(Unpooled.wrappedBuffer(bytes));
    }

    private void send(String text) {
        send(text.getBytes(StandardCharsets.US_ASCII));
    }

    private void pass(Duration time) {
        channel.advanceTimeBy(time.toMillis(), TimeUnit.MILLISECONDS);
        channel.runPendingTasks();
    }

    private static byte[] part() {
        return Arrays.copyOf(HELLO, HELLO.length / 2);
    }

    @Test
    void halfAClientHelloGoesOnThreeSecondsAfterTheDestinationWasAnswered() {
        dial();
        answer(http());
        send(part());
        pass(Duration.ofMillis(2_999));
        assertThat(dialled).isEmpty();

        pass(Duration.ofMillis(1));

        assertThat(dialled).containsExactly(SERVICE);
    }

    @Test
    void halfAClientHelloThatCameWhileTheDestinationWasAskedForIsWaitedForNoLonger() {
        dial();
        send(part());
        pass(Duration.ofSeconds(1));
        answer(http());
        pass(Duration.ofMillis(2_999));
        assertThat(dialled).isEmpty();

        pass(Duration.ofMillis(1));

        assertThat(dialled).containsExactly(SERVICE);
    }

    @Test
    void requestLineThatTricklesHasThreeSecondsFromItsFirstByte() {
        dial();
        answer(http());
        send("G");
        pass(Duration.ofSeconds(2));
        send("E");
        pass(Duration.ofMillis(999));
        assertThat(dialled).isEmpty();

        pass(Duration.ofMillis(1));

        assertThat(dialled).containsExactly(SERVICE);
    }

    @Test
    void requestLineThatIsCompleteInTimeIsServed() {
        dial();
        answer(http());
        send("GET / HT");
        pass(Duration.ofSeconds(2));

        send("TP/1.1\r\n");

        assertThat(dialled).containsExactly("requests");
    }

    @Test
    void silentClientOfADeclaredDestinationIsWaitedForAndThenHasItsTime() {
        dial();
        answer(http());
        pass(Duration.ofHours(1));
        assertThat(channel.isOpen()).isTrue();
        send(part());

        pass(Duration.ofSeconds(3));

        assertThat(dialled).containsExactly(SERVICE);
    }

    @Test
    void halfAClientHelloIsRefusedWhereTheMeshIsStrict() throws Exception {
        decider = decider(MeshMode.STRICT, Map.of());
        accept("10.244.0.9:40000", OWN + ":8080", PodNode.INBOUND);
        send(part());

        pass(Duration.ofSeconds(3));

        assertThat(channel.isOpen()).isFalse();
        assertThat(telemetry.next().reason()).isEqualTo(CloseReason.MESH_REQUIRED);
    }
}

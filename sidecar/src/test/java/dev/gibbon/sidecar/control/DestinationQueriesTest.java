package dev.gibbon.sidecar.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.core.feed.FeedConfig;
import dev.gibbon.core.feed.FeedResource.AddressCheck;
import dev.gibbon.core.feed.FeedResource.SettingsResource;
import dev.gibbon.core.identity.TrustBundle;
import dev.gibbon.core.identity.TrustDomain;
import dev.gibbon.core.setting.MeshMode;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.Future;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class DestinationQueriesTest {
    private static final TrustDomain MESH = TrustDomain.parse("mesh-1").orElseThrow();

    private final MultiThreadIoEventLoopGroup loops =
            new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final EventLoop loop = (EventLoop) loops.next();
    private final AtomicInteger unanswered = new AtomicInteger();
    private final AtomicReference<Instant> now =
            new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
    private final DestinationQueries queries =
            new DestinationQueries(loop, (InstantSource) now::get, unanswered::incrementAndGet);
    private final List<List<String>> subscriptions = new ArrayList<>();

    @AfterEach
    void stop() {
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private void onLoop(Runnable work) throws InterruptedException {
        loop.submit(work).sync();
    }

    private Future<Boolean> ask(String id) throws InterruptedException {
        Future<Boolean> answer = queries.ask(loop, id);
        onLoop(() -> {});
        return answer;
    }

    private static FeedConfig config(String... ids) {
        return config(MeshMode.PERMISSIVE, ids);
    }

    private static FeedConfig config(MeshMode mode, String... ids) {
        Map<String, Optional<dev.gibbon.core.destination.Destination>> known =
                new java.util.HashMap<>();
        for (String id : ids) {
            known.put(id, Optional.empty());
        }
        return new FeedConfig(
                1,
                "h",
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                known,
                new SettingsResource(MESH, AddressCheck.ENFORCE, mode),
                new TrustBundle(MESH, List.of()));
    }

    @Test
    void oneQuestionServesAllWhoWaitForItsAnswer() throws Exception {
        onLoop(() -> queries.connected(subscriptions::add));
        Future<Boolean> first = ask("a:1");
        Future<Boolean> second = ask("a:1");
        Future<Boolean> other = ask("b:1");

        onLoop(() -> queries.applied(config("a:1")));

        assertThat(first.sync().getNow()).isTrue();
        assertThat(second.sync().getNow()).isTrue();
        assertThat(other.isDone()).isFalse();
        assertThat(subscriptions).containsExactly(List.of("a:1"), List.of("a:1", "b:1"));
        assertThat(unanswered).hasValue(0);
    }

    @Test
    void whatIsKnownIsAnsweredAtOnce() throws Exception {
        onLoop(() -> queries.connected(subscriptions::add));
        onLoop(() -> queries.applied(config("a:1")));

        assertThat(ask("a:1").sync().getNow()).isTrue();
    }

    @Test
    void noAnswerIsOneAfterTheDeadline() throws Exception {
        onLoop(() -> queries.connected(subscriptions::add));

        assertThat(ask("a:1").sync().getNow()).isFalse();
        assertThat(unanswered).hasValue(1);
    }

    @Test
    void inStrictModeAnAnswerThatComesLateIsWaitedFor() throws Exception {
        onLoop(() -> queries.connected(subscriptions::add));
        onLoop(() -> queries.applied(config(MeshMode.STRICT)));
        Future<Boolean> answer = ask("a:1");
        // By when a permissive sidecar has given up: timers of one loop run in their order.
        loop.schedule(
                        () -> assertThat(answer.isDone()).isFalse(),
                        DestinationQueries.PERMISSIVE_DEADLINE.toNanos() + 1,
                        TimeUnit.NANOSECONDS)
                .sync();

        onLoop(() -> queries.applied(config(MeshMode.STRICT, "a:1")));

        assertThat(answer.sync().getNow()).isTrue();
        assertThat(unanswered).hasValue(0);
    }

    @Test
    void inStrictModeNobodyWaitsForAControlPlaneThatIsAway() throws Exception {
        onLoop(() -> queries.applied(config(MeshMode.STRICT)));

        Future<Boolean> answer = ask("a:1");

        assertThat(answer.isDone()).isTrue();
        assertThat(answer.getNow()).isFalse();
    }

    @Test
    void whileTheControlPlaneIsAwayNobodyWaitsButAllIsAskedWhenItReturns() throws Exception {
        Future<Boolean> answer = ask("a:1");
        assertThat(answer.isDone()).isTrue();
        assertThat(answer.getNow()).isFalse();
        assertThat(unanswered).hasValue(1);

        onLoop(() -> queries.connected(subscriptions::add));

        assertThat(subscriptions).containsExactly(List.of("a:1"));
    }

    @Test
    void connectionThatWasJustLostIsWaitedFor() throws Exception {
        onLoop(() -> queries.connected(subscriptions::add));
        onLoop(queries::disconnected);
        Future<Boolean> answer = ask("a:1");
        assertThat(answer.isDone()).isFalse();

        onLoop(() -> queries.connected(subscriptions::add));
        onLoop(() -> queries.applied(config("a:1")));

        assertThat(answer.sync().getNow()).isTrue();
        assertThat(subscriptions).containsExactly(List.of("a:1"));
    }

    @Test
    void inStrictModeAControlPlaneThatWasLostIsWaitedForLonger() throws Exception {
        onLoop(() -> queries.connected(subscriptions::add));
        onLoop(() -> queries.applied(config(MeshMode.STRICT)));
        onLoop(queries::disconnected);
        now.updateAndGet(lost -> lost.plus(DestinationQueries.STRICT_DEADLINE));
        Future<Boolean> patient = ask("a:1");
        assertThat(patient.isDone()).isFalse();
        now.updateAndGet(time -> time.plusMillis(1));
        assertThat(ask("b:1").isDone()).isTrue();

        onLoop(() -> queries.connected(subscriptions::add));
        onLoop(() -> queries.applied(config(MeshMode.STRICT, "a:1")));

        assertThat(patient.sync().getNow()).isTrue();
    }

    @Test
    void inPermissiveModeAControlPlaneThatWasLostIsHardlyWaitedFor() throws Exception {
        onLoop(() -> queries.connected(subscriptions::add));
        onLoop(queries::disconnected);
        now.updateAndGet(lost -> lost.plus(DestinationQueries.PERMISSIVE_DEADLINE).plusMillis(1));

        assertThat(ask("a:1").isDone()).isTrue();
    }
}

package dev.gibbon.sidecar.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.core.feed.FeedConfig;
import dev.gibbon.core.feed.FeedResource.AddressCheck;
import dev.gibbon.core.feed.FeedResource.SettingsResource;
import dev.gibbon.core.identity.TrustBundle;
import dev.gibbon.core.identity.TrustDomain;
import dev.gibbon.core.setting.MeshMode;
import io.netty.channel.EventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class DestinationQueriesTest {
    private static final TrustDomain MESH = TrustDomain.parse("mesh-1").orElseThrow();

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final EventLoop loop = channel.eventLoop();
    private final AtomicInteger unanswered = new AtomicInteger();
    private final AtomicReference<Instant> now =
            new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
    private final DestinationQueries queries =
            new DestinationQueries(loop, (InstantSource) now::get, unanswered::incrementAndGet);
    private final List<List<String>> subscriptions = new ArrayList<>();

    @BeforeEach
    void freeze() {
        channel.freezeTime();
    }

    private void onLoop(Runnable work) {
        loop.execute(work);
        channel.runPendingTasks();
    }

    private void pass(Duration time) {
        now.updateAndGet(before -> before.plus(time));
        channel.advanceTimeBy(time.toMillis(), TimeUnit.MILLISECONDS);
        channel.runPendingTasks();
    }

    private Future<Boolean> ask(String id) {
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
    void oneQuestionServesAllWhoWaitForItsAnswer() {
        onLoop(() -> queries.connected(subscriptions::add));
        Future<Boolean> first = ask("a:1");
        Future<Boolean> second = ask("a:1");
        Future<Boolean> other = ask("b:1");

        onLoop(() -> queries.applied(config("a:1")));

        assertThat(first.getNow()).isTrue();
        assertThat(second.getNow()).isTrue();
        assertThat(other.isDone()).isFalse();
        assertThat(subscriptions).containsExactly(List.of("a:1"), List.of("a:1", "b:1"));
        assertThat(unanswered).hasValue(0);
    }

    @Test
    void whatIsKnownIsAnsweredAtOnce() {
        onLoop(() -> queries.connected(subscriptions::add));
        onLoop(() -> queries.applied(config("a:1")));

        assertThat(ask("a:1").getNow()).isTrue();
    }

    @Test
    void noAnswerIsOneAfterTheDeadline() {
        onLoop(() -> queries.connected(subscriptions::add));

        Future<Boolean> answer = ask("a:1");
        pass(DestinationQueries.PERMISSIVE_DEADLINE.minusMillis(1));
        assertThat(answer.isDone()).isFalse();
        assertThat(unanswered).hasValue(0);

        pass(Duration.ofMillis(1));

        assertThat(answer.getNow()).isFalse();
        assertThat(unanswered).hasValue(1);
    }

    /** One that hangs would otherwise hold up each connection for as long as the first. */
    @Test
    void controlPlaneThatHasNotAnsweredInTimeIsHardlyWaitedForUntilItSpeaks() {
        onLoop(() -> queries.connected(subscriptions::add));
        var _ = ask("a:1");
        pass(DestinationQueries.PERMISSIVE_DEADLINE);
        Future<Boolean> second = ask("a:1");

        pass(DestinationQueries.PERMISSIVE_GRACE);

        assertThat(second.getNow()).isFalse();

        onLoop(() -> queries.applied(config("b:1")));
        Future<Boolean> third = ask("a:1");
        pass(DestinationQueries.PERMISSIVE_GRACE);
        assertThat(third.isDone()).isFalse();
        onLoop(() -> queries.applied(config("a:1")));
        assertThat(third.getNow()).isTrue();
    }

    @Test
    void newConnectionToTheControlPlaneIsTrustedToAnswer() {
        onLoop(() -> queries.connected(subscriptions::add));
        var _ = ask("a:1");
        pass(DestinationQueries.PERMISSIVE_DEADLINE);
        onLoop(queries::disconnected);
        onLoop(() -> queries.connected(subscriptions::add));

        Future<Boolean> answer = ask("a:1");
        pass(DestinationQueries.PERMISSIVE_GRACE);

        assertThat(answer.isDone()).isFalse();
    }

    @Test
    void inStrictModeAControlPlaneThatHasNotAnsweredIsWaitedForAsBefore() {
        onLoop(() -> queries.connected(subscriptions::add));
        onLoop(() -> queries.applied(config(MeshMode.STRICT)));
        var _ = ask("a:1");
        pass(DestinationQueries.STRICT_DEADLINE);

        Future<Boolean> answer = ask("a:1");
        pass(DestinationQueries.STRICT_DEADLINE.minusMillis(1));

        assertThat(answer.isDone()).isFalse();
    }

    @Test
    void inStrictModeAnAnswerThatComesLateIsWaitedFor() {
        onLoop(() -> queries.connected(subscriptions::add));
        onLoop(() -> queries.applied(config(MeshMode.STRICT)));
        Future<Boolean> answer = ask("a:1");
        pass(DestinationQueries.PERMISSIVE_DEADLINE.plusMillis(1));
        assertThat(answer.isDone()).isFalse();

        onLoop(() -> queries.applied(config(MeshMode.STRICT, "a:1")));

        assertThat(answer.getNow()).isTrue();
        assertThat(unanswered).hasValue(0);
    }

    @Test
    void inStrictModeNobodyWaitsForAControlPlaneThatIsAway() {
        onLoop(() -> queries.applied(config(MeshMode.STRICT)));

        Future<Boolean> answer = ask("a:1");

        assertThat(answer.isDone()).isTrue();
        assertThat(answer.getNow()).isFalse();
    }

    @Test
    void whileTheControlPlaneIsAwayNobodyWaitsButAllIsAskedWhenItReturns() {
        Future<Boolean> answer = ask("a:1");
        assertThat(answer.isDone()).isTrue();
        assertThat(answer.getNow()).isFalse();
        assertThat(unanswered).hasValue(1);

        onLoop(() -> queries.connected(subscriptions::add));

        assertThat(subscriptions).containsExactly(List.of("a:1"));
    }

    @Test
    void connectionThatWasJustLostIsWaitedFor() {
        onLoop(() -> queries.connected(subscriptions::add));
        onLoop(queries::disconnected);
        Future<Boolean> answer = ask("a:1");
        assertThat(answer.isDone()).isFalse();

        onLoop(() -> queries.connected(subscriptions::add));
        onLoop(() -> queries.applied(config("a:1")));

        assertThat(answer.getNow()).isTrue();
        assertThat(subscriptions).containsExactly(List.of("a:1"));
    }

    @Test
    void inStrictModeAControlPlaneThatWasLostIsWaitedForLonger() {
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

        assertThat(patient.getNow()).isTrue();
    }

    @Test
    void inPermissiveModeAnOutageHoldsNothingUpForLongerThanItsGrace() {
        onLoop(() -> queries.connected(subscriptions::add));
        onLoop(queries::disconnected);
        Future<Boolean> answer = ask("a:1");

        pass(DestinationQueries.PERMISSIVE_GRACE);

        assertThat(answer.getNow()).isFalse();
    }

    @Test
    void inPermissiveModeAControlPlaneThatWasLostIsHardlyWaitedFor() {
        onLoop(() -> queries.connected(subscriptions::add));
        onLoop(queries::disconnected);
        now.updateAndGet(lost -> lost.plus(DestinationQueries.PERMISSIVE_GRACE).plusMillis(1));

        assertThat(ask("a:1").isDone()).isTrue();
    }
}

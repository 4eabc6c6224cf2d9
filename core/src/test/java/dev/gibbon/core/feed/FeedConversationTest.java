package dev.gibbon.core.feed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.core.feed.FeedMessage.Ack;
import dev.gibbon.core.feed.FeedMessage.Complete;
import dev.gibbon.core.feed.FeedMessage.Hello;
import dev.gibbon.core.feed.FeedMessage.Nack;
import dev.gibbon.core.feed.FeedMessage.Upsert;
import dev.gibbon.core.feed.FeedStep.Answer;
import dev.gibbon.core.feed.FeedStep.Apply;
import dev.gibbon.core.feed.FeedStep.Disconnect;
import dev.gibbon.core.feed.FeedStep.Wait;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Both halves of the feed against each other, without a socket. */
class FeedConversationTest {
    private final FeedState sidecar = new FeedState("b");
    private final List<FeedConfig> applied = new ArrayList<>();
    private FeedSnapshot published = snapshot(1, FeedExamples.service("web", true));
    private FeedConversation server = new FeedConversation(published);
    private @Nullable String refuse;

    @BeforeEach
    void connect() {
        exchange(server.onHello(sidecar.connect(), _ -> Optional.empty()));
    }

    @Test
    void fullSetIsAppliedAsAWhole() {
        assertThat(applied)
                .singleElement()
                .satisfies(config -> {
                    assertThat(config.revision()).isEqualTo(1);
                    assertThat(config.services())
                            .containsExactly(FeedExamples.service("web", true).service());
                    assertThat(config.bundle()).isEqualTo(FeedExamples.BUNDLE.bundle());
                });
    }

    @Test
    void changeSendsOnlyWhatChanged() {
        List<FeedMessage> batch =
                server.onPublish(
                        snapshot(2, FeedExamples.service("web", true), FeedExamples.stream("k")));

        assertThat(batch).hasSize(2).first().isEqualTo(new Upsert(FeedExamples.stream("k")));
        exchange(batch);
        assertThat(applied.getLast().streamRules()).hasSize(1);
    }

    @Test
    void equalContentIsAcknowledgedButNotAppliedAgain() {
        exchange(server.onPublish(snapshot(2, FeedExamples.service("web", true))));

        assertThat(applied).hasSize(1);
        assertThat(sidecar.connect().resume())
                .isEqualTo(new FeedMessage.Resume(2, published.hash()));
    }

    @Test
    void slowSidecarSkipsWhatWasPublishedMeanwhile() {
        List<FeedMessage> first = server.onPublish(snapshot(2, FeedExamples.service("a", null)));
        assertThat(server.onPublish(snapshot(3, FeedExamples.service("b", null)))).isEmpty();
        assertThat(server.onPublish(snapshot(4, FeedExamples.service("c", null)))).isEmpty();

        exchange(first);

        assertThat(applied).extracting(FeedConfig::revision).containsExactly(1L, 2L, 4L);
    }

    @Test
    void refusedRevisionIsNotRepeatedAndTheNextBuildsOnTheLastGoodOne() {
        refuse = "no such regex";
        exchange(server.onPublish(snapshot(2, FeedExamples.http("bad"))));
        assertThat(applied).hasSize(1);

        refuse = null;
        exchange(server.onPublish(snapshot(3, FeedExamples.stream("good"))));

        assertThat(applied.getLast().httpRules()).isEmpty();
        assertThat(applied.getLast().services()).isEmpty();
        assertThat(applied.getLast().streamRules()).hasSize(1);
    }

    @Test
    void malformedResourceSpoilsItsBatchAndNothingElse() {
        assertThat(receive("{\"type\":\"upsert\",\"kind\":\"service\",\"resource\":{}}"))
                .isEqualTo(new Wait());
        assertThat(receive(new Complete(2, "x")))
                .isEqualTo(new Answer(new Nack(2, "resource.id: missing")));

        assertThat(receive(new Complete(3, "y")))
                .isInstanceOfSatisfying(
                        Apply.class, apply -> assertThat(apply.config().services()).hasSize(1));
    }

    @Test
    void policyThatIsNotUnderstoodIsRefused() {
        assertThat(receive("{\"type\":\"authorize\",\"must\":[\"type\"]}")).isEqualTo(new Wait());

        assertThat(receive(new Complete(2, "x")))
                .isInstanceOfSatisfying(
                        Answer.class,
                        answer ->
                                assertThat(answer.message().toString())
                                        .contains("not supported", "type"));
    }

    @Test
    void completeThatMustBeUnderstoodIsRefused() {
        assertThat(
                        receive(
                                "{\"type\":\"complete\",\"revision\":9,\"hash\":\"x\","
                                        + "\"must\":[\"atomic\"]}"))
                .isEqualTo(new Answer(new Nack(9, "not supported by this sidecar: [atomic]")));
    }

    @Test
    void setWithoutBundleIsRefused() {
        assertThat(receive(new FeedMessage.Delete(FeedExamples.BUNDLE.key())))
                .isEqualTo(new Wait());
        assertThat(receive(new Complete(2, "x")))
                .isEqualTo(
                        new Answer(
                                new Nack(2, "1 settings and 0 bundles (expected: one of each)")));
    }

    @Test
    void noiseEndsTheConnection() {
        assertThat(receive("GET / HTTP/1.1")).isInstanceOf(Disconnect.class);
        assertThat(receive(new Ack(1))).isInstanceOf(Disconnect.class);
        assertThat(receive(new Hello(List.of(2), FeedResource.KINDS, null, "x")))
                .isInstanceOf(Disconnect.class);
    }

    @Test
    void newConnectionResumesWhereTheLastOneEnded() {
        FeedSnapshot newer = snapshot(5, FeedExamples.service("web", true), FeedExamples.http("k"));
        server = new FeedConversation(newer);

        List<FeedMessage> messages =
                server.onHello(
                        sidecar.connect(),
                        resume ->
                                Optional.of(published)
                                        .filter(old -> old.hash().equals(resume.hash())));

        assertThat(messages).hasSize(3);
        exchange(messages);
        assertThat(applied.getLast().httpRules()).hasSize(1);
        assertThat(applied.getLast().services()).hasSize(1);
    }

    @Test
    void resumedSidecarSaysWhatItRunsThoughNothingHasChanged() {
        for (long revision : List.of(1L, 5L)) {
            FeedSnapshot same = snapshot(revision, FeedExamples.service("web", true));
            server = new FeedConversation(null);
            server.onHello(sidecar.connect(), _ -> Optional.of(same));

            List<FeedMessage> batch = server.onPublish(same);

            assertThat(batch).containsExactly(new Complete(revision, published.hash()));
            assertThat(receive(new Hello(List.of(1), Set.of(), resume(), "control-plane")))
                    .isEqualTo(new Wait());
            assertThat(receive(batch.getFirst())).isEqualTo(new Answer(new Ack(revision)));
            assertThat(server.onAck(revision)).isEmpty();
            assertThat(server.onPublish(same)).isEmpty();
        }
        assertThat(applied).hasSize(1);
    }

    private FeedMessage.@Nullable Resume resume() {
        return sidecar.connect().resume();
    }

    @Test
    void unknownStateIsReplacedByTheFullSet() {
        server = new FeedConversation(snapshot(1, FeedExamples.stream("other")));

        exchange(server.onHello(sidecar.connect(), _ -> Optional.empty()));

        assertThat(applied.getLast().services()).isEmpty();
        assertThat(applied.getLast().streamRules()).hasSize(1);
    }

    @Test
    void sidecarIsSentOnlyTheKindsThatItKnows() {
        server = new FeedConversation(published);

        List<FeedMessage> messages =
                server.onHello(
                        new Hello(List.of(1), Set.of("settings"), null, "old"),
                        _ -> Optional.empty());

        assertThat(messages).hasSize(3).contains(new Upsert(FeedExamples.SETTINGS));
    }

    /** Whatever is published, refused, and cut off in between: the sidecar ends at the latest. */
    @Test
    void bothEndsAgreeAfterAnyHistory() {
        Random random = new Random(11);
        List<FeedSnapshot> history = new ArrayList<>(List.of(published));
        for (int revision = 2; revision < 2_000; revision++) {
            FeedResource[] some =
                    Stream.of("a", "b", "c", "d", "e")
                            .filter(_ -> random.nextBoolean())
                            .map(name -> FeedExamples.service(name, random.nextBoolean()))
                            .toArray(FeedResource[]::new);
            published = snapshot(revision, some);
            history.add(published);
            refuse = random.nextInt(4) == 0 ? "not now" : null;
            if (random.nextInt(5) == 0) {
                server = new FeedConversation(published);
                boolean remembers = random.nextBoolean();
                exchange(
                        server.onHello(
                                sidecar.connect(),
                                resume ->
                                        history.stream()
                                                .filter(_ -> remembers)
                                                .filter(old -> old.hash().equals(resume.hash()))
                                                .findFirst()));
            } else {
                exchange(server.onPublish(published));
            }
            if (refuse == null) {
                FeedResource[] expected = some;
                assertThat(hashOfSidecar()).isEqualTo(published.hash());
                assertThat(applied.getLast().services())
                        .containsExactlyInAnyOrderElementsOf(
                                Arrays.stream(expected)
                                        .map(FeedResource.ServiceResource.class::cast)
                                        .map(FeedResource.ServiceResource::service)
                                        .toList());
                server = new FeedConversation(published);
                exchange(
                        server.onHello(
                                sidecar.connect(),
                                resume ->
                                        history.stream()
                                                .filter(old -> old.hash().equals(resume.hash()))
                                                .findFirst()));
            }
        }
    }

    private @Nullable String hashOfSidecar() {
        FeedMessage.Resume resume = sidecar.connect().resume();
        return resume == null ? null : resume.hash();
    }

    private void exchange(List<FeedMessage> toSidecar) {
        List<FeedMessage> lines = toSidecar;
        while (!lines.isEmpty()) {
            List<FeedMessage> answers = new ArrayList<>();
            for (FeedMessage line : lines) {
                switch (receive(line)) {
                    case Wait() -> {}
                    case Apply(FeedConfig config) -> {
                        String reason = refuse;
                        if (reason == null) {
                            applied.add(config);
                            answers.addAll(respond(sidecar.accept()));
                        } else {
                            answers.addAll(respond(sidecar.reject(reason)));
                        }
                    }
                    case Answer(FeedMessage message) -> answers.addAll(respond(message));
                    case Disconnect(String reason) -> throw new AssertionError(reason);
                }
            }
            lines = answers;
        }
    }

    private List<FeedMessage> respond(FeedMessage answer) {
        return switch (answer) {
            case Ack(long revision) -> server.onAck(revision);
            case Nack(long revision, String _) -> server.onNack(revision);
            default -> throw new AssertionError("not an answer: " + answer);
        };
    }

    private FeedStep receive(FeedMessage message) {
        return sidecar.receive(FeedCodec.encode(message));
    }

    private FeedStep receive(String line) {
        return sidecar.receive(line.getBytes(StandardCharsets.UTF_8));
    }

    private static FeedSnapshot snapshot(long revision, FeedResource... more) {
        List<FeedResource> all = new ArrayList<>(List.of(more));
        all.add(FeedExamples.SETTINGS);
        all.add(FeedExamples.BUNDLE);
        return FeedSnapshot.of(revision, all);
    }
}

package dev.gibbon.core.feed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.core.destination.Destination;
import dev.gibbon.core.destination.Endpoint;
import dev.gibbon.core.feed.FeedMessage.Ack;
import dev.gibbon.core.feed.FeedMessage.Nack;
import dev.gibbon.core.feed.FeedMessage.Subscribe;
import dev.gibbon.core.feed.FeedResource.DestinationResource;
import dev.gibbon.core.feed.FeedStep.Answer;
import dev.gibbon.core.feed.FeedStep.Apply;
import dev.gibbon.core.feed.FeedStep.Disconnect;
import dev.gibbon.core.feed.FeedStep.Wait;
import dev.gibbon.core.net.IpAddress;
import dev.gibbon.core.net.IpPort;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a sidecar is told because it asked, with both halves of the feed. */
class SubscriptionTest {
    private static final String B = "10.96.0.2:80";
    private static final String C = "service-c.shop.svc.cluster.local:80";
    private static final String OUTSIDE = "203.0.113.9:443";

    private final FeedState sidecar = new FeedState("shop/a");
    private final List<FeedConfig> applied = new ArrayList<>();
    private FeedConversation server = new FeedConversation(source(1, Map.of(B, 1, C, 1)));

    @BeforeEach
    void connect() {
        exchange(server.onHello(sidecar.connect(), _ -> Optional.empty()));
    }

    @Test
    void nothingIsToldThatWasNotAskedFor() {
        assertThat(applied.getLast().destinations()).isEmpty();
    }

    @Test
    void answerComesThoughNothingElseHasChanged() {
        exchange(server.onSubscribe(subscribe(B)));

        assertThat(applied.getLast().revision()).isEqualTo(1);
        assertThat(applied.getLast().destinations()).containsOnlyKeys(B).containsKey(B);
        assertThat(endpoints(B)).isEqualTo(1);
    }

    @Test
    void whatLeadsOnlyToItselfIsAnsweredToo() {
        exchange(server.onSubscribe(subscribe(OUTSIDE)));

        assertThat(applied.getLast().destinations()).isEqualTo(Map.of(OUTSIDE, Optional.empty()));
    }

    @Test
    void newListReplacesTheOldOne() {
        exchange(server.onSubscribe(subscribe(B, OUTSIDE)));

        List<FeedMessage> batch = server.onSubscribe(subscribe(C, OUTSIDE));

        assertThat(batch)
                .hasSize(3)
                .first()
                .isEqualTo(new FeedMessage.Delete(new ResourceKey(DestinationResource.KIND, B)));
        exchange(batch);
        assertThat(applied.getLast().destinations()).containsOnlyKeys(C, OUTSIDE);
    }

    @Test
    void sameListAgainIsNoChange() {
        exchange(server.onSubscribe(subscribe(B, C)));

        assertThat(server.onSubscribe(subscribe(C, B, B))).isEmpty();
    }

    @Test
    void changedDestinationIsTheOnlyThingSent() {
        exchange(server.onSubscribe(subscribe(B, C)));

        List<FeedMessage> batch = server.onPublish(source(2, Map.of(B, 2, C, 1)));

        assertThat(batch).hasSize(2);
        exchange(batch);
        assertThat(endpoints(B)).isEqualTo(2);
        assertThat(endpoints(C)).isEqualTo(1);
    }

    @Test
    void destinationThatIsGoneLeadsToItself() {
        exchange(server.onSubscribe(subscribe(B)));
        exchange(server.onPublish(source(2, Map.of())));

        assertThat(applied.getLast().destinations()).isEqualTo(Map.of(B, Optional.empty()));
    }

    @Test
    void whatIsAskedDuringABatchIsAnsweredByTheNext() {
        List<FeedMessage> underWay = server.onPublish(source(2, Map.of(B, 3)));
        assertThat(server.onSubscribe(subscribe(B))).isEmpty();
        assertThat(server.onSubscribe(subscribe(B, C))).isEmpty();

        exchange(underWay);

        assertThat(applied.getLast().destinations()).containsOnlyKeys(B, C);
        assertThat(applied).extracting(FeedConfig::revision).containsExactly(1L, 2L);
    }

    @Test
    void otherKindsAreIgnored() {
        assertThat(server.onSubscribe(new Subscribe("secret", List.of("a")))).isEmpty();
        assertThat(FeedConversation.refusal(new Subscribe("secret", List.of("?")))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "10.96.0.2:80, true",
        "[fd00::2]:80, true",
        "service-b.shop.svc.cluster.local:80, true",
        "Some_Host:65535, true",
        "10.96.0.2, false",
        "fd00::2:80, false",
        "service-b:, false",
        "service-b:65536, false",
        "service-b:8x, false",
        ":80, false",
        "a b:80, false",
        "a/b:80, false"
    })
    void idsAreChecked(String id, boolean valid) {
        assertThat(FeedConversation.refusal(subscribe(id)).isEmpty()).isEqualTo(valid);
    }

    @Test
    void tooManyIdsAreRefused() {
        List<String> ids = IntStream.rangeClosed(0, 10_000).mapToObj(i -> "h" + i + ":1").toList();

        assertThat(FeedConversation.refusal(new Subscribe(DestinationResource.KIND, ids)))
                .contains("subscribe: 10001 ids (expected: at most 10000)");
        assertThat(
                        FeedConversation.refusal(
                                new Subscribe(DestinationResource.KIND, ids.subList(0, 10_000))))
                .isEmpty();
    }

    @Test
    void resumedSidecarKeepsItsAnswersUntilItAsksAnew() {
        exchange(server.onSubscribe(subscribe(B, C)));
        List<FeedSnapshot> states = server.states();
        server = new FeedConversation(source(5, Map.of(B, 1, C, 4)));

        List<FeedMessage> greeting = server.onHello(sidecar.connect(), find(states));

        // The greeting, the one destination that has changed, and the end.
        assertThat(greeting).hasSize(3);
        exchange(greeting);
        assertThat(endpoints(C)).isEqualTo(4);
        exchange(server.onSubscribe(subscribe(C)));
        assertThat(applied.getLast().destinations()).containsOnlyKeys(C);
    }

    @Test
    void stateOfAnotherControlPlaneIsReplacedByTheFullSet() {
        exchange(server.onSubscribe(subscribe(B)));
        server = new FeedConversation(null);
        exchange(server.onHello(sidecar.connect(), _ -> Optional.empty()));
        server.onSubscribe(subscribe(B));

        exchange(server.onPublish(source(1, Map.of(B, 7))));

        assertThat(endpoints(B)).isEqualTo(7);
        assertThat(applied.getLast().services()).hasSize(1);
    }

    /** Whatever is asked, published and cut off: in the end the sidecar knows what it asked for. */
    @Test
    void bothEndsAgreeAfterAnyHistory() {
        Random random = new Random(7);
        List<FeedSnapshot> states = new ArrayList<>();
        FeedSource latest = source(1, Map.of());
        Set<String> wanted = Set.of();
        for (int revision = 2; revision < 2_000; revision++) {
            switch (random.nextInt(4)) {
                case 0 -> {
                    wanted =
                            Stream.of(B, C, OUTSIDE)
                                    .filter(_ -> random.nextBoolean())
                                    .collect(Collectors.toSet());
                    exchange(server.onSubscribe(subscribe(wanted.toArray(String[]::new))));
                }
                case 1 -> {
                    states.addAll(server.states());
                    boolean remembers = random.nextBoolean();
                    server = new FeedConversation(null);
                    exchange(
                            server.onHello(
                                    sidecar.connect(),
                                    remembers ? find(states) : _ -> Optional.empty()));
                    exchange(server.onSubscribe(subscribe(wanted.toArray(String[]::new))));
                    exchange(server.onPublish(latest));
                }
                default -> {
                    latest = source(revision, Map.of(B, random.nextInt(3), C, random.nextInt(3)));
                    exchange(server.onPublish(latest));
                }
            }
            Map<String, Optional<Destination>> expected = new HashMap<>();
            for (String id : wanted) {
                expected.put(id, Optional.ofNullable(latest.destination(id)));
            }
            assertThat(applied.getLast().destinations()).isEqualTo(expected);
            assertThat(applied.getLast().services()).hasSize(1);
        }
    }

    private static Function<FeedMessage.Resume, Optional<FeedSnapshot>> find(
            List<FeedSnapshot> states) {
        return resume ->
                states.stream().filter(state -> state.hash().equals(resume.hash())).findFirst();
    }

    private int endpoints(String id) {
        return Objects.requireNonNull(applied.getLast().destinations().get(id))
                .orElseThrow()
                .endpoints()
                .size();
    }

    private static Subscribe subscribe(String... ids) {
        return new Subscribe(DestinationResource.KIND, List.of(ids));
    }

    /** A source whose destinations have so many endpoints. */
    private static FeedSource source(long revision, Map<String, Integer> endpoints) {
        FeedSnapshot base =
                FeedSnapshot.of(
                        revision,
                        List.of(
                                FeedExamples.SETTINGS,
                                FeedExamples.BUNDLE,
                                FeedExamples.service("web", true)));
        return new FeedSource() {
            @Override
            public FeedSnapshot base() {
                return base;
            }

            @Override
            public @Nullable Destination destination(String id) {
                Integer count = endpoints.get(id);
                return count == null ? null : new Destination(id, false, numbered(count));
            }
        };
    }

    private static List<Endpoint> numbered(int count) {
        return IntStream.range(0, count)
                .mapToObj(i ->
                        new Endpoint(
                                new IpPort(IpAddress.of("10.244.0." + i), 80), null, null, false))
                .toList();
    }

    private void exchange(List<FeedMessage> toSidecar) {
        List<FeedMessage> lines = toSidecar;
        while (!lines.isEmpty()) {
            List<FeedMessage> answers = new ArrayList<>();
            for (FeedMessage line : lines) {
                switch (sidecar.receive(FeedCodec.encode(line))) {
                    case Wait() -> {}
                    case Apply(FeedConfig config) -> {
                        applied.add(config);
                        answers.addAll(respond(sidecar.accept()));
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
}

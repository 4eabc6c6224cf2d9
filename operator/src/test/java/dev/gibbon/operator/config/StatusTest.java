package dev.gibbon.operator.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.gibbon.controlplane.feed.SidecarStatus;
import dev.gibbon.crd.MeshStatus;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatusTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00.123Z");
    private static final Verdict GOOD = verdict(7, Optional.of("shop"), true);

    @ParameterizedTest
    @CsvSource({"0, 0, True, NoSidecars", "2, 2, True, Programmed", "1, 2, False, Waiting"})
    void programmedIsWhenAllHaveIt(int have, int need, String status, String reason) {
        MeshStatus made = StatusComposer.compose(GOOD, have, need, null, NOW);

        assertThat(made.observedGeneration()).isEqualTo(7);
        assertThat(made.sidecars()).isEqualTo(have + "/" + need);
        assertThat(made.conditions())
                .extracting(Condition::getType, Condition::getObservedGeneration)
                .containsExactly(
                        tuple("Accepted", 7L), tuple("ResolvedRefs", 7L), tuple("Programmed", 7L));
        assertThat(made.conditions().getLast().getStatus()).isEqualTo(status);
        assertThat(made.conditions().getLast().getReason()).isEqualTo(reason);
    }

    @Test
    void whatIsUnusableIsNotProgrammed() {
        MeshStatus made =
                StatusComposer.compose(verdict(1, Optional.empty(), false), 2, 2, null, NOW);

        assertThat(made.conditions())
                .extracting(Condition::getStatus)
                .containsExactly("True", "False", "False");
    }

    @Test
    void composingAgainLaterGivesTheSame() {
        MeshStatus first = StatusComposer.compose(GOOD, 1, 2, null, NOW);

        assertThat(StatusComposer.compose(GOOD, 1, 2, first, NOW.plusSeconds(60))).isEqualTo(first);
    }

    @Test
    void onlyTheConditionThatTurnsGetsANewTime() {
        MeshStatus first = StatusComposer.compose(GOOD, 1, 2, null, NOW);

        MeshStatus second = StatusComposer.compose(GOOD, 2, 2, first, NOW.plusSeconds(60));

        assertThat(second.conditions())
                .extracting(Condition::getLastTransitionTime)
                .containsExactly(
                        "2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z", "2026-01-01T00:01:00Z");
    }

    @Test
    void sidecarsOfTheAudienceThatHaveAcknowledgedAreCounted() {
        Programming programming = new Programming();
        programming.published(Map.of(GOOD.key(), GOOD), 5);
        List<SidecarStatus> sidecars =
                List.of(
                        sidecar("shop/a", 5L, true),
                        sidecar("shop/b", 4L, true),
                        sidecar("shop/c", null, true),
                        sidecar("shop/gone", 5L, false),
                        sidecar("shopping/d", 5L, true));

        assertThat(programming.count(GOOD, sidecars)).isEqualTo(new Programming.Count(1, 3));
        assertThat(programming.count(verdict(7, Optional.empty(), true), sidecars))
                .isEqualTo(new Programming.Count(0, 4));
    }

    @Test
    void revisionThatBroughtAnObjectCountsUntilItChanges() {
        Programming programming = new Programming();
        List<SidecarStatus> sidecars = List.of(sidecar("shop/a", 5L, true));
        programming.published(Map.of(GOOD.key(), GOOD), 5);
        programming.published(Map.of(GOOD.key(), GOOD), 6);
        assertThat(programming.count(GOOD, sidecars)).isEqualTo(new Programming.Count(1, 1));

        Verdict next = verdict(8, Optional.of("shop"), true);
        programming.published(Map.of(next.key(), next), 7);

        assertThat(programming.count(next, sidecars)).isEqualTo(new Programming.Count(0, 1));
        assertThat(programming.verdicts()).containsExactly(next);
    }

    private static SidecarStatus sidecar(
            String name, @Nullable Long acknowledged, boolean connected) {
        return new SidecarStatus(
                name, List.of(), acknowledged, null, connected ? NOW : null, null, null);
    }

    private static Verdict verdict(long generation, Optional<String> audience, boolean resolved) {
        return new Verdict(
                "MeshRoute shop/r",
                generation,
                Finding.yes("Accepted"),
                resolved
                        ? Finding.yes("ResolvedRefs")
                        : Finding.no("ServiceNotFound", "no Service"),
                false,
                audience);
    }
}

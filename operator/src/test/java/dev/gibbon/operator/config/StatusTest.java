package dev.gibbon.operator.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.gibbon.controlplane.feed.SidecarStatus;
import dev.gibbon.core.identity.TrustBundle;
import dev.gibbon.core.identity.TrustDomain;
import dev.gibbon.core.x509.CertificateIssuer;
import dev.gibbon.core.x509.P256;
import dev.gibbon.core.x509.Validity;
import dev.gibbon.crd.MeshStatus;
import dev.gibbon.operator.replica.ReplicaReport;
import io.fabric8.kubernetes.api.model.Condition;
import java.io.IOException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
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
    private static final TrustBundle BUNDLE =
            new TrustBundle(new TrustDomain("mesh-1"), List.of(root("one")));
    private static final TrustBundle LARGER =
            new TrustBundle(
                    new TrustDomain("mesh-1"), List.of(BUNDLE.roots().getFirst(), root("two")));
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
        programming.published(Map.of(GOOD.key(), GOOD), BUNDLE, 5);
        List<SidecarStatus> sidecars =
                List.of(
                        sidecar("shop/a", 5L, true),
                        sidecar("shop/b", 4L, true),
                        sidecar("shop/c", null, true),
                        sidecar("shop/gone", 5L, false),
                        sidecar("shopping/d", 5L, true));

        ReplicaReport here = programming.report(sidecars, name -> true);
        assertThat(count(GOOD, List.of(here))).isEqualTo(new Programming.Count(1, 3));
        assertThat(count(verdict(7, Optional.empty(), true), List.of(here)))
                .as("what this replica has not published has none of its sidecars")
                .isEqualTo(new Programming.Count(0, 4));
    }

    @Test
    void revisionThatBroughtAnObjectCountsUntilItChanges() {
        Programming programming = new Programming();
        List<SidecarStatus> sidecars = List.of(sidecar("shop/a", 5L, true));
        programming.published(Map.of(GOOD.key(), GOOD), BUNDLE, 5);
        programming.published(Map.of(GOOD.key(), GOOD), BUNDLE, 6);
        assertThat(count(GOOD, List.of(programming.report(sidecars, name -> true))))
                .isEqualTo(new Programming.Count(1, 1));

        Verdict next = verdict(8, Optional.of("shop"), true);
        programming.published(Map.of(next.key(), next), BUNDLE, 7);

        assertThat(count(next, List.of(programming.report(sidecars, name -> true))))
                .isEqualTo(new Programming.Count(0, 1));
        assertThat(programming.verdicts()).containsExactly(next);
    }

    /** As after the operator was away: sidecars go on, and take some seconds to come back. */
    @Test
    void sidecarsThatAreReadyAndNotConnectedNeedItToo() {
        Programming programming = new Programming();
        programming.published(Map.of(GOOD.key(), GOOD), BUNDLE, 5);
        Map<String, Integer> serving = Map.of("shop", 3, "depot", 1);
        ReplicaReport nobody = programming.report(List.of(), name -> true);
        ReplicaReport one = programming.report(List.of(sidecar("shop/a", 5L, true)), name -> true);

        assertThat(Programming.count(GOOD, List.of(nobody), serving))
                .isEqualTo(new Programming.Count(0, 3));
        assertThat(Programming.count(GOOD, List.of(one), serving))
                .isEqualTo(new Programming.Count(1, 3));
        assertThat(Programming.count(verdict(7, Optional.empty(), true), List.of(nobody), serving))
                .isEqualTo(new Programming.Count(0, 4));
        ReplicaReport starting =
                programming.report(
                        List.of(sidecar("shop/a", 5L, true), sidecar("shop/new", 5L, true)),
                        name -> !name.equals("shop/new"));
        assertThat(Programming.count(GOOD, List.of(starting), serving))
                .as("one that starts does not stand for one that is away")
                .isEqualTo(new Programming.Count(2, 4));
    }

    private static Programming.Count count(Verdict verdict, List<ReplicaReport> reports) {
        return Programming.count(verdict, reports, Map.of());
    }

    /** Revisions are a replica's own: the one's fifth may be the other's hundredth. */
    @Test
    void sidecarsOfAllReplicasAreCountedEachByItsOwnRevisions() throws Exception {
        Programming one = new Programming();
        one.published(Map.of(GOOD.key(), GOOD), BUNDLE, 100);
        Programming other = new Programming();
        other.published(Map.of(GOOD.key(), GOOD), BUNDLE, 5);
        Programming behind = new Programming();
        behind.published(Map.of(GOOD.key(), verdict(6, Optional.of("shop"), true)), BUNDLE, 200);

        List<ReplicaReport> reports =
                List.of(
                        one.report(List.of(sidecar("shop/a", 100L, true)), name -> true),
                        sent(other.report(List.of(sidecar("shop/b", 6L, true)), name -> true)),
                        sent(behind.report(List.of(sidecar("shop/c", 300L, true)), name -> true)));

        assertThat(count(GOOD, reports)).isEqualTo(new Programming.Count(2, 3));
        assertThat(Programming.count(BUNDLE, reports)).isEqualTo(new Programming.Count(3, 3));
    }

    @Test
    void bundleIsTrustedByThoseThatHaveTheRevisionWhichBroughtIt() {
        Programming programming = new Programming();
        programming.published(Map.of(), BUNDLE, 5);
        programming.published(Map.of(), LARGER, 7);
        programming.published(Map.of(), LARGER, 8);

        ReplicaReport report =
                programming.report(
                        List.of(
                                sidecar("shop/a", 6L, true),
                                sidecar("shop/b", 7L, true),
                                sidecar("depot/c", 8L, true),
                                sidecar("depot/d", null, true)),
                        name -> true);

        assertThat(Programming.count(LARGER, List.of(report)))
                .isEqualTo(new Programming.Count(2, 4));
        assertThat(Programming.count(BUNDLE, List.of(report)))
                .isEqualTo(new Programming.Count(0, 4));
    }

    /** Each letter is a status: nothing yet, unusable for one or another reason, usable. */
    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "none, good, -",
                "none, one, Warning One",
                "good, one, Warning One",
                "one, one, -",
                "one, another, Warning Another",
                "one, good, Normal ResolvedRefs",
                "good, good, -"
            })
    void peopleAreToldWhenAnObjectTurns(String before, String after, @Nullable String told) {
        MeshStatus old = before.equals("none") ? null : status(before);

        List<ConditionTurn> turns = ConditionTurn.between(old, status(after));

        assertThat(turns)
                .extracting(turn -> (turn.usable() ? "Normal " : "Warning ") + turn.reason())
                .isEqualTo(told == null ? List.of() : List.of(told));
    }

    private static MeshStatus status(String word) {
        Finding resolved =
                switch (word) {
                    case "one" -> Finding.no("One", "this");
                    case "another" -> Finding.no("Another", "that");
                    default -> Finding.yes("ResolvedRefs");
                };
        return StatusComposer.compose(
                verdict(1, Optional.empty(), resolved), 0, word.length(), null, NOW);
    }

    private static ReplicaReport sent(ReplicaReport report) throws IOException {
        return ReplicaReport.decode(report.encode());
    }

    private static X509Certificate root(String name) {
        SecureRandom random = new SecureRandom();
        return new CertificateIssuer(random)
                .root(P256.generate(random), name, Validity.from(NOW, Duration.ofDays(1)));
    }

    private static SidecarStatus sidecar(
            String name, @Nullable Long acknowledged, boolean connected) {
        return new SidecarStatus(
                name, List.of(), acknowledged, null, connected ? NOW : null, null, null);
    }

    private static Verdict verdict(long generation, Optional<String> audience, boolean resolved) {
        return verdict(
                generation,
                audience,
                resolved
                        ? Finding.yes("ResolvedRefs")
                        : Finding.no("ServiceNotFound", "no Service"));
    }

    private static Verdict verdict(long generation, Optional<String> audience, Finding resolved) {
        return new Verdict(
                "MeshRoute shop/r", generation, Finding.yes("Accepted"), resolved, false, audience);
    }
}

package dev.gibbon.operator.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.controlplane.authority.RootChange.Stage;
import dev.gibbon.operator.rotation.RootRotation.Source;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RootRotationTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration LIFETIME = Duration.ofHours(24);

    /**
     * Stage, remembered request and seconds since, request, percent of the root's life, trusted,
     * source, issued.
     */
    @ParameterizedTest
    @CsvSource({
        "NONE,     '',     0, '',    0, false, OWN, false, Rest",
        "NONE,     '',     0, '',   79, false, OWN, false, Rest",
        "NONE,     '',     0, '',   81, false, OWN, false, Prepare",
        "NONE,     '',     0, one,   0, false, OWN, false, Prepare",
        "NONE,     one,    0, one,   0, false, OWN, false, Rest",
        "NONE,     one,    0, two,   0, false, OWN, false, Prepare",
        "NONE,     one,    0, '',    0, false, OWN, false, Rest",
        "PREPARED, one,    0, one,   0, true,  OWN, false, Await",
        "PREPARED, one,  179, one,   0, true,  OWN, false, Await",
        "PREPARED, one,  181, one,   0, true,  OWN, false, Activate",
        "PREPARED, one,  181, one,   0, false, OWN, false, Await",
        "PREPARED, one, 86000, one,  0, false, OWN, false, Await",
        "PREPARED, one, 86701, one,  0, false, OWN, false, Activate",
        "ACTIVE,   one, 86000, one,  0, true,  OWN, false, Await",
        "ACTIVE,   one, 86400, one,  0, true,  OWN, false, Await",
        "ACTIVE,   one, 86701, one,  0, false, OWN, false, Retire",
        "ACTIVE,   one,    0, two,  90, true,  OWN, false, Await",
        // The authority was issued, and is to be its own again.
        "NONE,     '',     0, '',    0, false, OWN, true, Prepare",
        // An issuer decides about roots; nobody asks for one, and none grows old here.
        "NONE,     '',     0, '',    0, false, ISSUER, true, Rest",
        "NONE,     '',     0, one,  90, false, ISSUER, true, Rest",
        "NONE,     '',     0, '',    0, false, ISSUER_OF_ANOTHER_ROOT, true, Prepare",
        "NONE,     '',     0, '',    0, false, ISSUER_OF_ANOTHER_ROOT, false, Prepare",
        "PREPARED, '',   181, '',    0, true,  ISSUER, true, Activate",
        "PREPARED, '',   181, '',    0, true,  ISSUER_OF_ANOTHER_ROOT, true, Prepare",
        "ACTIVE,   '',     0, '',    0, true,  ISSUER_OF_ANOTHER_ROOT, true, Await",
        "ACTIVE,   '', 86701, '',    0, true,  ISSUER_OF_ANOTHER_ROOT, true, Retire",
    })
    void stepFollowsFromWhatIsKnown(
            Stage change,
            String remembered,
            long since,
            String requested,
            long percent,
            boolean trusted,
            Source source,
            boolean issued,
            String step) {
        Instant notBefore = NOW.minus(Duration.ofDays(percent));
        RotationStep next =
                RootRotation.next(
                        new RootRotation.Situation(
                                change,
                                new RotationRecord(remembered, change, NOW.minusSeconds(since)),
                                requested,
                                notBefore,
                                notBefore.plus(Duration.ofDays(100)),
                                LIFETIME,
                                trusted,
                                source,
                                issued),
                        NOW);

        assertThat(next.getClass().getSimpleName()).isEqualTo(step);
    }

    /** The process may end between a step and its record: what is there counts, from now on. */
    @ParameterizedTest
    @CsvSource({
        "PREPARED, NONE,     '',  one, one",
        "ACTIVE,   PREPARED, one, two, two",
        "NONE,     ACTIVE,   one, two, one",
    })
    void whatWasNotRememberedIsRememberedFirst(
            Stage change, Stage before, String handled, String requested, String request) {
        RotationStep next =
                RootRotation.next(
                        new RootRotation.Situation(
                                change,
                                new RotationRecord(handled, before, Instant.EPOCH),
                                requested,
                                NOW,
                                NOW.plus(Duration.ofDays(100)),
                                LIFETIME,
                                true,
                                Source.OWN,
                                false),
                        NOW);

        assertThat(next)
                .isEqualTo(new RotationStep.Remember(new RotationRecord(request, change, NOW)));
    }
}

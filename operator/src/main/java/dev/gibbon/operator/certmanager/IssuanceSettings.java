package dev.gibbon.operator.certmanager;

import java.time.Duration;

/**
 * What is asked of cert-manager.
 *
 * @param duration how long an intermediate is valid, one hour to ten years
 * @param renewBefore how long before its end the next one is to be issued
 */
public record IssuanceSettings(IssuerReference issuer, Duration duration, Duration renewBefore) {
    private static final Duration SHORTEST = Duration.ofHours(1);
    private static final Duration LONGEST = Duration.ofDays(3650);

    public IssuanceSettings {
        if (duration.compareTo(SHORTEST) < 0 || duration.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "duration: " + hours(duration) + " (expected: 1h to " + hours(LONGEST) + ")");
        }
        if (renewBefore.compareTo(duration) >= 0 || renewBefore.isNegative()) {
            throw new IllegalArgumentException(
                    "renewBefore: "
                            + hours(renewBefore)
                            + " (expected: less than duration, "
                            + hours(duration)
                            + ")");
        }
    }

    private static String hours(Duration duration) {
        return duration.toMinutesPart() == 0 && duration.toSecondsPart() == 0
                ? duration.toHours() + "h"
                : duration.toSeconds() + "s";
    }
}

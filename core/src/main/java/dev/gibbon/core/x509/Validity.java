package dev.gibbon.core.x509;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** From when until when a certificate holds, in whole seconds. */
public record Validity(Instant notBefore, Instant notAfter) {
    /** How far back a certificate is dated, so that peers whose clocks lag a little take it. */
    public static final Duration BACKDATING = Duration.ofMinutes(1);

    public Validity {
        notBefore = notBefore.truncatedTo(ChronoUnit.SECONDS);
        notAfter = notAfter.truncatedTo(ChronoUnit.SECONDS);
        if (!notBefore.isBefore(notAfter)) {
            throw new IllegalArgumentException(
                    "notAfter: " + notAfter + " (expected: later than " + notBefore + ")");
        }
    }

    /**
     * From now, backdated by {@link #BACKDATING}, for this long.
     *
     * @param lifetime counted from now; at least one second
     */
    public static Validity from(Instant now, Duration lifetime) {
        return new Validity(now.minus(BACKDATING), now.plus(lifetime));
    }
}

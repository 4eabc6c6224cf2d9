package dev.gibbon.operator.certmanager;

import dev.gibbon.core.log.Log;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tells people of trouble that lasts: once it has lasted for a moment, for issuing takes one, and
 * again each hour, for that is how long Kubernetes keeps Events. For one thread.
 */
public final class TroubleTeller {
    private static final Duration MOMENT = Duration.ofSeconds(10);
    private static final Duration AGAIN = Duration.ofHours(1);

    private final Consumer<Trouble> events;
    private final InstantSource clock;
    private final Log log;
    private @Nullable Trouble seen;
    private Instant since = Instant.EPOCH;
    private @Nullable Instant told;

    /** A teller; the events are for the cluster. */
    public TroubleTeller(Consumer<Trouble> events, InstantSource clock, Log log) {
        this.events = events;
        this.clock = clock;
        this.log = log;
    }

    /** What the last look has come to. */
    public void onLook(Optional<Trouble> found) {
        Instant now = clock.instant();
        if (found.isEmpty()) {
            if (told != null) {
                log.info("cert-manager serves the mesh again");
            }
            seen = null;
            told = null;
            return;
        }
        Trouble trouble = found.get();
        Trouble before = seen;
        if (before == null || before.reason() != trouble.reason()) {
            since = now;
            told = null;
        }
        seen = trouble;
        Instant last = told;
        boolean due =
                last == null ? !now.isBefore(since.plus(MOMENT)) : !now.isBefore(last.plus(AGAIN));
        if (due) {
            told = now;
            log.warn(
                    "cert-manager does not serve the mesh",
                    "reason",
                    trouble.reason().label(),
                    "detail",
                    trouble.message());
            events.accept(trouble);
        }
    }

    /** What people have been told of, and still is so. */
    public Optional<Trouble> current() {
        return told == null ? Optional.empty() : Optional.ofNullable(seen);
    }
}

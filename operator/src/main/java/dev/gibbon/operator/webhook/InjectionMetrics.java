package dev.gibbon.operator.webhook;

import dev.gibbon.operator.inject.Reason;
import java.time.Duration;

/** Counts what the webhook does. Any thread may call; nothing blocks. */
public interface InjectionMetrics {

    /**
     * A review was answered.
     *
     * @param took from the whole request to the answer
     */
    void onDecision(Reason reason, Duration took);

    /** A request was no review that could be read. */
    void onBadRequest();
}

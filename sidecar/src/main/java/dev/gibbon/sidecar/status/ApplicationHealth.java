package dev.gibbon.sidecar.status;

import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Answers questions about the application that a sidecar stands beside. Any thread may call. */
@FunctionalInterface
public interface ApplicationHealth {
    /** For a sidecar that knows of no such questions. */
    ApplicationHealth NONE = question -> null;

    /**
     * An answer.
     *
     * @param detail for people, one line
     */
    record Answer(boolean healthy, String detail) {}

    /**
     * Asks; never blocks.
     *
     * @param question what follows {@code /app-health/} in the path, e.g. {@code app/livez}
     * @return null when there is no such question
     */
    @Nullable CompletionStage<Answer> ask(String question);
}

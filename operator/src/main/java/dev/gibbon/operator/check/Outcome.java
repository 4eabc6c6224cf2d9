package dev.gibbon.operator.check;

import java.util.List;

/**
 * How a check has ended.
 *
 * @param summary one short sentence, printable ASCII; why, where it was skipped
 * @param findings empty when it is OK or was skipped
 */
public record Outcome(Level level, String summary, List<Finding> findings) {
    public Outcome {
        summary = Finding.printable(summary);
        findings = List.copyOf(findings);
    }

    static Outcome ok(String summary) {
        return new Outcome(Level.OK, summary, List.of());
    }

    static Outcome skipped(String reason) {
        return new Outcome(Level.SKIPPED, reason, List.of());
    }
}

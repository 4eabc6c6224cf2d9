package dev.gibbon.operator.check;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Gathers what a check finds. Not for several threads. */
final class Findings {
    private final List<Finding> found = new ArrayList<>();

    Findings warning(String text) {
        found.add(new Finding(Level.WARNING, text));
        return this;
    }

    Findings failed(String text) {
        found.add(new Finding(Level.FAILED, text));
        return this;
    }

    /** As bad as the worst finding; OK, and this sentence, when there is none. */
    Outcome orElse(String allIsWell) {
        if (found.isEmpty()) {
            return Outcome.ok(allIsWell);
        }
        List<Finding> worstFirst =
                found.stream().sorted(Comparator.comparing(Finding::level).reversed()).toList();
        return new Outcome(
                worstFirst.getFirst().level(),
                found.size() == 1 ? "1 finding" : found.size() + " findings",
                worstFirst);
    }
}

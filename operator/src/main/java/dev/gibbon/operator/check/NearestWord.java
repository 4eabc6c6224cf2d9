package dev.gibbon.operator.check;

import dev.gibbon.core.setting.EditDistance;
import java.util.Collection;

/** The known word that a misspelt one most likely means. */
final class NearestWord {
    /** More than these is another word. */
    private static final int MISTAKES = 3;

    private NearestWord() {}

    /**
     * A question that names it, e.g. {@code did you mean enabled?}; what is expected when none is
     * near. Of equally near ones the first.
     */
    static String question(String word, Collection<String> known) {
        String nearest = "";
        int least = Integer.MAX_VALUE;
        for (String candidate : known) {
            int distance = EditDistance.between(word, candidate);
            if (distance < least) {
                least = distance;
                nearest = candidate;
            }
        }
        return least <= MISTAKES
                ? "did you mean " + nearest + "?"
                : "expected: " + String.join(" or ", known);
    }
}

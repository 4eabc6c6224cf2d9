package dev.gibbon.operator.check;

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
            int distance = distance(word, candidate);
            if (distance < least) {
                least = distance;
                nearest = candidate;
            }
        }
        return least <= MISTAKES
                ? "did you mean " + nearest + "?"
                : "expected: " + String.join(" or ", known);
    }

    /** The number of characters to insert, delete or replace (Levenshtein). */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}

package dev.gibbon.operator.check;

/**
 * One thing that is not as it should be.
 *
 * @param level {@link Level#WARNING} or {@link Level#FAILED}
 * @param text where, what was found and what was expected; printable ASCII
 */
public record Finding(Level level, String text) {
    public Finding {
        if (level != Level.WARNING && level != Level.FAILED) {
            throw new IllegalArgumentException("level: " + level + " (expected: WARNING, FAILED)");
        }
        text = printable(text);
    }

    /** Messages come out of objects that others write. */
    static String printable(String text) {
        return text.replaceAll("[^ -~]", "?");
    }
}

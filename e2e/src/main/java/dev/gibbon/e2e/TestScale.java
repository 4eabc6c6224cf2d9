package dev.gibbon.e2e;

/**
 * How much of what can be repeated is repeated.
 *
 * @param full whether figures are wanted ({@code ./dev e2e --full}), not only an answer
 */
public record TestScale(boolean full) {
    static TestScale ofThisRun() {
        return new TestScale(Boolean.getBoolean("gibbon.full"));
    }

    /** One of two numbers. */
    public int choose(int small, int large) {
        return full ? large : small;
    }
}

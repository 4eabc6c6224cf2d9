package dev.gibbon.cli.demo;

/**
 * What a command printed.
 *
 * @param exit its exit code; -1 when it was ended because its time was over
 */
record Output(int exit, String out, String err) {

    /** The first line of what it printed as an error, or as output; for a report. */
    String firstLine() {
        String text = err.isBlank() ? out : err;
        return text.strip().lines().findFirst().orElse("(nothing)");
    }
}

package dev.gibbon.cli;

/**
 * A command could not do what was asked, for a reason that the user can understand. It ends with
 * exit code 1 and this one line, without a stack trace.
 */
public final class CommandFailure extends Exception {
    private static final long serialVersionUID = 1L;

    /**
     * @param message one sentence: what was got, what was expected, what to do
     */
    public CommandFailure(String message) {
        super(message);
    }
}

package dev.gibbon.cli;

/**
 * A command could not do what was asked, for a reason that the user can understand. It ends with
 * exit code 1, or 2, and this one line, without a stack trace.
 */
public final class CommandFailure extends Exception {
    private static final long serialVersionUID = 1L;

    private final int exitCode;

    /**
     * @param message one sentence: what was got, what was expected, what to do
     */
    public CommandFailure(String message) {
        this(message, 1);
    }

    private CommandFailure(String message, int exitCode) {
        super(message);
        this.exitCode = exitCode;
    }

    /** The arguments are wrong: exit code 2. */
    public static CommandFailure ofUsage(String message) {
        return new CommandFailure(message, 2);
    }

    int exitCode() {
        return exitCode;
    }
}

package dev.gibbon.operator.command;

import picocli.CommandLine.ExitCode;

/**
 * A command could not do what was asked, for a reason that the user can understand. It ends with
 * exit code 1, or 2, and this one line, without a stack trace.
 */
final class CommandFailure extends Exception {
    private static final long serialVersionUID = 1L;

    private final int exitCode;

    /**
     * @param message one sentence: what was got, what was expected, what to do
     */
    CommandFailure(String message) {
        this(message, ExitCode.SOFTWARE);
    }

    private CommandFailure(String message, int exitCode) {
        super(message);
        this.exitCode = exitCode;
    }

    /** The arguments are wrong, or there is no cluster that can be reached: exit code 2. */
    static CommandFailure ofUsage(String message) {
        return new CommandFailure(message, ExitCode.USAGE);
    }

    int exitCode() {
        return exitCode;
    }
}

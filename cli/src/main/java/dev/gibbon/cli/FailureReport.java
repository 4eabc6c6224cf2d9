package dev.gibbon.cli;

import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/**
 * Tells why a command failed: one line for a {@link CommandFailure}, everything for what nobody
 * expected.
 */
final class FailureReport implements IExecutionExceptionHandler {

    @Override
    public int handleExecutionException(
            Exception failure, CommandLine line, ParseResult parseResult) {
        if (failure instanceof CommandFailure expected) {
            line.getErr().println("gibbon: " + Objects.requireNonNull(failure.getMessage()));
            return expected.exitCode();
        }
        line.getErr().println("gibbon: internal error, please report it with what follows");
        failure.printStackTrace(line.getErr());
        return ExitCode.SOFTWARE;
    }
}

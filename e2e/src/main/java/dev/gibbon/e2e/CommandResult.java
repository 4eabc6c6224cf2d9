package dev.gibbon.e2e;

import java.util.Objects;

/**
 * What a command has said.
 *
 * @param exitCode 0 to 255
 * @param output its standard output
 * @param errors its standard error output
 */
public record CommandResult(int exitCode, String output, String errors) {
    /** Checks that nothing is missing. */
    public CommandResult {
        Objects.requireNonNull(output, "output");
        Objects.requireNonNull(errors, "errors");
    }

    /**
     * The standard output of a command that has to succeed.
     *
     * @throws IllegalStateException when it did not
     */
    public String orThrow() {
        if (exitCode != 0) {
            throw new IllegalStateException("exit code " + exitCode + ": " + output + errors);
        }
        return output;
    }
}

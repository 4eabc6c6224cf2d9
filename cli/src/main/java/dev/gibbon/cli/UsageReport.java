package dev.gibbon.cli;

import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;

/** Tells what is wrong with the arguments, in one line, and where to read on. */
final class UsageReport implements IParameterExceptionHandler {

    @Override
    public int handleParseException(ParameterException mistake, String[] args) {
        CommandLine line = mistake.getCommandLine();
        String name = line.getCommandSpec().qualifiedName();
        line.getErr().println(name + ": " + mistake.getMessage());
        if (line.getParent() == null && !line.getSubcommands().isEmpty()) {
            line.usage(line.getErr());
        } else {
            line.getErr().println("Try '" + name + " --help'.");
        }
        return ExitCode.USAGE;
    }
}

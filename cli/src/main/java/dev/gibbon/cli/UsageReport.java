package dev.gibbon.cli;

import dev.gibbon.core.setting.EditDistance;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Tells what is wrong with the arguments, in one line, and where to read on. */
final class UsageReport implements IParameterExceptionHandler {

    @Override
    public int handleParseException(ParameterException mistake, String[] args) {
        CommandLine line = mistake.getCommandLine();
        String name = line.getCommandSpec().qualifiedName();
        line.getErr().println(name + ": " + sentence(mistake, line.getCommandSpec()));
        if (line.getParent() == null && !(mistake instanceof UnmatchedArgumentException)) {
            line.usage(line.getErr());
        } else {
            line.getErr().println("Try '" + name + " --help'.");
        }
        return ExitCode.USAGE;
    }

    private static String sentence(ParameterException mistake, CommandSpec spec) {
        if (!(mistake instanceof UnmatchedArgumentException unmatched)) {
            return String.valueOf(mistake.getMessage());
        }
        String word = unmatched.getUnmatched().getFirst();
        boolean option = word.startsWith("-");
        String wrong =
                option || spec.subcommands().isEmpty()
                        ? String.valueOf(mistake.getMessage())
                        : "unknown command: " + word;
        Set<String> known =
                new TreeSet<>(option ? spec.optionsMap().keySet() : spec.subcommands().keySet());
        if (!option && spec.parent() == null) {
            known.addAll(Gibbon.ON_KUBERNETES);
        }
        List<String> meant = known.stream().filter(one -> isLike(word, one)).toList();
        return meant.isEmpty()
                ? wrong
                : wrong + " (did you mean " + String.join(" or ", meant) + "?)";
    }

    /** The beginning of it, or at most every third character is another. */
    private static boolean isLike(String word, String known) {
        return (word.length() > 1 && known.startsWith(word))
                || EditDistance.between(word, known) <= word.length() / 3;
    }
}

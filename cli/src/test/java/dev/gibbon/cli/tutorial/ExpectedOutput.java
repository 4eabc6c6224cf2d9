package dev.gibbon.cli.tutorial;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Lines that must appear in an output, in this order, with anything between them. White space at
 * both ends of a line does not count, {@code ...} inside a line stands for any text, and a line of
 * {@code ...} alone is there for the reader.
 */
record ExpectedOutput(List<String> lines) {
    private static final String ANY = "...";

    ExpectedOutput {
        lines =
                lines.stream()
                        .map(String::strip)
                        .filter(line -> !line.isEmpty() && !line.equals(ANY))
                        .toList();
    }

    /** The first line that the output lacks; empty when all are there. */
    Optional<String> missingIn(String output) {
        List<String> actual = output.lines().map(String::strip).toList();
        int next = 0;
        for (String line : lines) {
            Pattern pattern = pattern(line);
            while (next < actual.size() && !pattern.matcher(actual.get(next)).matches()) {
                next++;
            }
            if (next == actual.size()) {
                return Optional.of(line);
            }
            next++;
        }
        return Optional.empty();
    }

    private static Pattern pattern(String line) {
        // The limit keeps empty parts at the end, which are wildcards too.
        String regex =
                Stream.of(line.split(Pattern.quote(ANY), -1))
                        .map(Pattern::quote)
                        .collect(Collectors.joining(".*"));
        return Pattern.compile(regex);
    }
}

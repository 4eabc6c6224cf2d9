package dev.gibbon.cli.tutorial;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A document in Markdown whose commands can be run: its marked blocks, in their order. A block is
 * marked by the words behind its fence, e.g. {@code ```sh run}; {@link TutorialBlock} names them. A
 * {@code sh} block that is not to be run says so, {@code ```sh shown}: none is left out by mistake.
 * Other fenced blocks are pictures.
 */
record TutorialDocument(List<TutorialBlock> blocks) {
    private static final String FENCE = "```";
    private static final String STOP = "<!-- stop:";
    private static final String COMMENT_END = "-->";

    TutorialDocument {
        blocks = List.copyOf(blocks);
    }

    static TutorialDocument read(Path file) throws IOException {
        return parse(Files.readString(file));
    }

    /**
     * @throws IllegalArgumentException with the line, when a block cannot be understood
     */
    static TutorialDocument parse(String markdown) {
        return new Parser(markdown.lines().toList()).parse();
    }

    private static final class Parser {
        private final List<String> lines;
        private final List<TutorialBlock> blocks = new ArrayList<>();
        private final Set<String> running = new HashSet<>();

        Parser(List<String> lines) {
            this.lines = lines;
        }

        TutorialDocument parse() {
            int at = 0;
            while (at < lines.size()) {
                String line = lines.get(at);
                if (line.startsWith(FENCE)) {
                    int end = endOf(at);
                    fenced(
                            at + 1,
                            List.of(line.substring(FENCE.length()).strip().split(" +")),
                            lines.subList(at + 1, end));
                    at = end;
                } else if (line.startsWith(STOP)) {
                    stop(at + 1, line);
                }
                at++;
            }
            if (!running.isEmpty()) {
                throw new IllegalArgumentException(
                        "never stopped: " + String.join(", ", running.stream().sorted().toList()));
            }
            return new TutorialDocument(blocks);
        }

        private int endOf(int start) {
            for (int at = start + 1; at < lines.size(); at++) {
                if (lines.get(at).equals(FENCE)) {
                    return at;
                }
            }
            throw wrong(start + 1, "the block has no end (expected: a line of three back-ticks)");
        }

        private void fenced(int line, List<String> words, List<String> content) {
            String language = words.getFirst();
            String mode = words.size() > 1 ? words.get(1) : "";
            List<String> options = words.subList(Math.min(2, words.size()), words.size());
            switch (language + " " + mode) {
                case "sh run" -> run(line, options, content);
                case "sh background" -> background(line, options, content);
                case "text expect" -> expect(line, options, content);
                case "sh shown" -> none(line, options);
                default -> {
                    if (language.equals("sh")) {
                        throw wrong(
                                line, "sh " + mode + " (expected: sh run, background or shown)");
                    }
                }
            }
        }

        private void run(int line, List<String> options, List<String> content) {
            boolean fails = options.contains("fails");
            none(line, without(options, "fails"));
            blocks.add(new TutorialBlock.Run(line, script(content), fails));
        }

        private void background(int line, List<String> options, List<String> content) {
            String name = value(options, "name").orElse("");
            none(line, without(options, "name=" + name));
            if (!name.matches("[a-z0-9-]+")) {
                throw wrong(line, "name=" + name + " (expected: small letters, digits, dashes)");
            }
            if (!running.add(name)) {
                throw wrong(line, "name=" + name + " runs already (expected: a name of its own)");
            }
            blocks.add(new TutorialBlock.Background(line, name, script(content)));
        }

        private void expect(int line, List<String> options, List<String> content) {
            boolean retry = options.contains("retry");
            Optional<String> of = value(options, "of");
            none(line, without(without(options, "retry"), "of=" + of.orElse("")));
            ExpectedOutput output = new ExpectedOutput(content);
            if (output.lines().isEmpty()) {
                throw wrong(line, "nothing is expected (expected: a line other than ...)");
            }
            if (of.isPresent() && !running.contains(of.get())) {
                throw wrong(line, "of=" + of.get() + " (expected: the name of a running console)");
            }
            String console = of.orElseGet(() -> consoleAbove(line));
            if (retry && !console.isEmpty()) {
                throw wrong(line, "retry (expected: only after a run block; a console is awaited)");
            }
            blocks.add(new TutorialBlock.Expect(line, output, console, retry));
        }

        private String consoleAbove(int line) {
            return switch (blocks.isEmpty() ? null : blocks.getLast()) {
                case TutorialBlock.Background block -> block.name();
                case TutorialBlock.Run _ -> "";
                case TutorialBlock.Expect block when block.of().isEmpty() -> "";
                case TutorialBlock.Expect _, TutorialBlock.Stop _ ->
                        throw wrong(line, "no run block above (expected: one, or of=NAME)");
                case null -> throw wrong(line, "no block above (expected: one that prints)");
            };
        }

        private void stop(int line, String comment) {
            if (!comment.endsWith(COMMENT_END)) {
                throw wrong(line, "the comment has no end (expected: --> on the same line)");
            }
            List<String> names =
                    List.of(
                            comment.substring(
                                            STOP.length(), comment.length() - COMMENT_END.length())
                                    .strip()
                                    .split(" +"));
            for (String name : names) {
                if (!running.remove(name)) {
                    throw wrong(line, "stop: " + name + " (expected: the name of a running one)");
                }
            }
            blocks.add(new TutorialBlock.Stop(line, names));
        }

        private static String script(List<String> content) {
            return String.join("\n", content) + "\n";
        }

        private static Optional<String> value(List<String> options, String key) {
            return options.stream()
                    .filter(option -> option.startsWith(key + "="))
                    .map(option -> option.substring(key.length() + 1))
                    .findFirst();
        }

        private static List<String> without(List<String> options, String option) {
            return options.stream().filter(other -> !other.equals(option)).toList();
        }

        private static void none(int line, List<String> options) {
            if (!options.isEmpty()) {
                throw wrong(line, String.join(" ", options) + " (expected: nothing more here)");
            }
        }

        private static IllegalArgumentException wrong(int line, String what) {
            return new IllegalArgumentException("line " + line + ": " + what);
        }
    }
}

package dev.gibbon.operator.check;

import java.util.List;

/**
 * A {@link CheckReport} for a terminal: one line for each check, and below those that are not OK
 * what was found and what to do. Lines end in {@code \n}.
 */
public final class TextReport {
    private static final int COLUMNS = 100;
    private static final int TITLE = 58;

    /** The rest is told by number; JSON has all. */
    private static final int MOST_FINDINGS = 10;

    private static final String INDENT = "      ";

    private final boolean colour;
    private final StringBuilder text = new StringBuilder();

    private TextReport(boolean colour) {
        this.colour = colour;
    }

    /**
     * Renders a report.
     *
     * @param colour whether the terminal takes colours (ECMA-48, section 8.3.117)
     */
    public static String render(CheckReport report, boolean colour) {
        TextReport rendering = new TextReport(colour);
        rendering.add(report);
        return rendering.text.toString();
    }

    private void add(CheckReport report) {
        String only = report.scope().namespace();
        text.append("Cluster ")
                .append(Finding.printable(report.scope().server()))
                .append(", mesh in ")
                .append(report.scope().meshNamespace())
                .append(only == null ? "" : ", pods and configuration of " + only)
                .append('\n');
        for (Group group : Group.values()) {
            text.append('\n').append(paint("1", group.id())).append('\n');
            report.results().stream()
                    .filter(one -> one.check().group() == group)
                    .forEach(this::add);
        }
        text.append('\n').append(report.results().size()).append(" checks: ");
        text.append(report.count(Level.OK)).append(" ok, ");
        text.append(Count.of(report.count(Level.WARNING), "warning")).append(", ");
        text.append(report.count(Level.FAILED)).append(" failed, ");
        text.append(report.count(Level.SKIPPED)).append(" skipped\n");
    }

    private void add(Check.Result result) {
        Outcome outcome = result.outcome();
        Check check = result.check();
        String title = check.title();
        text.append("  ").append(mark(outcome.level())).append(' ').append(title);
        boolean plain = outcome.findings().isEmpty();
        text.append(" ".repeat(Math.max(1, TITLE - title.length())));
        text.append(plain ? outcome.summary() : check.id()).append('\n');
        if (plain) {
            return;
        }
        List<Finding> shown =
                outcome.findings().subList(0, Math.min(MOST_FINDINGS, outcome.findings().size()));
        shown.forEach(finding -> wrap("- ", finding.text()));
        int more = outcome.findings().size() - shown.size();
        if (more > 0) {
            wrap("- ", "and " + more + " more (--output json shows all)");
        }
        wrap("", check.meaning());
        wrap("-> ", check.remedy());
    }

    private String mark(Level level) {
        return switch (level) {
            case OK -> paint("32", "\u2713");
            case SKIPPED -> paint("90", "-");
            case WARNING -> paint("33", "!");
            case FAILED -> paint("31", "\u2717");
        };
    }

    private String paint(String code, String what) {
        return colour ? "\u001b[" + code + "m" + what + "\u001b[0m" : what;
    }

    private void wrap(String bullet, String sentence) {
        StringBuilder line = new StringBuilder(INDENT).append(bullet);
        String rest = " ".repeat(INDENT.length() + bullet.length());
        boolean first = true;
        for (String word : sentence.split(" ", -1)) {
            if (!first && line.length() + 1 + word.length() > COLUMNS) {
                text.append(line).append('\n');
                line = new StringBuilder(rest);
                first = true;
            }
            line.append(first ? "" : " ").append(word);
            first = false;
        }
        text.append(line).append('\n');
    }
}

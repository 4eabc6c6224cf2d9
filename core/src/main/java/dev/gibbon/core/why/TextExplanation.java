package dev.gibbon.core.why;

/**
 * An {@link Explanation} as text for a terminal: a label and what it says on each line, broken at
 * {@value #COLUMNS} columns, lines ending in {@code \n}. Control characters, which a client could
 * have put into a host or a path, are shown as {@code ?}.
 */
public final class TextExplanation {
    private static final int COLUMNS = 100;
    private static final int INDENT = 12;

    private final StringBuilder text = new StringBuilder();

    private TextExplanation() {}

    /** Renders one explanation. */
    public static String render(Explanation explanation) {
        TextExplanation rendering = new TextExplanation();
        rendering.add(explanation);
        return rendering.text.toString();
    }

    private void add(Explanation explanation) {
        line("question", QuestionText.of(explanation.question()));
        line("outcome", explanation.outcome().sentence());
        Explanation.Match winner = explanation.winner();
        if (winner != null) {
            line("rule", text(winner));
        }
        String because = explanation.because();
        if (because != null) {
            line("because", because);
        }
        for (Explanation.Match next : explanation.runnersUp()) {
            line("next", text(next));
        }
        for (Explanation.NearMiss miss : explanation.nearMisses()) {
            line(
                    "near miss",
                    miss.origin().kind()
                            + " "
                            + miss.origin().label()
                            + " asks for "
                            + miss.missing());
        }
        Explanation.Leg leg = explanation.leg();
        if (leg != null) {
            add(leg);
        }
    }

    private void add(Explanation.Leg leg) {
        if (leg.service() != null) {
            line("service", leg.service());
        }
        line(
                "upstream",
                leg.target()
                        + (leg.address() == null ? "" : ", dialled at " + leg.address())
                        + (leg.from() == null ? "" : " from " + leg.from()));
        if (leg.configured() != null) {
            line("origins", "put it in place of " + leg.configured());
        }
        if (leg.path() != null) {
            line("path", leg.path());
        }
        line("protection", leg.protection().sentence());
        if (leg.identity() != null) {
            line("identity", leg.identity());
        }
        if (leg.detail() != null) {
            line("refused", leg.detail());
        }
    }

    private static String text(Explanation.Match match) {
        return match.origin().kind() + " " + match.origin().label() + ": " + match.asks();
    }

    private void line(String label, String sentence) {
        text.append(label).repeat(' ', INDENT - label.length());
        int column = INDENT;
        for (String word : printable(sentence).split(" ", -1)) {
            if (column > INDENT && column + 1 + word.length() > COLUMNS) {
                text.append('\n').repeat(' ', INDENT);
                column = INDENT;
            } else if (column > INDENT) {
                text.append(' ');
                column++;
            }
            text.append(word);
            column += word.length();
        }
        text.append('\n');
    }

    private static String printable(String sentence) {
        StringBuilder printable = new StringBuilder(sentence);
        for (int i = 0; i < printable.length(); i++) {
            if (Character.isISOControl(printable.charAt(i))) {
                printable.setCharAt(i, '?');
            }
        }
        return printable.toString();
    }
}

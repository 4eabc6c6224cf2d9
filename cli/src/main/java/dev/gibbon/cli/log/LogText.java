package dev.gibbon.cli.log;

/** How text from anywhere becomes part of a log line. */
final class LogText {
    private LogText() {}

    /** Appends a value: as it is when all of it is visible and unambiguous, else in quotes. */
    static void appendValue(StringBuilder line, String value) {
        if (value.isEmpty() || value.codePoints().anyMatch(LogText::needsQuotes)) {
            line.append('"');
            appendEscaped(line, value);
            line.append('"');
        } else {
            line.append(value);
        }
    }

    /** Appends text without quotes around it, with quotes and invisible characters escaped. */
    static void appendEscaped(StringBuilder line, String text) {
        text.codePoints().forEach(c -> appendEscaped(line, c));
    }

    private static void appendEscaped(StringBuilder line, int c) {
        switch (c) {
            case '"' -> line.append("\\\"");
            case '\\' -> line.append("\\\\");
            case '\n' -> line.append("\\n");
            case '\r' -> line.append("\\r");
            case '\t' -> line.append("\\t");
            default -> {
                if (isVisible(c)) {
                    line.appendCodePoint(c);
                } else {
                    line.append("\\u{").append(Integer.toHexString(c)).append('}');
                }
            }
        }
    }

    private static boolean needsQuotes(int c) {
        return c == ' ' || c == '"' || c == '\\' || c == '=' || !isVisible(c);
    }

    /** Control, format (direction marks) and line separator characters are not. */
    private static boolean isVisible(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.UNASSIGNED ->
                    false;
            default -> true;
        };
    }
}

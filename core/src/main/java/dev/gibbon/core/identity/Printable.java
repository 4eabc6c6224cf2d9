package dev.gibbon.core.identity;

/** Text of a stranger, made fit for a message: short, and without control characters. */
final class Printable {
    private static final int MAX_LENGTH = 120;

    private Printable() {}

    static String of(String text) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < Math.min(text.length(), MAX_LENGTH); i++) {
            char c = text.charAt(i);
            out.append(c >= ' ' && c < 0x7f ? c : '?');
        }
        return text.length() > MAX_LENGTH ? out.append("...").toString() : out.toString();
    }
}

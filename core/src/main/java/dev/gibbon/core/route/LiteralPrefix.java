package dev.gibbon.core.route;

/**
 * The characters that every text matching a regular expression starts with. It may be shorter than
 * it could be, never longer; where the expression is not simple it is empty.
 */
final class LiteralPrefix {
    private static final String META = ".+*?()|[]{}^$\\";
    private static final String QUANTIFIERS = "*?{";

    private LiteralPrefix() {}

    /**
     * @param pattern valid RE2 syntax
     */
    static String of(String pattern) {
        if (pattern.contains("\\Q") || hasAlternatives(pattern)) {
            return "";
        }
        StringBuilder prefix = new StringBuilder();
        int i = 0;
        while (i < pattern.length()) {
            char c = pattern.charAt(i);
            int next = i + 1;
            if (c == '\\' && next < pattern.length() && isPunctuation(pattern.charAt(next))) {
                c = pattern.charAt(next);
                next++;
            } else if (c >= 128 || META.indexOf(c) >= 0) {
                break;
            }
            if (next < pattern.length() && QUANTIFIERS.indexOf(pattern.charAt(next)) >= 0) {
                break;
            }
            prefix.append(c);
            i = next;
        }
        return prefix.toString();
    }

    private static boolean isPunctuation(char c) {
        return c > ' ' && c < 127 && !Character.isLetterOrDigit(c);
    }

    /** Whether there is a {@code |} outside of all groups and character classes. */
    private static boolean hasAlternatives(String pattern) {
        int depth = 0;
        for (int i = 0; i < pattern.length(); i++) {
            switch (pattern.charAt(i)) {
                case '\\' -> i++;
                case '[' -> i = endOfClass(pattern, i);
                case '(' -> depth++;
                case ')' -> depth--;
                case '|' -> {
                    if (depth == 0) {
                        return true;
                    }
                }
                default -> {}
            }
        }
        return false;
    }

    private static int endOfClass(String pattern, int start) {
        int i = start + 1;
        if (i < pattern.length() && pattern.charAt(i) == '^') {
            i++;
        }
        if (i < pattern.length() && pattern.charAt(i) == ']') {
            i++;
        }
        while (i < pattern.length() && pattern.charAt(i) != ']') {
            if (pattern.charAt(i) == '\\') {
                i++;
            } else if (pattern.startsWith("[:", i) && pattern.indexOf(":]", i) >= 0) {
                i = pattern.indexOf(":]", i) + 1;
            }
            i++;
        }
        return i;
    }
}

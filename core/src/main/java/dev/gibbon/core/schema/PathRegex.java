package dev.gibbon.core.schema;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Whether a Route's path is a regular expression that a sidecar can afford. RE2 matches in linear
 * time, but counted repetitions multiply when nested: {@code ((a{1000}){1000}){1000}} has 26
 * characters and needs gigabytes. So the size is estimated before the expression is compiled. A
 * request's path costs as many steps as the expression has, for each of its characters.
 */
final class PathRegex {
    static final int MAX_LENGTH = 1024;
    static final long MAX_SIZE = 2_000;

    private final String text;
    private int position;
    private final Deque<Long> outer = new ArrayDeque<>();
    private long group;
    private long atom;

    private PathRegex(String text) {
        this.text = text;
    }

    /** What is wrong with the expression; null when it can be used. */
    static @Nullable String check(String path) {
        if (path.length() > MAX_LENGTH) {
            return "regex of "
                    + path.length()
                    + " characters (expected: at most "
                    + MAX_LENGTH
                    + ")";
        }
        long size = new PathRegex(path).size();
        if (size > MAX_SIZE) {
            return invalid(path, "repetitions multiply to more than " + MAX_SIZE + " steps");
        }
        try {
            Pattern.compile(path);
            return null;
        } catch (PatternSyntaxException e) {
            return invalid(path, e.getDescription());
        }
    }

    private static String invalid(String path, String reason) {
        return "invalid regex: '" + path + "' (RE2 returned: " + reason + ")";
    }

    /** About how many steps the compiled expression has; never far too low. */
    private long size() {
        while (position < text.length()) {
            char c = text.charAt(position++);
            switch (c) {
                case '(' -> {
                    closeAtom();
                    outer.push(group);
                    group = 1;
                }
                case ')' -> {
                    closeAtom();
                    atom = group;
                    group = outer.isEmpty() ? 0 : outer.pop();
                }
                case '{' -> atom = Math.min(atom * repetition(), Integer.MAX_VALUE);
                case '[' -> next(this::skipClass);
                case '\\' -> next(this::skipEscape);
                case '*', '+', '?', '|' -> group++;
                default -> next(() -> {});
            }
        }
        closeAtom();
        while (!outer.isEmpty()) {
            group += outer.pop();
        }
        return group;
    }

    private void next(Runnable skip) {
        closeAtom();
        atom = 1;
        skip.run();
    }

    private void closeAtom() {
        group = Math.min(group + atom, Integer.MAX_VALUE);
        atom = 0;
    }

    /** The largest count of {@code n}, {@code n,} or {@code n,m} before the brace; 1 if none. */
    private long repetition() {
        long largest = 1;
        long number = 0;
        for (int i = position; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= '0' && c <= '9') {
                number = Math.min(number * 10 + (c - '0'), Integer.MAX_VALUE);
                largest = Math.max(largest, number);
            } else if (c == ',') {
                number = 0;
            } else {
                return c == '}' ? largest : 1;
            }
        }
        return 1;
    }

    private void skipEscape() {
        if (position < text.length() && text.charAt(position) == 'Q') {
            int end = text.indexOf("\\E", position);
            int stop = end < 0 ? text.length() : end + 2;
            atom = (long) stop - position;
            position = stop;
        } else {
            position++;
        }
    }

    private void skipClass() {
        if (position < text.length() && text.charAt(position) == '^') {
            position++;
        }
        boolean first = true;
        while (position < text.length()) {
            char c = text.charAt(position++);
            if (c == ']' && !first) {
                return;
            }
            if (c == '\\') {
                position++;
            } else if (c == '[' && text.startsWith(":", position)) {
                int end = text.indexOf(":]", position + 1);
                position = end < 0 ? position : end + 2;
            }
            first = false;
        }
    }
}

package dev.gibbon.operator.inject;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One port or several in a row, e.g. {@code 9090} or {@code 9100-9110}.
 *
 * @param first 1-65535
 * @param last first-65535
 */
public record PortRange(int first, int last) {
    private static final Pattern FORM = Pattern.compile("([0-9]{1,5})(?:-([0-9]{1,5}))?");
    private static final int MAX = 65535;

    public PortRange {
        if (first < 1 || last < first || last > MAX) {
            throw new IllegalArgumentException(
                    "ports: " + first + "-" + last + " (expected: 1-65535, the lower one first)");
        }
    }

    static Optional<PortRange> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        int first = Integer.parseInt(matcher.group(1));
        int last = matcher.group(2) == null ? first : Integer.parseInt(matcher.group(2));
        return first < 1 || last < first || last > MAX
                ? Optional.empty()
                : Optional.of(new PortRange(first, last));
    }

    @Override
    public String toString() {
        return first == last ? Integer.toString(first) : first + "-" + last;
    }
}

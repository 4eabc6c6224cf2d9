package dev.gibbon.core.setting;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The grammar of a duration: a whole number and {@code ms}, {@code s}, {@code m} or {@code h};
 * without a unit it is seconds.
 *
 * @param min the shortest that is accepted
 * @param max the longest that is accepted
 */
public record DurationSyntax(Duration min, Duration max) {
    private static final Pattern FORM = Pattern.compile("([0-9]{1,9})(ms|s|m|h)?");

    /**
     * Reads a duration.
     *
     * @throws InvalidSetting when it is none, or out of bounds
     */
    public Duration parse(String value) throws InvalidSetting {
        Matcher matcher = FORM.matcher(value);
        if (!matcher.matches()) {
            throw refused(value);
        }
        long amount = Long.parseLong(matcher.group(1));
        String unit = matcher.group(2);
        Duration duration =
                switch (unit == null ? "s" : unit) {
                    case "ms" -> Duration.ofMillis(amount);
                    case "m" -> Duration.ofMinutes(amount);
                    case "h" -> Duration.ofHours(amount);
                    default -> Duration.ofSeconds(amount);
                };
        if (duration.compareTo(min) < 0 || duration.compareTo(max) > 0) {
            throw refused(value);
        }
        return duration;
    }

    private InvalidSetting refused(String value) {
        return new InvalidSetting(
                value
                        + " (expected: "
                        + text(min)
                        + " to "
                        + text(max)
                        + ", e.g. 10, 10s or 500ms)");
    }

    private static String text(Duration duration) {
        if (duration.toMillis() % 1000 != 0) {
            return duration.toMillis() + "ms";
        }
        if (duration.isZero() || duration.toSeconds() % 3600 != 0) {
            return duration.toSeconds() + "s";
        }
        return duration.toHours() + "h";
    }
}

package dev.gibbon.operator.config;

/**
 * One condition of an object, without the time.
 *
 * @param reason one word, e.g. {@code ServiceNotFound}
 * @param message for people
 */
public record Finding(boolean met, String reason, String message) {
    static Finding yes(String reason) {
        return new Finding(true, reason, "");
    }

    static Finding no(String reason, String message) {
        return new Finding(false, reason, message);
    }
}

package dev.gibbon.operator.inject;

import java.util.Locale;
import java.util.Optional;

/** How much a sidecar says. */
public enum LogLevel {
    DEBUG,
    INFO,
    WARN,
    ERROR;

    static Optional<LogLevel> parse(String text) {
        for (LogLevel level : values()) {
            if (level.toString().equals(text)) {
                return Optional.of(level);
            }
        }
        return Optional.empty();
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}

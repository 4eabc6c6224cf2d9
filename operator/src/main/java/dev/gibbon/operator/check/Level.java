package dev.gibbon.operator.check;

import java.util.Locale;

/** How a check has ended; of two, the later one is worse. */
public enum Level {
    /** All is as it should be. */
    OK,
    /** It could not be looked at. */
    SKIPPED,
    /** It works, but somebody should look at it. */
    WARNING,
    /** Something does not work, or will not in time. */
    FAILED;

    /** E.g. {@code failed}; never changes. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }
}

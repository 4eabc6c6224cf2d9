package dev.gibbon.operator.check;

import java.util.Locale;

/** What a check is about. In the order in which they are printed. */
public enum Group {
    CLUSTER,
    INSTALLATION,
    CERTIFICATES,
    INJECTION,
    CONFIGURATION,
    NETWORK;

    /** E.g. {@code cluster}; never changes. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }
}

package dev.gibbon.core.entity;

import java.util.Locale;
import java.util.Optional;

/** What a Service speaks, or what a Route accepts. Text form: lower case, as in Kong. */
public enum Protocol {
    HTTP,
    HTTPS,
    TCP,
    TLS;

    /** Whether requests are looked at one by one ({@code http}, {@code https}). */
    public boolean isHttp() {
        return this == HTTP || this == HTTPS;
    }

    /** Whether the connection is TLS ({@code https}, {@code tls}). */
    public boolean isTls() {
        return this == HTTPS || this == TLS;
    }

    /** The lower-case name, e.g. {@code https}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<Protocol> parse(String text) {
        for (Protocol protocol : values()) {
            if (protocol.text().equals(text)) {
                return Optional.of(protocol);
            }
        }
        return Optional.empty();
    }
}

package dev.gibbon.sidecar.telemetry;

import org.jspecify.annotations.Nullable;

/** Writes one flat JSON object (RFC 8259) in ASCII: all else is escaped. */
final class JsonLine {
    private static final String HEX = "0123456789abcdef";

    private final StringBuilder out = new StringBuilder(512).append('{');

    /** Adds a string; nothing when it is null. */
    void text(String key, @Nullable String value) {
        if (value == null) {
            return;
        }
        key(key);
        out.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ' || c > '~') {
                out.append("\\u")
                        .append(HEX.charAt(c >> 12))
                        .append(HEX.charAt(c >> 8 & 15))
                        .append(HEX.charAt(c >> 4 & 15))
                        .append(HEX.charAt(c & 15));
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }

    /** Adds a number, or {@code true} or {@code false}. */
    void raw(String key, String value) {
        key(key);
        out.append(value);
    }

    private void key(String key) {
        if (out.length() > 1) {
            out.append(',');
        }
        out.append('"').append(key).append("\":");
    }

    String end() {
        return out.append('}').toString();
    }
}

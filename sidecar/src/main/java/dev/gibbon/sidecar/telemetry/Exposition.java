package dev.gibbon.sidecar.telemetry;

import java.math.BigDecimal;

/** Text in the Prometheus exposition format 0.0.4. */
final class Exposition {
    private final StringBuilder out = new StringBuilder(16 * 1024);

    void head(String name, String type, String help) {
        out.append("# HELP ").append(name).append(' ').append(help).append('\n');
        out.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    }

    void sample(String name, long value) {
        out.append(name).append(' ').append(value).append('\n');
    }

    /** A duration, in the base unit. */
    void seconds(String name, double seconds) {
        out.append(name).append(' ').append(number(seconds)).append('\n');
    }

    void sample(String name, String label1, String value1, long value) {
        out.append(name).append('{');
        label(label1, value1);
        out.append("} ").append(value).append('\n');
    }

    void sample(String name, String[] labels, String[] values, long value) {
        out.append(name).append('{');
        for (int i = 0; i < labels.length; i++) {
            if (i > 0) {
                out.append(',');
            }
            label(labels[i], values[i]);
        }
        out.append("} ").append(value).append('\n');
    }

    private void label(String name, String value) {
        out.append(name).append("=\"");
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '\\' -> out.append("\\\\");
                case '"' -> out.append("\\\"");
                case '\n' -> out.append("\\n");
                default -> out.append(c);
            }
        }
        out.append('"');
    }

    /** Without exponent: every reader understands it. */
    static String number(double value) {
        return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
    }

    @Override
    public String toString() {
        return out.toString();
    }
}

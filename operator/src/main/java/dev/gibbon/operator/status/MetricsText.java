package dev.gibbon.operator.status;

/** Builds metrics in the text format of Prometheus. */
public final class MetricsText {
    private final StringBuilder text = new StringBuilder();

    /** Adds a value that goes up and down. */
    public MetricsText gauge(String name, String help, long value) {
        return metric("gauge", name, help, value);
    }

    /** Adds a value that only goes up. */
    public MetricsText counter(String name, String help, long value) {
        return metric("counter", name, help, value);
    }

    private MetricsText metric(String type, String name, String help, long value) {
        text.append("# HELP ").append(name).append(' ').append(help).append('\n');
        text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
        text.append(name).append(' ').append(value).append('\n');
        return this;
    }

    @Override
    public String toString() {
        return text.toString();
    }
}

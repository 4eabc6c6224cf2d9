package dev.gibbon.operator.webhook;

import dev.gibbon.operator.inject.Reason;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/**
 * The figures of injection, in the text format of Prometheus. All series are there from the start,
 * and their labels come from a closed set.
 */
public final class InjectionCounts implements InjectionMetrics {
    /** Upper bounds in milliseconds; Kubernetes gives a webhook 10 s. */
    private static final long[] BOUNDS = {
        1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000
    };

    private static final double NANOS = 1e9;

    private final Map<Reason, LongAdder> decisions;
    private final LongAdder badRequests = new LongAdder();
    private final LongAdder[] buckets = new LongAdder[BOUNDS.length + 1];
    private final LongAdder nanos = new LongAdder();

    public InjectionCounts() {
        Map<Reason, LongAdder> counts = new EnumMap<>(Reason.class);
        for (Reason reason : Reason.values()) {
            counts.put(reason, new LongAdder());
        }
        decisions = Collections.unmodifiableMap(counts);
        for (int i = 0; i < buckets.length; i++) {
            buckets[i] = new LongAdder();
        }
    }

    @Override
    public void onDecision(Reason reason, Duration took) {
        count(reason).increment();
        int i = 0;
        while (i < BOUNDS.length && took.toNanos() > BOUNDS[i] * 1_000_000) {
            i++;
        }
        buckets[i].increment();
        nanos.add(took.toNanos());
    }

    @Override
    public void onBadRequest() {
        badRequests.increment();
    }

    private LongAdder count(Reason reason) {
        LongAdder count = decisions.get(reason);
        if (count == null) {
            throw new IllegalStateException("a count for each reason");
        }
        return count;
    }

    /** The lines, each ended by a newline. */
    public String toText() {
        StringBuilder text = new StringBuilder();
        head(text, "gibbon_injection_decisions_total", "counter", "Pods by what became of them.");
        for (Reason reason : Reason.values()) {
            text.append("gibbon_injection_decisions_total{outcome=\"")
                    .append(reason.outcome().name().toLowerCase(Locale.ROOT))
                    .append("\",reason=\"")
                    .append(reason.id())
                    .append("\"} ")
                    .append(count(reason).sum())
                    .append('\n');
        }
        head(
                text,
                "gibbon_injection_bad_requests_total",
                "counter",
                "Requests that were no admission review.");
        text.append("gibbon_injection_bad_requests_total ").append(badRequests.sum()).append('\n');
        head(text, "gibbon_injection_duration_seconds", "histogram", "Time to answer a review.");
        long below = 0;
        for (int i = 0; i < buckets.length; i++) {
            below += buckets[i].sum();
            text.append("gibbon_injection_duration_seconds_bucket{le=\"")
                    .append(i < BOUNDS.length ? String.valueOf(BOUNDS[i] / 1000.0) : "+Inf")
                    .append("\"} ")
                    .append(below)
                    .append('\n');
        }
        text.append("gibbon_injection_duration_seconds_sum ").append(nanos.sum() / NANOS);
        text.append("\ngibbon_injection_duration_seconds_count ").append(below).append('\n');
        return text.toString();
    }

    private static void head(StringBuilder text, String name, String type, String help) {
        text.append("# HELP ").append(name).append(' ').append(help).append('\n');
        text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    }
}

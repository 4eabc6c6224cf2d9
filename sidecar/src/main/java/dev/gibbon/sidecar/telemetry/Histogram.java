package dev.gibbon.sidecar.telemetry;

import java.util.concurrent.atomic.LongAdder;

/** Durations counted in fixed buckets. Any thread may call; takes no lock. */
final class Histogram {
    private static final double[] BOUNDS = {
        0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60
    };

    private static final double NANOS_PER_SECOND = 1e9;

    private final LongAdder[] buckets = new LongAdder[BOUNDS.length + 1];
    private final LongAdder sumNanos = new LongAdder();

    Histogram() {
        for (int i = 0; i < buckets.length; i++) {
            buckets[i] = new LongAdder();
        }
    }

    void observe(long nanos) {
        double seconds = nanos / NANOS_PER_SECOND;
        int i = 0;
        while (i < BOUNDS.length && seconds > BOUNDS[i]) {
            i++;
        }
        buckets[i].increment();
        sumNanos.add(nanos);
    }

    void print(Exposition out, String name, String help) {
        out.head(name, "histogram", help);
        long count = 0;
        for (int i = 0; i < BOUNDS.length; i++) {
            count += buckets[i].sum();
            out.sample(name + "_bucket", "le", Exposition.number(BOUNDS[i]), count);
        }
        count += buckets[BOUNDS.length].sum();
        out.sample(name + "_bucket", "le", "+Inf", count);
        out.seconds(name + "_sum", sumNanos.sum() / NANOS_PER_SECOND);
        out.sample(name + "_count", count);
    }
}

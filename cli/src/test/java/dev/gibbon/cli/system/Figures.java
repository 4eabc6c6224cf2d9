package dev.gibbon.cli.system;

import java.util.Arrays;

/** Measured values, printed for whoever reads a test's output. */
final class Figures {
    private Figures() {}

    static void print(String name, String value) {
        System.out.println("figure: " + name + ": " + value);
    }

    static String mebibytes(long bytes) {
        return bytes / (1024 * 1024) + " MiB";
    }

    /**
     * A percentile in milliseconds.
     *
     * @param nanos sorted by this call
     */
    static double percentile(long[] nanos, double part) {
        Arrays.sort(nanos);
        return nanos[(int) Math.min(nanos.length - 1L, (long) (nanos.length * part))] / 1e6;
    }
}

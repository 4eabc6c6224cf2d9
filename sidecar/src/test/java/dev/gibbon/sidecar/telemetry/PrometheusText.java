package dev.gibbon.sidecar.telemetry;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A strict reader of the Prometheus text format 0.0.4. */
final class PrometheusText {
    private static final Pattern HELP = Pattern.compile("# HELP ([a-z_]+) ([ -~]+)");
    private static final Pattern TYPE =
            Pattern.compile("# TYPE ([a-z_]+) (counter|gauge|histogram)");
    private static final String LABEL = "[a-z_]+=\"(?:[^\"\\\\\n]|\\\\[\\\\\"n])*\"";
    private static final Pattern SAMPLE =
            Pattern.compile(
                    "([a-z_]+)(\\{" + LABEL + "(?:," + LABEL + ")*})? ([0-9]+(?:\\.[0-9]+)?)");

    private PrometheusText() {}

    /** Samples by name and labels; throws with the line that is wrong. */
    static Map<String, Double> parse(String text) {
        if (!text.endsWith("\n")) {
            throw new AssertionError("the last line has no end");
        }
        Map<String, Double> samples = new LinkedHashMap<>();
        Set<String> families = new HashSet<>();
        String helped = "";
        String family = "";
        String type = "";
        for (String line : text.substring(0, text.length() - 1).split("\n", -1)) {
            Matcher help = HELP.matcher(line);
            Matcher typed = TYPE.matcher(line);
            Matcher sample = SAMPLE.matcher(line);
            if (help.matches()) {
                helped = help.group(1);
            } else if (typed.matches()) {
                family = typed.group(1);
                type = typed.group(2);
                require(helped.equals(family), "TYPE without HELP", line);
                require(families.add(family), "a family twice", line);
                require(!type.equals("counter") || family.endsWith("_total"), "name", line);
            } else if (sample.matches()) {
                String name = sample.group(1);
                boolean mine =
                        type.equals("histogram")
                                ? name.matches(family + "_(bucket|sum|count)")
                                : name.equals(family);
                require(mine, "a sample outside its family " + family, line);
                String labels = sample.group(2) == null ? "" : sample.group(2);
                Double before = samples.put(name + labels, Double.valueOf(sample.group(3)));
                require(before == null, "a sample twice", line);
            } else {
                throw new AssertionError("not a line of the format: " + line);
            }
        }
        return samples;
    }

    private static void require(boolean fact, String what, String line) {
        if (!fact) {
            throw new AssertionError(what + ": " + line);
        }
    }
}

package dev.gibbon.e2e.load;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the program {@code load} of the test images has seen so far.
 *
 * @param ok answered requests, with status 200 and the whole body
 * @param failed all others; none is repeated
 * @param connections that were opened
 * @param reopened among them, those that the server had closed while they were idle
 * @param seconds since the start
 * @param p50Millis half of the answered requests took no longer; null before the first
 * @param p99Millis the same of 99 in 100
 * @param maxMillis the same of all
 * @param failures the first hundred, one by one, with the time and the client's address
 * @param done whether it has ended
 */
public record LoadReport(
        @JsonProperty("ok") long ok,
        @JsonProperty("failed") long failed,
        @JsonProperty("connections") long connections,
        @JsonProperty("reopened") long reopened,
        @JsonProperty("seconds") double seconds,
        @JsonProperty("p50Millis") @Nullable Double p50Millis,
        @JsonProperty("p99Millis") @Nullable Double p99Millis,
        @JsonProperty("maxMillis") @Nullable Double maxMillis,
        @JsonProperty("failures") List<Map<String, Object>> failures,
        @JsonProperty("done") boolean done) {

    /** Copies. */
    public LoadReport {
        failures = List.copyOf(failures);
    }

    /** All that were sent and are over. */
    public long requests() {
        return ok + failed;
    }

    /** For {@link dev.gibbon.e2e.Figures}. */
    public Map<String, Object> figures(String what) {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put(what + ", requests", requests());
        figures.put(what + ", failed", failed);
        figures.put(what + ", connections", connections);
        figures.put(what + ", seconds", seconds);
        figures.put(what + ", p50 in ms", p50Millis);
        figures.put(what + ", p99 in ms", p99Millis);
        figures.put(what + ", longest in ms", maxMillis);
        return figures;
    }

    /** In a line; failures in one each. */
    public String text() {
        String line =
                String.format(
                        "%d requests in %.0f s on %d connections (%d closed while idle): failed %d;"
                                + " p50 %s ms, p99 %s ms, slowest %s ms",
                        requests(),
                        seconds,
                        connections,
                        reopened,
                        failed,
                        p50Millis,
                        p99Millis,
                        maxMillis);
        return line
                + failures.stream().map(failure -> "\n  " + failure).collect(Collectors.joining());
    }
}

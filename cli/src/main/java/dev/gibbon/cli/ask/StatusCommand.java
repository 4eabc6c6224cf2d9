package dev.gibbon.cli.ask;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gibbon.cli.CommandFailure;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code gibbon status}: the sidecars, what they run, and how old their certificates are. */
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        description = {
            "Shows the sidecars of a control plane: whether they are connected, which revision of the"
                    + " configuration they run, and their certificates; and below, which Services"
                    + " and Routes are not in effect, and why.",
            "One that is gone is shown until gibbon workload remove; how long it has been gone is"
                    + " known if it was connected since the control plane started.",
            "Exit code: 0 when all connected sidecars run the newest revision, 1 otherwise."
        })
public final class StatusCommand implements Callable<Integer> {
    private final InstantSource clock;

    @Mixin private AdminOptions options = new AdminOptions();
    @Spec private @Nullable CommandSpec spec;

    public StatusCommand(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public Integer call() throws CommandFailure {
        JsonNode status = options.client().get("/sidecars", Map.of());
        String text =
                options.json() ? status.toPrettyString() + "\n" : render(status, clock.instant());
        if (spec != null) {
            spec.commandLine().getOut().print(text);
            spec.commandLine().getOut().flush();
        }
        return isCurrent(status) ? 0 : 1;
    }

    private static boolean isCurrent(JsonNode status) {
        for (JsonNode sidecar : status.path("sidecars")) {
            if (sidecar.path("connected").asBoolean()
                    && sidecar.path("revision").asLong() != status.path("revision").asLong()) {
                return false;
            }
        }
        return true;
    }

    static String render(JsonNode status, Instant now) {
        List<String[]> rows = new ArrayList<>();
        rows.add(
                new String[] {
                    "SIDECAR", "STATE", "REVISION", "CERTIFICATE", "STANDS FOR", "REFUSED"
                });
        for (JsonNode sidecar : status.path("sidecars")) {
            rows.add(
                    new String[] {
                        sidecar.path("name").asText(),
                        state(sidecar, now),
                        sidecar.path("revision").asText("-"),
                        certificate(sidecar, now),
                        addresses(sidecar.path("workload")),
                        sidecar.path("nack").asText("-").replace("null", "-")
                    });
        }
        StringBuilder text = new StringBuilder();
        text.append("trust domain ")
                .append(status.path("trust_domain").asText())
                .append(", configuration revision ")
                .append(status.path("revision").asText())
                .append("\n\n");
        int[] widths = new int[rows.getFirst().length];
        for (String[] row : rows) {
            for (int i = 0; i < row.length; i++) {
                widths[i] = Math.max(widths[i], row[i].length());
            }
        }
        for (String[] row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.length; i++) {
                line.append(row[i]).repeat(' ', widths[i] - row[i].length() + 2);
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        if (rows.size() == 1) {
            text.append("(no sidecar has connected yet)\n");
        }
        for (JsonNode skipped : status.path("skipped")) {
            text.append("\nnot in effect: ").append(skipped.asText());
        }
        if (!status.path("skipped").isEmpty()) {
            text.append('\n');
        }
        return text.toString();
    }

    private static String state(JsonNode sidecar, Instant now) {
        if (sidecar.path("connected").asBoolean()) {
            return "connected";
        }
        if (!sidecar.hasNonNull("gone_since")) {
            return "gone";
        }
        Instant since = Instant.parse(sidecar.path("gone_since").asText());
        return "gone for " + words(Duration.between(since, now));
    }

    private static String addresses(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(address -> texts.add(address.asText()));
        return texts.isEmpty() ? "-" : String.join(",", texts);
    }

    private static String certificate(JsonNode sidecar, Instant now) {
        if (!sidecar.hasNonNull("certificate_not_after")) {
            return "-";
        }
        Duration left =
                Duration.between(
                        now, Instant.parse(sidecar.path("certificate_not_after").asText()));
        if (left.isNegative()) {
            return "expired " + words(left.negated()) + " ago";
        }
        return words(left) + " left";
    }

    private static String words(Duration duration) {
        if (duration.toHours() > 0) {
            return duration.toHours() + "h" + duration.toMinutesPart() + "m";
        }
        return duration.toMinutes() > 0
                ? duration.toMinutes() + "m" + duration.toSecondsPart() + "s"
                : duration.toSeconds() + "s";
    }
}

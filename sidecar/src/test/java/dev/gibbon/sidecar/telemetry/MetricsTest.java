package dev.gibbon.sidecar.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.core.decision.CloseReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MetricsTest {

    private static Metrics used() {
        Metrics metrics = new Metrics("1.0 \"x\"\\\n");
        metrics.opened();
        metrics.opened();
        metrics.closed();
        metrics.record(Records.request(200, "/"));
        metrics.record(Records.request(404, "/"));
        metrics.record(Records.request(0, "/"));
        metrics.record(Records.stream(CloseReason.NO_ROUTE));
        metrics.dialled(CloseReason.FINISHED, 3_000_000);
        metrics.dialled(CloseReason.UPSTREAM_REFUSED, 1);
        metrics.accessLogDropped();
        metrics.configApplied(7);
        metrics.configRejected();
        metrics.certificateExpires(Instant.ofEpochSecond(1_700_000_000));
        return metrics;
    }

    @Test
    void theTextIsInTheFormatAndSaysWhatHappened() {
        Map<String, Double> samples = PrometheusText.parse(used().print());

        assertThat(samples)
                .containsEntry("gibbon_build_info{version=\"1.0 \\\"x\\\"\\\\\\n\"}", 1.0)
                .containsEntry("gibbon_downstream_connections_total", 2.0)
                .containsEntry("gibbon_downstream_connections_active", 1.0)
                .containsEntry(
                        "gibbon_connections_closed_total{protocol=\"tls\",mesh=\"both\",reason=\"no_route\"}",
                        1.0)
                .containsEntry(
                        "gibbon_requests_total{protocol=\"http\",status_class=\"2xx\",reason=\"finished\"}",
                        1.0)
                .containsEntry(
                        "gibbon_requests_total{protocol=\"http\",status_class=\"none\",reason=\"finished\"}",
                        1.0)
                .containsEntry("gibbon_request_duration_seconds_count", 3.0)
                .containsEntry("gibbon_received_bytes_total{protocol=\"http\"}", 15.0)
                .containsEntry("gibbon_sent_bytes_total{protocol=\"tls\"}", 2.0)
                .containsEntry("gibbon_upstream_connects_total{outcome=\"finished\"}", 1.0)
                .containsEntry("gibbon_upstream_connects_total{outcome=\"upstream_refused\"}", 1.0)
                .containsEntry(
                        "gibbon_upstream_connect_duration_seconds_bucket{le=\"0.0025\"}", 0.0)
                .containsEntry("gibbon_upstream_connect_duration_seconds_bucket{le=\"0.005\"}", 1.0)
                .containsEntry("gibbon_upstream_connect_duration_seconds_bucket{le=\"+Inf\"}", 1.0)
                .containsEntry("gibbon_upstream_connect_duration_seconds_sum", 0.003)
                .containsEntry("gibbon_access_log_dropped_total", 1.0)
                .containsEntry("gibbon_config_revision", 7.0)
                .containsEntry("gibbon_config_rejected_total", 1.0)
                .containsEntry("gibbon_certificate_expiry_timestamp_seconds", 1_700_000_000.0);
    }

    @Test
    void whatClientsSendDoesNotMakeMoreSeries() {
        Metrics metrics = used();
        int before = PrometheusText.parse(metrics.print()).size();

        for (int i = 0; i < 10_000; i++) {
            metrics.record(Records.request(200, "/" + i));
        }

        assertThat(PrometheusText.parse(metrics.print())).hasSize(before);
    }

    @Test
    void everyMetricIsDocumented() throws IOException {
        String documented = Files.readString(Path.of("../docs/metrics.md"));

        assertThat(used().print().lines().filter(line -> line.startsWith("# TYPE ")))
                .isNotEmpty()
                .allSatisfy(line -> {
                    String[] words = line.split(" ", -1);
                    assertThat(documented).contains("| `" + words[2] + "` | " + words[3] + " |");
                });
    }
}

package dev.gibbon.sidecar.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.core.decision.CloseReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class JsonAccessLogTest {
    private static final Pattern MEMBER =
            Pattern.compile(
                    "\"([a-z_]+)\":(\"(?:[ -~&&[^\"\\\\]]|\\\\[\"\\\\]|\\\\u[0-9a-f]{4})*\"|[0-9.]+|true|false)");

    /** The keys of one line, which must be one flat JSON object. */
    private static List<String> keys(String line) {
        List<String> keys = new ArrayList<>();
        assertThat(line).startsWith("{").endsWith("}");
        Matcher member = MEMBER.matcher(line);
        int at = 1;
        while (at < line.length()) {
            assertThat(member.find(at)).as(line).isTrue();
            assertThat(member.start()).as(line).isEqualTo(at);
            keys.add(member.group(1));
            at = member.end() + 1;
            assertThat(line.charAt(at - 1)).as(line).isIn(',', '}');
        }
        return keys;
    }

    @Test
    void aRequestIsOneLine() {
        assertThat(JsonAccessLog.line(Records.request(200, "/x")))
                .isEqualTo(
                        "{\"time\":\"2023-11-14T22:13:20.123Z\",\"duration_ms\":1.500,"
                                + "\"protocol\":\"http\",\"client\":\"10.0.0.1:1000\","
                                + "\"destination\":\"10.0.0.2:80\",\"listener\":\"0.0.0.0:15001\","
                                + "\"intercepted\":true,\"mesh_in\":false,"
                                + "\"route_id\":\"00000000-0000-0000-0000-000000000001\","
                                + "\"route_name\":\"web\","
                                + "\"service_id\":\"00000000-0000-0000-0000-000000000001\","
                                + "\"service_name\":\"svc\",\"upstream\":\"10.0.0.3:8080\","
                                + "\"upstream_tls\":\"none\",\"received_bytes\":5,"
                                + "\"sent_bytes\":7,\"status\":200,\"reason\":\"finished\","
                                + "\"side\":\"none\",\"method\":\"GET\",\"host\":\"a.b\","
                                + "\"path\":\"/x\"}");
    }

    @Test
    void noTextThatAPeerSendsCanForgeALine() {
        Random random = new Random(1);
        for (int i = 0; i < 2_000; i++) {
            StringBuilder path = new StringBuilder("/");
            for (int c = 0; c < 20; c++) {
                path.append(
                        (char)
                                (random.nextBoolean()
                                        ? random.nextInt(160)
                                        : random.nextInt(65536)));
            }
            path.append("\"}\n{\u2028");

            assertThat(keys(JsonAccessLog.line(Records.request(200, path.toString()))))
                    .endsWith("path");
        }
    }

    @Test
    void everyKeyIsDocumented() throws IOException {
        String documented = Files.readString(Path.of("../docs/access-log.md"));
        List<String> keys = keys(JsonAccessLog.line(Records.request(200, "/")));
        keys.addAll(keys(JsonAccessLog.line(Records.stream(CloseReason.NO_ROUTE))));

        assertThat(keys)
                .contains("client_identity", "upstream_identity", "sni", "detail", "method");
        assertThat(keys).allSatisfy(key -> assertThat(documented).contains("`" + key + "`"));
    }

    @Test
    void everyRecordIsHandedOn() {
        List<String> lines = new ArrayList<>();
        Telemetry telemetry = new TelemetryTee(List.of(new JsonAccessLog(lines::add)));

        telemetry.opened();
        telemetry.record(Records.request(200, "/"));
        telemetry.record(Records.stream(CloseReason.FINISHED));
        telemetry.closed();

        assertThat(lines).hasSize(2);
    }
}

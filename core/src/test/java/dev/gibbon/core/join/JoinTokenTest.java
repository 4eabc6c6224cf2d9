package dev.gibbon.core.join;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gibbon.core.feed.WorkloadAddress;
import dev.gibbon.core.json.JsonFormatException;
import dev.gibbon.core.net.IpAddress;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class JoinTokenTest {
    private static final JoinToken TOKEN =
            new JoinToken(
                    "control.example:8005",
                    "pin",
                    "very-secret",
                    "gibbon-b",
                    List.of(IpAddress.of("127.0.0.5"), IpAddress.of("fd00::5")),
                    Instant.parse("2026-03-01T10:00:00Z"));

    @Test
    void textRoundTrip() throws Exception {
        assertThat(JoinToken.parse(TOKEN.text() + "\n")).isEqualTo(TOKEN);
    }

    @Test
    void secretIsNotPrinted() {
        CertificateOrder order =
                new CertificateOrder("csr", "b", List.of(), List.of(), "very-secret");

        assertThat(TOKEN.toString()).doesNotContain("very-secret");
        assertThat(order.toString()).doesNotContain("very-secret");
    }

    @Test
    void noiseIsRefusedWithoutQuotingIt() {
        for (String text : List.of("", "???", TOKEN.text().substring(3), "e30", "x".repeat(9000))) {
            assertThatThrownBy(() -> JoinToken.parse(text))
                    .isInstanceOf(JsonFormatException.class)
                    .message()
                    .doesNotContain("secret\":");
        }
    }

    @Test
    void orderRoundTrip() throws Exception {
        CertificateOrder order =
                new CertificateOrder(
                        "csr",
                        "gibbon-b",
                        List.of(IpAddress.of("127.0.0.5")),
                        List.of(
                                new WorkloadAddress(IpAddress.of("127.0.0.5"), Set.of(1, 2)),
                                new WorkloadAddress(IpAddress.of("fd00::5"), Set.of())),
                        "secret");

        assertThat(CertificateOrder.decode(order.encode())).isEqualTo(order);
    }
}

package dev.gibbon.sidecar.telemetry;

import dev.gibbon.core.decision.Arrival;
import dev.gibbon.core.decision.CloseReason;
import dev.gibbon.core.entity.Protocol;
import dev.gibbon.core.net.IpPort;
import dev.gibbon.core.rule.RuleOrigin;
import java.util.UUID;

/** Access records to test with. */
final class Records {
    private static final UUID ID = UUID.fromString("00000000-0000-0000-0000-000000000001");

    private Records() {}

    static IpPort at(String text) {
        return IpPort.parse(text).orElseThrow();
    }

    static Arrival arrival() {
        return new Arrival(at("10.0.0.1:1000"), at("10.0.0.2:80"), at("0.0.0.0:15001"), true);
    }

    static AccessRecord request(int status, String path) {
        return new AccessRecord(
                1_700_000_000_123L,
                1_500_000,
                Protocol.HTTP,
                arrival(),
                at("10.0.0.1:1000"),
                false,
                null,
                null,
                new RuleOrigin("Route", ID, "web"),
                ID,
                "svc",
                null,
                at("10.0.0.3:8080"),
                "none",
                null,
                5,
                7,
                CloseReason.FINISHED,
                null,
                new AccessRecord.Request("GET", "a.b", path, status));
    }

    static AccessRecord stream(CloseReason reason) {
        return new AccessRecord(
                1_700_000_000_000L,
                0,
                Protocol.TLS,
                arrival(),
                at("10.0.0.1:1000"),
                true,
                "spiffe://m/a",
                "a.b",
                null,
                null,
                null,
                "shop/b:80",
                at("10.0.0.3:8080"),
                "mesh",
                "spiffe://m/b",
                1,
                2,
                reason,
                "said \"no\"",
                null);
    }
}

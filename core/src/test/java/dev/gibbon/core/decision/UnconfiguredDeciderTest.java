package dev.gibbon.core.decision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.core.entity.Protocol;
import dev.gibbon.core.net.IpPort;
import dev.gibbon.core.route.FirstBytes;
import dev.gibbon.core.route.HttpKey;
import java.util.List;
import org.junit.jupiter.api.Test;

class UnconfiguredDeciderTest {
    private static final LocalNode NODE =
            new LocalNode("a", List.of(), List.of(), null, null, List.of(), false, false);

    private final Decider decider = new Decider(ConfigSnapshot.empty(), NODE);

    @Test
    void aRequestIsToldThatThereIsNoConfigurationRatherThanNoRoute() {
        HttpDecision decision = decider.http(new HttpKey(Protocol.HTTP, "GET", "h", "/"));

        assertThat(decision)
                .isEqualTo(
                        new HttpDecision.Respond(
                                CloseReason.NOT_CONFIGURED,
                                "no configuration yet: the control plane has not been reached",
                                null));
    }

    @Test
    void aConnectionIsRefusedForTheSameReason() {
        IpPort client = IpPort.parse("127.0.0.2:40000").orElseThrow();
        IpPort destination = IpPort.parse("127.0.0.5:19000").orElseThrow();

        StreamDecision decision =
                decider.stream(
                        new Arrival(client, destination, destination, true),
                        new FirstBytes.Plain());

        assertThat(decision)
                .isInstanceOfSatisfying(
                        StreamDecision.Refuse.class,
                        refuse ->
                                assertThat(refuse.reason()).isEqualTo(CloseReason.NOT_CONFIGURED));
    }
}

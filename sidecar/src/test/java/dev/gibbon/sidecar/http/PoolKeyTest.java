package dev.gibbon.sidecar.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.core.decision.ConfigSnapshot;
import dev.gibbon.core.decision.Decider;
import dev.gibbon.core.decision.LegHeader;
import dev.gibbon.core.decision.LocalNode;
import dev.gibbon.core.decision.Member;
import dev.gibbon.core.decision.Upstream;
import dev.gibbon.core.entity.Protocol;
import dev.gibbon.core.entity.Service;
import dev.gibbon.core.net.CidrBlock;
import dev.gibbon.core.net.IpPort;
import dev.gibbon.core.route.HttpRouter;
import dev.gibbon.core.route.StreamRouter;
import dev.gibbon.core.rule.AddressBlock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PoolKeyTest {
    private static final List<AddressBlock> NONE = List.of();

    private static Decider decider(
            List<Member> members, List<AddressBlock> workload, boolean keepClient) {
        return new Decider(
                new ConfigSnapshot(
                        1,
                        "gibbon/1/x",
                        Map.of(),
                        HttpRouter.of(List.of()),
                        StreamRouter.of(List.of()),
                        members),
                new LocalNode("n", workload, List.of(), null, null, List.of(), false, keepClient));
    }

    private static List<AddressBlock> block(String text) {
        return List.of(new AddressBlock(CidrBlock.parse(text).orElseThrow(), null));
    }

    private static PoolKey key(Decider decider, String client, String host, boolean verify) {
        Service plain = TestProxy.service(host, 80, 1000);
        Service service =
                new Service(
                        plain.id(),
                        0,
                        0,
                        null,
                        0,
                        verify ? Protocol.HTTPS : Protocol.HTTP,
                        host,
                        80,
                        null,
                        1,
                        1,
                        1,
                        verify,
                        null);
        Upstream upstream = new Upstream(host, 80, service.protocol(), service, null, false);
        IpPort source = IpPort.parse(client).orElseThrow();
        return PoolKey.of(
                decider,
                upstream,
                new LegHeader(
                        source,
                        IpPort.parse("10.0.0.9:80").orElseThrow(),
                        Protocol.HTTP,
                        service.protocol(),
                        null,
                        service.id(),
                        null));
    }

    @Test
    void clientsShareAConnectionOnlyWhereNobodyIsToldWhoTheyAre() {
        Decider plain = decider(List.of(), NONE, true);
        Decider mesh =
                decider(List.of(new Member("m", "spiffe://x/m", block("10.1.0.1"))), NONE, true);
        Decider lastHop = decider(List.of(), block("10.1.0.1"), true);

        assertThat(key(plain, "10.0.0.1:1000", "10.1.0.1", false))
                .isEqualTo(key(plain, "10.0.0.2:1000", "10.1.0.1", false));
        assertThat(key(mesh, "10.0.0.1:1000", "10.1.0.1", false))
                .isEqualTo(key(mesh, "10.0.0.1:2000", "10.1.0.1", false))
                .isNotEqualTo(key(mesh, "10.0.0.2:1000", "10.1.0.1", false));
        assertThat(key(lastHop, "10.0.0.1:1000", "10.1.0.1", false))
                .isNotEqualTo(key(lastHop, "10.0.0.2:1000", "10.1.0.1", false));
        assertThat(key(plain, "10.0.0.1:1000", "a.name", false))
                .isEqualTo(key(plain, "10.0.0.1:2000", "a.name", false))
                .isNotEqualTo(key(plain, "10.0.0.2:1000", "a.name", false));
    }

    @Test
    void aConnectionThatWasProtectedInAnotherWayIsNotTakenAfterAChange() {
        Decider before = decider(List.of(), NONE, false);
        Decider after =
                decider(List.of(new Member("m", "spiffe://x/m", block("10.1.0.1"))), NONE, false);
        Decider renamed =
                decider(List.of(new Member("m", "spiffe://x/n", block("10.1.0.1"))), NONE, false);
        String client = "10.0.0.1:1000";

        assertThat(key(before, client, "10.1.0.1", false))
                .isNotEqualTo(key(after, client, "10.1.0.1", false));
        assertThat(key(after, client, "10.1.0.1", false))
                .isNotEqualTo(key(renamed, client, "10.1.0.1", false));
        assertThat(key(before, client, "10.2.0.1", true))
                .isNotEqualTo(key(before, client, "10.2.0.1", false));
        assertThat(key(before, client, "a.name", false))
                .isNotEqualTo(key(after, client, "a.name", false));
        assertThat(key(before, client, "10.2.0.1", false))
                .isEqualTo(key(after, client, "10.2.0.1", false));
    }
}

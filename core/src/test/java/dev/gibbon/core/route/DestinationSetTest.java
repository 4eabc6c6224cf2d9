package dev.gibbon.core.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.core.entity.Protocol;
import dev.gibbon.core.net.CidrBlock;
import dev.gibbon.core.net.IpAddress;
import dev.gibbon.core.net.IpPort;
import dev.gibbon.core.rule.AddressBlock;
import dev.gibbon.core.rule.HostMatch;
import dev.gibbon.core.rule.HttpRule;
import dev.gibbon.core.rule.PathMatch;
import dev.gibbon.core.rule.RuleOrigin;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class DestinationSetTest {
    private static final List<String> BLOCKS =
            List.of("10.96.0.0/16", "10.96.0.1/32", "10.96.0.2/32", "fd00::/64", "fd00::1/128");
    private static final List<String> ADDRESSES =
            List.of("10.96.0.1", "10.96.0.2", "10.96.0.3", "10.97.0.1", "fd00::1", "fd01::1");
    private static final List<Integer> PORTS = List.of(80, 443);

    @Test
    void aRouterMayTakeRequestsExactlyWhereOneOfItsRulesForPlainHttpDoes() {
        Random random = new Random(20_261_126);
        int taken = 0;
        int questions = 0;
        for (int table = 0; table < 2_000; table++) {
            List<HttpRule> rules = new ArrayList<>();
            for (int i = random.nextInt(4); i > 0; i--) {
                rules.add(rule(table + "-" + i, random));
            }
            HttpRouter router = HttpRouter.of(rules);
            for (String ip : ADDRESSES) {
                for (int port : PORTS) {
                    IpPort destination = new IpPort(IpAddress.of(ip), port);

                    boolean may = router.mayTakePlainRequests(destination);

                    assertThat(may)
                            .as("%s with %s", destination, rules)
                            .isEqualTo(
                                    rules.stream()
                                            .filter(rule -> rule.scheme() == Protocol.HTTP)
                                            .anyMatch(rule ->
                                                    HttpRouter.takesDestination(
                                                            rule, destination)));
                    taken += may ? 1 : 0;
                    questions++;
                }
            }
        }
        assertThat(taken).isBetween(questions / 5, questions * 4 / 5);
    }

    private static HttpRule rule(String key, Random random) {
        return new HttpRule(
                key,
                new RuleOrigin("Route", new UUID(0, 1), "r"),
                null,
                random.nextBoolean() ? Protocol.HTTP : Protocol.HTTPS,
                Set.of(),
                new HostMatch.Any(),
                new PathMatch.Any(),
                true,
                false,
                false,
                Map.of(),
                destination(random));
    }

    private static @Nullable AddressBlock destination(Random random) {
        if (random.nextInt(5) == 0) {
            return null;
        }
        CidrBlock block =
                random.nextInt(6) == 0
                        ? null
                        : CidrBlock.parse(BLOCKS.get(random.nextInt(BLOCKS.size()))).orElseThrow();
        return new AddressBlock(
                block,
                block != null && random.nextInt(3) == 0
                        ? null
                        : PORTS.get(random.nextInt(PORTS.size())));
    }
}

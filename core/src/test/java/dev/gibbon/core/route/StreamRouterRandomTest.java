package dev.gibbon.core.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.core.entity.Protocol;
import dev.gibbon.core.entity.Route;
import dev.gibbon.core.net.IpPort;
import dev.gibbon.core.rule.RouteCompiler;
import dev.gibbon.core.rule.RouteDraft;
import dev.gibbon.core.rule.StreamRule;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class StreamRouterRandomTest {
    private static final int TABLES = 4_000;
    private static final int CONNECTIONS = 80;

    private static final List<String> ENDS =
            List.of(
                    "10.0.0.1",
                    "10.0.0.1 80",
                    "10.0.0.2 80",
                    "10.0.0.0/24",
                    "10.0.0.0/31",
                    "10.0.0.0/31 80",
                    "10.0.0.0/8 80",
                    "10.0.0.0/8",
                    "0.0.0.0/0",
                    "0.0.0.0/0 81",
                    "* 80",
                    "* 81",
                    "10.0.0.1/32 81",
                    "fd00::1 80",
                    "fd00::/64",
                    "::/0",
                    "::/0 80");
    private static final List<String> ADDRESSES =
            List.of("10.0.0.1", "10.0.0.2", "10.0.1.1", "192.0.2.1", "[fd00::1]", "[fd00:1::1]");
    private static final List<String> SNIS = List.of("a.test", "B.Test", "c.test");

    @Test
    void selectsWhatTheRulesSayOncePlainBytesOrAClientHelloAreSeen() {
        Random random = new Random(20_261_122);
        int selected = 0;
        for (int table = 0; table < TABLES; table++) {
            List<Route> routes = routes(random);
            StreamRouter router = StreamRouter.of(compiled(routes, random));
            for (int i = 0; i < CONNECTIONS; i++) {
                IpPort source = address(random);
                IpPort destination = address(random);
                String sni = sni(random);
                boolean plain = random.nextInt(3) == 0;
                Optional<KongStreamReference.Way> expected =
                        plain
                                ? KongStreamReference.plain(routes, source, destination)
                                : KongStreamReference.tls(routes, source, destination, sni);
                StreamSelection actual =
                        router.select(
                                source,
                                destination,
                                plain
                                        ? new FirstBytes.Plain()
                                        : new FirstBytes.Tls(sni, List.of()));
                if (!same(expected, actual)) {
                    assertThat(actual)
                            .as(
                                    "%s to %s, %s of %s: %s",
                                    source, destination, sni, routes, expected)
                            .isNull();
                }
                selected += expected.isPresent() ? 1 : 0;
            }
        }

        assertThat(selected).isBetween(TABLES * CONNECTIONS / 4, TABLES * CONNECTIONS * 19 / 20);
    }

    @Test
    void saysWhatIsKnownWhileTheClientIsSilent() {
        Random random = new Random(3);
        Set<String> kinds = new LinkedHashSet<>();
        for (int table = 0; table < TABLES / 5; table++) {
            List<Route> routes = routes(random);
            StreamRouter router = StreamRouter.of(compiled(routes, random));
            for (int i = 0; i < CONNECTIONS; i++) {
                IpPort source = address(random);
                IpPort destination = address(random);

                StreamSelection actual =
                        router.select(source, destination, new FirstBytes.Unknown());

                String expected = whileSilent(routes, source, destination);
                if (!text(actual).equals(expected)) {
                    assertThat(text(actual))
                            .as("%s to %s of %s", source, destination, routes)
                            .isEqualTo(expected);
                }
                kinds.add(expected.replaceAll("r[0-9]+", "r"));
            }
        }

        assertThat(kinds)
                .contains("none", "selected r", "needs null true", "needs r true", "needs r false");
    }

    @Test
    void selectsTheFirstOfAllThatMatch() {
        Random random = new Random(11);
        for (int table = 0; table < 200; table++) {
            StreamRouter router = StreamRouter.of(compiled(routes(random), random));
            for (int i = 0; i < CONNECTIONS; i++) {
                IpPort source = address(random);
                IpPort destination = address(random);
                FirstBytes bytes = new FirstBytes.Tls(sni(random), List.of());
                StreamSelection expected =
                        router.matching(source, destination, bytes).stream()
                                .findFirst()
                                .<StreamSelection>map(StreamSelection.Selected::new)
                                .orElseGet(StreamSelection.None::new);

                assertThat(router.select(source, destination, bytes)).isEqualTo(expected);
            }
        }
    }

    /** What bytes could lead to, by trying plain bytes, every server name in use, and another. */
    private static String whileSilent(List<Route> routes, IpPort source, IpPort destination) {
        var plain = KongStreamReference.plain(routes, source, destination);
        var unnamed = KongStreamReference.tls(routes, source, destination, "none.test");
        List<KongStreamReference.Way> outcomes = new ArrayList<>();
        unnamed.ifPresent(outcomes::add);
        for (String sni : List.of("a.test", "b.test", "c.test")) {
            KongStreamReference.tls(routes, source, destination, sni).ifPresent(outcomes::add);
        }
        if (plain.isEmpty()) {
            return outcomes.isEmpty() ? "none" : "needs null true";
        }
        Route silent = plain.get().route();
        if (unnamed.isPresent()
                && outcomes.stream()
                        .allMatch(way -> way.route().equals(silent) && !way.endsTls())) {
            return "selected " + silent.name();
        }
        boolean reached = outcomes.stream().anyMatch(way -> differs(way, silent));
        boolean hidden =
                KongStreamReference.ways(routes, source, destination, true).stream()
                        .filter(way -> way.sni() != null && differs(way, silent))
                        .anyMatch(way ->
                                unnamed.isEmpty()
                                        || KongStreamReference.PRECEDENCE.compare(
                                                        way, unnamed.get())
                                                < 0);
        return "needs " + silent.name() + " " + (reached || hidden);
    }

    private static boolean differs(KongStreamReference.Way way, Route silent) {
        return !Objects.equals(way.route().service(), silent.service());
    }

    private static String text(StreamSelection selection) {
        return switch (selection) {
            case StreamSelection.None _ -> "none";
            case StreamSelection.Selected(StreamRule rule) -> "selected " + rule.origin().name();
            case StreamSelection.NeedsBytes(StreamRule silent, boolean decisive) ->
                    "needs " + (silent == null ? null : silent.origin().name()) + " " + decisive;
        };
    }

    private static boolean same(
            Optional<KongStreamReference.Way> expected, StreamSelection actual) {
        return switch (actual) {
            case StreamSelection.Selected(StreamRule rule) ->
                    expected.filter(way ->
                                    way.route().id().equals(rule.origin().id())
                                            && way.endsTls()
                                                    == (rule.bytes() == StreamRule.Bytes.TLS)
                                            && Objects.equals(way.sni(), rule.sni()))
                            .isPresent();
            case StreamSelection.None _ -> expected.isEmpty();
            case StreamSelection.NeedsBytes _ -> false;
        };
    }

    private static List<StreamRule> compiled(List<Route> routes, Random random) {
        List<StreamRule> rules = new ArrayList<>();
        routes.forEach(route -> rules.addAll(RouteCompiler.compile(route, null).streams()));
        Collections.shuffle(rules, random);
        return rules;
    }

    private static List<Route> routes(Random random) {
        List<Route> routes = new ArrayList<>();
        int count = 1 + random.nextInt(14);
        for (int i = 0; i < count; i++) {
            RouteDraft draft =
                    RouteDraft.tcp("r" + i)
                            .id(new UUID(random.nextLong(), i))
                            .createdAt(random.nextInt(3))
                            .service(
                                    random.nextInt(5) == 0
                                            ? null
                                            : RouteDraft.id("s" + random.nextInt(2)));
            int kinds = 1 + random.nextInt(7);
            if ((kinds & 1) != 0) {
                draft.sources(some(ENDS, random));
            }
            if ((kinds & 2) != 0) {
                if (random.nextInt(4) == 0) {
                    draft.parent(address(random).toString());
                } else {
                    draft.destinations(some(ENDS, random));
                }
            }
            if ((kinds & 4) != 0) {
                draft.snis(some(SNIS, random));
            }
            switch (random.nextInt(3)) {
                case 0 -> draft.protocols(Protocol.TLS);
                case 1 -> draft.protocols(Protocol.TCP, Protocol.TLS);
                default -> {}
            }
            routes.add(draft.build());
        }
        return routes;
    }

    private static String[] some(List<String> values, Random random) {
        Set<String> some = new LinkedHashSet<>();
        int count = 1 + random.nextInt(2);
        for (int i = 0; i < count; i++) {
            some.add(values.get(random.nextInt(values.size())));
        }
        return some.toArray(String[]::new);
    }

    private static IpPort address(Random random) {
        return IpPort.parse(
                        ADDRESSES.get(random.nextInt(ADDRESSES.size()))
                                + ":"
                                + (80 + random.nextInt(3)))
                .orElseThrow();
    }

    private static @Nullable String sni(Random random) {
        return List.of(Optional.of("a.test"), Optional.of("b.test"), Optional.<String>empty())
                .get(random.nextInt(3))
                .orElse(null);
    }
}

package dev.gibbon.core.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.core.entity.Protocol;
import dev.gibbon.core.entity.Route;
import dev.gibbon.core.net.IpPort;
import dev.gibbon.core.rule.HttpRule;
import dev.gibbon.core.rule.RouteCompiler;
import dev.gibbon.core.rule.RouteDraft;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class HttpRouterRandomTest {
    private static final int TABLES = 4_000;
    private static final int REQUESTS = 80;

    private static final List<String> HOSTS =
            List.of(
                    "a.test",
                    "A.Test",
                    "b.a.test",
                    "*.test",
                    "*.a.test",
                    "a.*",
                    "b.a.*",
                    "b.*",
                    "x",
                    "10.0.0.1");
    private static final List<String> REQUESTED_HOSTS =
            List.of(
                    "a.test",
                    "b.a.test",
                    "c.b.a.test",
                    "x.test",
                    "test",
                    ".test",
                    "a.com",
                    "a.",
                    "b.com",
                    "x",
                    "10.0.0.1",
                    "");
    private static final List<String> PATHS =
            List.of(
                    "/",
                    "/a",
                    "/a/",
                    "/ab",
                    "/a/b",
                    "/a/bb",
                    "/b",
                    "/a.b",
                    "/a(/b)?",
                    "/a/\\d+",
                    "/(a|b)",
                    "/a+",
                    "/a|/b",
                    "/[|ab)]/b",
                    "/a\\.b",
                    "/ab*",
                    "/ab{1,2}",
                    "/(?i)A",
                    "/a/b?1",
                    "/.",
                    "/a.*b",
                    "/a$");

    private static final List<String> HEADER_VALUES = List.of("1", "two", "Two", "3");
    private static final List<String> DESTINATIONS =
            List.of("10.0.0.1:80", "10.0.0.1:81", "[fd00::1]:80", "10.0.0.2:80");

    @Test
    void selectsWhatTheRulesOfKongSay() {
        Random random = new Random(20_261_122);
        int selected = 0;
        for (int table = 0; table < TABLES; table++) {
            List<Route> routes = routes(random);
            HttpRouter router = HttpRouter.of(compiled(routes, random));
            for (int i = 0; i < REQUESTS; i++) {
                HttpKey request = request(random);
                Optional<KongHttpReference.Way> expected =
                        KongHttpReference.select(routes, request);
                Optional<HttpMatch> actual = router.select(request);
                if (!same(expected, actual, request)) {
                    assertThat(actual)
                            .as("%s of %s should be %s", request, routes, expected)
                            .isNull();
                }
                selected += actual.isPresent() ? 1 : 0;
            }
        }

        assertThat(selected).isBetween(TABLES * REQUESTS / 4, TABLES * REQUESTS * 19 / 20);
    }

    @Test
    void selectsTheFirstOfAllThatMatch() {
        Random random = new Random(7);
        for (int table = 0; table < 200; table++) {
            HttpRouter router = HttpRouter.of(compiled(routes(random), random));
            for (int i = 0; i < REQUESTS; i++) {
                HttpKey request = request(random);

                assertThat(router.select(request))
                        .isEqualTo(router.matching(request).stream().findFirst());
            }
        }
    }

    private static boolean same(
            Optional<KongHttpReference.Way> expected, Optional<HttpMatch> actual, HttpKey request) {
        if (expected.isEmpty() || actual.isEmpty()) {
            return expected.isEmpty() && actual.isEmpty();
        }
        var way = expected.get();
        var match = actual.get();
        return match.rule().origin().id().equals(way.route().id())
                && match.matchedPath() == way.matched()
                && match.rule().requireHttps() == way.upgradeRequired(request.scheme());
    }

    private static List<HttpRule> compiled(List<Route> routes, Random random) {
        List<HttpRule> rules = new ArrayList<>();
        routes.forEach(route -> rules.addAll(RouteCompiler.compile(route, null).http()));
        Collections.shuffle(rules, random);
        return rules;
    }

    private static List<Route> routes(Random random) {
        List<Route> routes = new ArrayList<>();
        int count = 1 + random.nextInt(14);
        for (int i = 0; i < count; i++) {
            RouteDraft draft =
                    RouteDraft.http("r" + i)
                            .id(new UUID(random.nextLong(), i))
                            .createdAt(random.nextInt(3))
                            .regexPriority(random.nextInt(3) - 1);
            int kinds = 1 + random.nextInt(random.nextBoolean() ? 7 : 15);
            if ((kinds & 8) != 0) {
                draft.header("X-A", some(HEADER_VALUES, random));
                if (random.nextBoolean()) {
                    draft.header("x-b", some(HEADER_VALUES, random));
                }
            }
            if (random.nextInt(4) == 0) {
                draft.parent(some(DESTINATIONS, random));
            }
            if ((kinds & 1) != 0) {
                draft.hosts(some(HOSTS, random));
            }
            if ((kinds & 2) != 0) {
                draft.paths(some(PATHS, random));
            }
            if ((kinds & 4) != 0) {
                draft.methods(some(List.of("GET", "PUT"), random));
            }
            switch (random.nextInt(4)) {
                case 0 -> draft.protocols(Protocol.HTTP);
                case 1 -> draft.protocols(Protocol.HTTPS);
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

    private static HttpKey request(Random random) {
        StringBuilder path = new StringBuilder("/");
        int length = random.nextInt(5);
        for (int i = 0; i < length; i++) {
            path.append("aab/b1.A".charAt(random.nextInt(8)));
        }
        return new HttpKey(
                random.nextBoolean() ? Protocol.HTTP : Protocol.HTTPS,
                List.of("GET", "PUT", "POST").get(random.nextInt(3)),
                REQUESTED_HOSTS.get(random.nextInt(REQUESTED_HOSTS.size())),
                path.toString(),
                random.nextInt(4) == 0
                        ? null
                        : IpPort.parse(DESTINATIONS.get(random.nextInt(DESTINATIONS.size())))
                                .orElseThrow(),
                headers(random));
    }

    private static HeaderLookup headers(Random random) {
        Map<String, List<String>> headers = new HashMap<>();
        for (String name : List.of("x-a", "x-b")) {
            if (random.nextBoolean()) {
                headers.put(name, List.of(some(HEADER_VALUES, random)));
            }
        }
        return name -> headers.getOrDefault(name, List.of());
    }
}

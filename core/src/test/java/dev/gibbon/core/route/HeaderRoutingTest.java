package dev.gibbon.core.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.core.entity.Protocol;
import dev.gibbon.core.net.IpPort;
import dev.gibbon.core.rule.HttpRule;
import dev.gibbon.core.rule.RouteCompiler;
import dev.gibbon.core.rule.RouteDraft;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class HeaderRoutingTest {
    private static final int MANY = 1_000;

    @Test
    void everyNamedHeaderMustHaveOneOfItsValues() {
        HttpRouter router =
                router(
                        RouteDraft.http("canary")
                                .paths("/")
                                .header("x-version", "2", "3")
                                .header("x-user", "ann"),
                        RouteDraft.http("rest").paths("/"));

        assertThat(selected(router, Map.of("x-version", "3", "x-user", "ann"))).isEqualTo("canary");
        assertThat(selected(router, Map.of("x-version", "3"))).isEqualTo("rest");
        assertThat(selected(router, Map.of("x-version", "1", "x-user", "ann"))).isEqualTo("rest");
        assertThat(selected(router, Map.of())).isEqualTo("rest");
    }

    @Test
    void letterCaseOfNamesAndValuesIsNotLookedAt() {
        HttpRouter router = router(RouteDraft.http("r").header("X-Version", "BETA"));

        assertThat(selected(router, Map.of("x-version", "beta"))).isEqualTo("r");
        assertThat(selected(router, Map.of("x-version", "Beta"))).isEqualTo("r");
        assertThat(selected(router, Map.of("x-version", "beta2"))).isNull();
    }

    @Test
    void anyOfARepeatedHeadersValuesWillDo() {
        HttpRouter router = router(RouteDraft.http("r").header("x-version", "2"));
        HeaderLookup sent = name -> name.equals("x-version") ? List.of("1", "2") : List.of();

        assertThat(router.select(key(null, sent))).isPresent();
    }

    @Test
    void ruleWithADestinationTakesNothingWhenTheDestinationIsNotKnown() {
        HttpRouter router = router(RouteDraft.http("r").paths("/").parent("10.96.0.7:80"));

        assertThat(router.select(key("10.96.0.7:80", HeaderLookup.NONE))).isPresent();
        assertThat(router.select(key("10.96.0.7:81", HeaderLookup.NONE))).isEmpty();
        assertThat(router.select(key("10.96.0.8:80", HeaderLookup.NONE))).isEmpty();
        assertThat(router.select(key(null, HeaderLookup.NONE))).isEmpty();
    }

    @Test
    void headersAreNotLookedAtWhereNoRuleAsksForThem() {
        HttpRouter router = router(RouteDraft.http("r").paths("/"));
        HeaderLookup forbidden =
                name -> {
                    throw new AssertionError("looked at " + name);
                };

        assertThat(router.select(key(null, forbidden))).isPresent();
    }

    @Test
    void ofManyRulesARequestMeetsOnlyThoseForItsOwnValues() {
        List<RouteDraft> drafts = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            drafts.add(
                    RouteDraft.http("r" + i)
                            .paths("/")
                            .header("x-tenant", "acme")
                            .header("x-version", "v" + i));
        }
        HttpRouter router = router(drafts.toArray(RouteDraft[]::new));
        AtomicInteger looks = new AtomicInteger();
        HeaderLookup sent =
                name -> {
                    looks.incrementAndGet();
                    return List.of(name.equals("x-tenant") ? "acme" : "v700");
                };

        assertThat(router.select(key(null, sent)).map(match -> match.rule().origin().name()))
                .contains("r700");
        assertThat(looks.get()).isLessThan(20);
    }

    private static HttpRouter router(RouteDraft... drafts) {
        List<HttpRule> rules = new ArrayList<>();
        for (RouteDraft draft : drafts) {
            rules.addAll(RouteCompiler.compile(draft.build(), null).http());
        }
        return HttpRouter.of(rules);
    }

    private static @Nullable String selected(HttpRouter router, Map<String, String> headers) {
        HeaderLookup lookup =
                name -> headers.containsKey(name) ? List.of(headers.get(name)) : List.of();
        return router.select(key(null, lookup))
                .map(match -> match.rule().origin().name())
                .orElse(null);
    }

    private static HttpKey key(@Nullable String destination, HeaderLookup headers) {
        return new HttpKey(
                Protocol.HTTP,
                "GET",
                "a.test",
                "/",
                destination == null ? null : IpPort.parse(destination).orElseThrow(),
                headers);
    }
}

package dev.gibbon.controlplane.compile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.gibbon.controlplane.store.Configuration;
import dev.gibbon.core.entity.Protocol;
import dev.gibbon.core.entity.Route;
import dev.gibbon.core.entity.Service;
import dev.gibbon.core.feed.FeedCodec;
import dev.gibbon.core.feed.FeedResource;
import dev.gibbon.core.feed.FeedResource.RuleResource;
import dev.gibbon.core.feed.FeedResource.ServiceResource;
import dev.gibbon.core.feed.FeedSnapshot;
import dev.gibbon.core.identity.TrustBundle;
import dev.gibbon.core.identity.TrustDomain;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FeedCompilerTest {
    private static final Service GOOD = service(1, "good", null);
    private static final Route TO_GOOD = route(2, "to-good", List.of("/good"), 1);

    @Test
    void everyEntityBecomesResources() {
        FeedCompiler.Compiled compiled = compile(List.of(GOOD), List.of(TO_GOOD));

        assertThat(compiled.skipped()).isEmpty();
        assertThat(compiled.resources())
                .hasAtLeastOneElementOfType(ServiceResource.class)
                .hasAtLeastOneElementOfType(RuleResource.class);
    }

    static Stream<Arguments> unreadable() {
        List<String> manyTags =
                IntStream.range(0, 1000).mapToObj(i -> i + "t".repeat(2000)).toList();
        return Stream.of(
                arguments(
                        List.of(GOOD, service(3, "s".repeat(100_000), null)),
                        List.of(TO_GOOD),
                        "services[" + "s".repeat(100_000) + "]"),
                arguments(
                        List.of(GOOD, service(3, "tagged", manyTags)),
                        List.of(TO_GOOD),
                        "services[tagged]"),
                arguments(
                        List.of(GOOD),
                        List.of(
                                TO_GOOD,
                                route(3, "long", List.of("/x", "/" + "a".repeat(65_540)), 1)),
                        "routes[long]"));
    }

    @ParameterizedTest
    @MethodSource("unreadable")
    void whatSidecarsCouldNotReadIsLeftOutAndNamed(
            List<Service> services, List<Route> routes, String name) {
        FeedCompiler.Compiled before = compile(List.of(GOOD), List.of());
        FeedCompiler.Compiled compiled = compile(services, routes, before);

        assertThat(compiled.skipped())
                .singleElement()
                .asString()
                .startsWith(name + ": left out, sidecars could not read it: ");
        assertThat(compiled.resources())
                .containsExactlyInAnyOrderElementsOf(
                        compile(List.of(GOOD), List.of(TO_GOOD)).resources());
        FeedSnapshot.of(1, compiled.resources());
        for (FeedResource resource : withoutBundle(compiled.resources())) {
            assertThat(FeedCodec.unfit(resource)).isEmpty();
        }
    }

    /** A bundle without roots is enough here, but no reader would take it. */
    private static List<FeedResource> withoutBundle(List<FeedResource> resources) {
        return resources.stream()
                .filter(resource -> !(resource instanceof FeedResource.BundleResource))
                .toList();
    }

    private static FeedCompiler.Compiled compile(List<Service> services, List<Route> routes) {
        return compile(services, routes, null);
    }

    private static FeedCompiler.Compiled compile(
            List<Service> services, List<Route> routes, FeedCompiler.@Nullable Compiled last) {
        return FeedCompiler.compile(
                new Configuration(1, services, routes),
                List.of(),
                new TrustBundle(new TrustDomain("mesh-4f1c09a2b7de"), List.of()),
                last);
    }

    private static Service service(int id, String name, @Nullable List<String> tags) {
        return new Service(
                new UUID(0, id),
                1,
                1,
                name,
                5,
                Protocol.HTTP,
                "127.0.0.5",
                80,
                null,
                60_000,
                60_000,
                60_000,
                null,
                tags);
    }

    private static Route route(int id, String name, List<String> paths, int service) {
        return new Route(
                new UUID(0, id),
                1,
                1,
                name,
                List.of(Protocol.HTTP),
                null,
                null,
                paths,
                0,
                true,
                false,
                null,
                null,
                null,
                new UUID(0, service),
                null);
    }
}

package dev.gibbon.core.route;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The combinations that Kong pins in {@code spec/01-unit/08-router_spec.lua@1.1.0}. */
final class PathRewriteTest {

    @ParameterizedTest
    @CsvSource({
        // service path, route path, request path, strip, upstream path
        "/,            /,        /,             true,  /",
        "/,            /,        /foo/bar,      true,  /foo/bar",
        "/,            /,        /foo/bar/,     true,  /foo/bar/",
        "/,            /foo/bar, /foo/bar,      true,  /",
        "/,            /foo/bar, /foo/bar/,     true,  /",
        "/,            /foo/bar/,/foo/bar/,     true,  /",
        "/,            /foo,     /foobar,       true,  /bar",
        "/,            /foo,     /foo//bar,     true,  //bar",
        "/fee/bor,     /,        /,             true,  /fee/bor",
        "/fee/bor,     /,        /foo/bar,      true,  /fee/borfoo/bar",
        "/fee/bor,     /foo/bar, /foo/bar,      true,  /fee/bor",
        "/fee/bor,     /foo/bar, /foo/bar/,     true,  /fee/bor/",
        "/fee/bor,     /foo/bar/,/foo/bar/,     true,  /fee/bor",
        "/fee/bor,     /foo,     /foo/bar,      true,  /fee/bor/bar",
        "/fee/bor,     /foo,     /foobar,       true,  /fee/borbar",
        "/fee/bor/,    /,        /,             true,  /fee/bor/",
        "/fee/bor/,    /,        /foo/bar,      true,  /fee/bor/foo/bar",
        "/fee/bor/,    /foo/bar, /foo/bar,      true,  /fee/bor/",
        "/fee/bor/,    /foo/bar, /foo/bar/,     true,  /fee/bor/",
        "/fee/bor/,    /foo,     /foo/bar,      true,  /fee/bor/bar",
        "/fee,         /foo,     /foo/bar,      true,  /fee/bar",
        "/fee,         /foo/,    /foo/bar,      true,  /feebar",
        "/fee/,        /foo/,    /foo/bar,      true,  /fee/bar",
        "/,            /foo,     /foo/bar,      false, /foo/bar",
        "/,            /,        /,             false, /",
        "/fee/bor,     /foo,     /foo/bar,      false, /fee/borfoo/bar",
        "/fee/bor,     /,        /,             false, /fee/bor",
        "/fee/bor/,    /foo,     /foo/bar,      false, /fee/bor/foo/bar",
        "/fee/bor/,    /,        /,             false, /fee/bor/",
        "/fee/,        /foo,     //foo,         false, /fee/foo",
    })
    void joinsTextAsKongDoes(
            String service, String route, String request, boolean strip, String upstream) {
        int matched = request.startsWith(route) ? route.length() : 0;

        assertThat(PathRewrite.upstreamPath(service, request, matched, strip)).isEqualTo(upstream);
    }

    @ParameterizedTest
    @CsvSource({
        "/,         /foo/bar, /foo/bar",
        "/fee,      /foo,     /feefoo",
        "/fee/,     /foo,     /fee/foo",
        "/fee/bor,  /,        /fee/bor"
    })
    void withoutAPathMatchTheWholeRequestPathIsAppendedWithoutItsSlash(
            String service, String request, String upstream) {
        assertThat(PathRewrite.upstreamPath(service, request, 0, true)).isEqualTo(upstream);
        assertThat(PathRewrite.upstreamPath(service, request, 0, false)).isEqualTo(upstream);
    }

    @Test
    void serviceWithoutAPathStandsForTheRoot() {
        assertThat(PathRewrite.upstreamPath(null, "/foo/bar", 4, true)).isEqualTo("/bar");
        assertThat(PathRewrite.upstreamPath(null, "/foo", 4, true)).isEqualTo("/");
        assertThat(PathRewrite.upstreamPath(null, "/foo", 4, false)).isEqualTo("/foo");
    }

    @Test
    void requestTargetThatIsNotAPathIsAppendedWhole() {
        assertThat(PathRewrite.upstreamPath("/", "*", 0, false)).isEqualTo("/*");
        assertThat(PathRewrite.upstreamPath(null, "", 0, true)).isEqualTo("/");
    }
}

package dev.gibbon.core.rule;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@link RouteCompiler} makes of one Route: rules for requests, or rules for connections, or
 * none and the reason.
 *
 * @param skipped why the Route has no effect, one sentence for the user; null when it has one
 */
public record CompiledRoute(
        List<HttpRule> http, List<StreamRule> streams, @Nullable String skipped) {

    public CompiledRoute {
        http = List.copyOf(http);
        streams = List.copyOf(streams);
    }

    static CompiledRoute ofHttp(List<HttpRule> rules) {
        return new CompiledRoute(rules, List.of(), null);
    }

    static CompiledRoute ofStreams(List<StreamRule> rules) {
        return new CompiledRoute(List.of(), rules, null);
    }

    static CompiledRoute skipped(String reason) {
        return new CompiledRoute(List.of(), List.of(), reason);
    }
}

package dev.gibbon.core.why;

import dev.gibbon.core.net.IpPort;
import dev.gibbon.core.route.FirstBytes;
import dev.gibbon.core.route.HttpKey;
import dev.gibbon.core.route.HttpRouter;
import dev.gibbon.core.rule.AddressBlock;
import dev.gibbon.core.rule.HttpRule;
import dev.gibbon.core.rule.StreamRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The one thing for which a rule does not match. */
final class NearMisses {
    private NearMisses() {}

    /** Empty when the rule matches, or misses in more than one thing. */
    static Optional<String> missing(HttpRule rule, HttpKey request) {
        if (rule.scheme() != request.scheme()) {
            return Optional.empty();
        }
        List<String> missing = new ArrayList<>();
        if (!HttpRouter.matches(rule.host(), request.host())) {
            missing.add("host " + RuleText.text(rule.host()) + got(request.host()));
        }
        if (HttpRouter.matchedLength(rule.path(), request.path()) < 0) {
            missing.add("path " + RuleText.text(rule.path()) + got(request.path()));
        }
        if (!HttpRouter.takesMethod(rule, request.method())) {
            missing.add("method " + RuleText.methods(rule) + got(request.method()));
        }
        rule.headers()
                .forEach((name, values) -> {
                    List<String> sent = request.headers().values(name);
                    if (!HttpRouter.hasOne(values, sent)) {
                        missing.add(
                                "header "
                                        + name
                                        + " "
                                        + RuleText.alternatives(values)
                                        + got(String.join(", ", sent)));
                    }
                });
        IpPort destination = request.destination();
        if (!HttpRouter.takesDestination(rule, destination)) {
            missing.add(
                    "destination "
                            + RuleText.text(rule.destination())
                            + got(destination == null ? null : destination.toString()));
        }
        return only(missing);
    }

    /** Empty when the rule matches, or misses in more than one thing. */
    static Optional<String> missing(
            StreamRule rule, IpPort source, IpPort destination, FirstBytes bytes) {
        List<String> missing = new ArrayList<>();
        if (!contains(rule.source(), source)) {
            missing.add("source " + RuleText.text(rule.source()) + got(source.toString()));
        }
        if (!contains(rule.destination(), destination)) {
            missing.add(
                    "destination "
                            + RuleText.text(rule.destination())
                            + got(destination.toString()));
        }
        switch (bytes) {
            case FirstBytes.Unknown _ -> {}
            case FirstBytes.Plain _ -> {
                if (rule.sni() != null) {
                    missing.add("sni " + rule.sni() + got("no TLS"));
                } else if (rule.bytes() == StreamRule.Bytes.TLS) {
                    missing.add("TLS (got: plain bytes)");
                }
            }
            case FirstBytes.Tls tls -> {
                if (rule.sni() != null && !rule.sni().equals(tls.sni())) {
                    missing.add("sni " + rule.sni() + got(tls.sni()));
                }
                if (rule.bytes() == StreamRule.Bytes.PLAIN) {
                    missing.add("plain bytes (got: TLS)");
                }
            }
        }
        return only(missing);
    }

    private static boolean contains(@Nullable AddressBlock wanted, IpPort address) {
        return wanted == null || wanted.contains(address);
    }

    private static String got(@Nullable String value) {
        return " (got: " + (value == null || value.isEmpty() ? "none" : value) + ")";
    }

    private static Optional<String> only(List<String> missing) {
        return missing.size() == 1 ? Optional.of(missing.getFirst()) : Optional.empty();
    }
}

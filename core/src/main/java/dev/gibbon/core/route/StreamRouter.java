package dev.gibbon.core.route;

import dev.gibbon.core.net.IpPort;
import dev.gibbon.core.rule.StreamRule;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Selects the rule for a connection. Immutable; any thread may call. */
public final class StreamRouter {
    private final List<StreamRule> rules;

    private StreamRouter(List<StreamRule> rules) {
        this.rules = rules;
    }

    public static StreamRouter of(Collection<StreamRule> rules) {
        return new StreamRouter(
                rules.stream().sorted(Comparator.comparing(StreamRule::key)).toList());
    }

    /**
     * Selects by what is known so far.
     *
     * @param source the client
     * @param destination the local address of the accepted socket: the original destination where
     *     the listener is transparent
     */
    public StreamSelection select(IpPort source, IpPort destination, FirstBytes bytes) {
        return switch (bytes) {
            case FirstBytes.Unknown _ -> whileSilent(source, destination);
            case FirstBytes.Plain _ ->
                    selected(first(source, destination, StreamRule.Bytes.PLAIN, null));
            case FirstBytes.Tls tls ->
                    selected(first(source, destination, StreamRule.Bytes.TLS, tls.sni()));
        };
    }

    private static StreamSelection selected(@Nullable StreamRule rule) {
        return rule == null ? new StreamSelection.None() : new StreamSelection.Selected(rule);
    }

    private StreamSelection whileSilent(IpPort source, IpPort destination) {
        StreamRule silent = null;
        boolean bytesMatter = false;
        boolean decisive = false;
        for (StreamRule rule : rules) {
            if (!endsMatch(rule, source, destination)) {
                continue;
            }
            if (needsClientHello(rule)) {
                bytesMatter = true;
                continue;
            }
            silent = rule;
            break;
        }
        if (silent == null) {
            return bytesMatter
                    ? new StreamSelection.NeedsBytes(null, true)
                    : new StreamSelection.None();
        }
        for (StreamRule rule : rules) {
            if (!endsMatch(rule, source, destination) || !needsClientHello(rule)) {
                continue;
            }
            boolean outranks = rule.key().compareTo(silent.key()) < 0;
            if (outranks || silent.bytes() == StreamRule.Bytes.PLAIN) {
                bytesMatter = true;
                decisive |= !Objects.equals(rule.service(), silent.service());
            }
        }
        return bytesMatter || silent.bytes() == StreamRule.Bytes.PLAIN
                ? new StreamSelection.NeedsBytes(silent, decisive)
                : new StreamSelection.Selected(silent);
    }

    private @Nullable StreamRule first(
            IpPort source, IpPort destination, StreamRule.Bytes bytes, @Nullable String sni) {
        for (StreamRule rule : rules) {
            if ((rule.bytes() == StreamRule.Bytes.OPAQUE || rule.bytes() == bytes)
                    && endsMatch(rule, source, destination)
                    && (rule.sni() == null || rule.sni().equals(sni))) {
                return rule;
            }
        }
        return null;
    }

    private static boolean needsClientHello(StreamRule rule) {
        return rule.sni() != null || rule.bytes() == StreamRule.Bytes.TLS;
    }

    private static boolean endsMatch(StreamRule rule, IpPort source, IpPort destination) {
        return (rule.source() == null || rule.source().contains(source))
                && (rule.destination() == null || rule.destination().contains(destination));
    }
}

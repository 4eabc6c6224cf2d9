package dev.gibbon.core.route;

import dev.gibbon.core.net.IpPort;
import dev.gibbon.core.rule.StreamRule;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Selects the rule for a connection: the first in key order that matches. Immutable; any thread may
 * call.
 *
 * <p>Rules are grouped by the shape of their ends (which bits of the addresses, whether the ports),
 * and each group is one hash table. So the time depends on how many shapes there are, e.g. how many
 * prefix lengths are in use, and not on the number of rules. As the order looks at the shapes
 * first, the first group with a match mostly ends the search.
 */
public final class StreamRouter {
    private final List<StreamRule> rules;
    private final List<EndsTable> tables;

    private StreamRouter(List<StreamRule> rules) {
        this.rules = rules;
        record Shapes(EndShape source, EndShape destination) {}
        Map<Shapes, EndsTable> byShape = new LinkedHashMap<>();
        for (int place = 0; place < rules.size(); place++) {
            StreamRule rule = rules.get(place);
            Shapes shapes = new Shapes(EndShape.of(rule.source()), EndShape.of(rule.destination()));
            EndsTable table = byShape.get(shapes);
            if (table == null) {
                table = new EndsTable(shapes.source(), shapes.destination(), place);
                byShape.put(shapes, table);
            }
            table.add(place, rule);
        }
        this.tables = List.copyOf(byShape.values());
    }

    /**
     * Builds the index.
     *
     * @param rules in any order
     */
    public static StreamRouter of(Collection<StreamRule> rules) {
        return new StreamRouter(
                rules.stream().sorted(Comparator.comparing(StreamRule::key)).toList());
    }

    /** All rules, in order. */
    public List<StreamRule> rules() {
        return rules;
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
            case FirstBytes.Plain _ -> selected(forPlain(source, destination));
            case FirstBytes.Tls tls -> selected(forTls(source, destination, tls.sni()));
        };
    }

    private StreamSelection selected(int place) {
        return place == EndsRules.NONE
                ? new StreamSelection.None()
                : new StreamSelection.Selected(rules.get(place));
    }

    private int forPlain(IpPort source, IpPort destination) {
        int best = EndsRules.NONE;
        for (EndsTable table : tables) {
            if (table.least() > best) {
                break;
            }
            EndsRules found = table.find(source, destination);
            best = found == null ? best : Math.min(best, found.forPlain());
        }
        return best;
    }

    private int forTls(IpPort source, IpPort destination, @Nullable String sni) {
        int best = EndsRules.NONE;
        for (EndsTable table : tables) {
            if (table.least() > best) {
                break;
            }
            EndsRules found = table.find(source, destination);
            best = found == null ? best : Math.min(best, found.forTls(sni));
        }
        return best;
    }

    /**
     * What is known before the client has spoken. The bytes do not matter where plain bytes and any
     * ClientHello lead to one rule; otherwise they are decisive where some ClientHello leads to
     * another Service than silence does.
     */
    private StreamSelection whileSilent(IpPort source, IpPort destination) {
        int plain = EndsRules.NONE;
        int tls = EndsRules.NONE;
        List<EndsRules> named = new ArrayList<>(4);
        for (EndsTable table : tables) {
            if (table.least() > Math.max(plain, tls)) {
                break;
            }
            EndsRules found = table.find(source, destination);
            if (found != null) {
                plain = Math.min(plain, found.forPlain());
                tls = Math.min(tls, found.forTls());
                if (found.firstNamed() != EndsRules.NONE) {
                    named.add(found);
                }
            }
        }
        int unnamed = tls;
        boolean namesMatter = named.stream().anyMatch(ends -> ends.firstNamed() < unnamed);
        if (plain == EndsRules.NONE) {
            return tls != EndsRules.NONE || namesMatter
                    ? new StreamSelection.NeedsBytes(null, true)
                    : new StreamSelection.None();
        }
        StreamRule silent = rules.get(plain);
        if (plain == tls && !namesMatter) {
            return new StreamSelection.Selected(silent);
        }
        boolean decisive =
                (tls != EndsRules.NONE
                                && !Objects.equals(rules.get(tls).service(), silent.service()))
                        || named.stream()
                                .anyMatch(ends ->
                                        ends.firstNamedOtherThan(silent.service()) < unnamed);
        return new StreamSelection.NeedsBytes(silent, decisive);
    }

    /**
     * All rules that take the connection if its first bytes are these, in order: {@link #select}
     * gives the first of them. While the bytes are unknown these are the rules that any bytes could
     * lead to. Looks at every rule, so it is for explanations and tests.
     */
    public List<StreamRule> matching(IpPort source, IpPort destination, FirstBytes bytes) {
        return rules.stream()
                .filter(rule -> matchesEnds(rule, source, destination) && takes(rule, bytes))
                .toList();
    }

    /** Whether a rule takes connections between these addresses. */
    public static boolean matchesEnds(StreamRule rule, IpPort source, IpPort destination) {
        return (rule.source() == null || rule.source().contains(source))
                && (rule.destination() == null || rule.destination().contains(destination));
    }

    /** Whether a rule takes connections whose first bytes are these. */
    public static boolean takes(StreamRule rule, FirstBytes bytes) {
        return switch (bytes) {
            case FirstBytes.Unknown _ -> true;
            case FirstBytes.Plain _ -> rule.sni() == null && rule.bytes() != StreamRule.Bytes.TLS;
            case FirstBytes.Tls tls ->
                    rule.bytes() != StreamRule.Bytes.PLAIN
                            && (rule.sni() == null || rule.sni().equals(tls.sni()));
        };
    }
}

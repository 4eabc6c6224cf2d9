package dev.gibbon.core.route;

import dev.gibbon.core.net.CidrBlock;
import dev.gibbon.core.net.IpAddress;
import dev.gibbon.core.net.IpPort;
import dev.gibbon.core.rule.AddressBlock;
import dev.gibbon.core.rule.StreamRule;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The rules whose sources have one shape and whose destinations have one shape. Filled by one
 * thread in ascending order, read-only afterwards.
 */
final class EndsTable {
    private final EndShape source;
    private final EndShape destination;
    private final int least;
    private final Map<Ends, EndsRules> rules = new HashMap<>();

    /**
     * @param least the place of the first rule that will be added
     */
    EndsTable(EndShape source, EndShape destination, int least) {
        this.source = source;
        this.destination = destination;
        this.least = least;
    }

    /** What the shapes leave of two addresses: the key of the table. */
    private record Ends(
            @Nullable IpAddress source,
            int sourcePort,
            @Nullable IpAddress destination,
            int destinationPort) {}

    void add(int place, StreamRule rule) {
        Ends ends =
                new Ends(
                        ip(rule.source()),
                        port(rule.source()),
                        ip(rule.destination()),
                        port(rule.destination()));
        rules.computeIfAbsent(ends, _ -> new EndsRules()).add(place, rule);
    }

    private static @Nullable IpAddress ip(@Nullable AddressBlock end) {
        CidrBlock block = end == null ? null : end.block();
        return block == null ? null : block.network();
    }

    private static int port(@Nullable AddressBlock end) {
        Integer port = end == null ? null : end.port();
        return port == null ? EndShape.ANY_PORT : port;
    }

    /** The least place of all rules here. */
    int least() {
        return least;
    }

    /** The rules for a connection between these addresses; null for none. */
    @Nullable EndsRules find(IpPort client, IpPort local) {
        if (!source.suits(client) || !destination.suits(local)) {
            return null;
        }
        return rules.get(
                new Ends(
                        source.ip(client),
                        source.port(client),
                        destination.ip(local),
                        destination.port(local)));
    }
}

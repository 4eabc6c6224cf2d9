package dev.gibbon.core.rule;

import dev.gibbon.core.entity.Protocol;
import dev.gibbon.core.entity.Route;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Kong's precedence as text ({@code kong/router.lua}, with the outcome of 1.3 where 1.1 had
 * defects): what comes first in the order has the smaller key. The parts are those of {@link
 * KeyPart}, each of fixed width.
 */
final class RouteKeys {
    private static final int HTTP_KINDS = 4;
    private static final int STREAM_KINDS = 3;
    private static final int MOST_HEADERS = 255;
    private static final long LATEST = (1L << 48) - 1;

    private final String attributes;
    private final String headers;
    private final String age;

    private RouteKeys(String attributes, String headers, String age) {
        this.attributes = attributes;
        this.headers = headers;
        this.age = age;
    }

    static RouteKeys of(Route route) {
        Map<String, List<String>> named = route.headers();
        int count = named == null ? 0 : Math.min(named.size(), MOST_HEADERS);
        boolean http = route.isHttp();
        int kinds = http ? HTTP_KINDS : STREAM_KINDS;
        int bits =
                http
                        ? bit(route.hosts(), 8)
                                | (count == 0 ? 0 : 4)
                                | bit(route.paths(), 2)
                                | bit(route.methods(), 1)
                        : bit(route.snis(), 4)
                                | bit(route.sources(), 2)
                                | bit(route.destinations(), 1);
        String attributes =
                (http ? "h" : "s")
                        + (route.parent() == null ? '1' : '0')
                        + (kinds - Integer.bitCount(bits))
                        + hex((1L << kinds) - 1 - bits, 1);
        long createdAt = Math.clamp(route.createdAt(), 0, LATEST);
        return new RouteKeys(
                attributes, hex((long) MOST_HEADERS - count, 2), hex(createdAt, 12) + route.id());
    }

    private static int bit(@Nullable List<?> list, int bit) {
        return list == null || list.isEmpty() ? 0 : bit;
    }

    String http(
            HostMatch host,
            PathMatch path,
            int regexPriority,
            boolean schemeListed,
            int position,
            Protocol scheme) {
        return attributes
                + rank(host)
                + headers
                + rank(path, regexPriority)
                + (schemeListed ? '0' : '1')
                + age
                + hex(position, 8)
                + (scheme == Protocol.HTTP ? '0' : '1');
    }

    String stream(
            @Nullable AddressBlock source,
            @Nullable AddressBlock destination,
            StreamRule.Bytes bytes,
            int position) {
        return attributes
                + rank(source)
                + rank(destination)
                + (bytes == StreamRule.Bytes.TLS ? '0' : '1')
                + age
                + hex(position, 8)
                + '0';
    }

    private static char rank(HostMatch host) {
        return switch (host) {
            case HostMatch.Exact _ -> '0';
            case HostMatch.Suffix _, HostMatch.Prefix _ -> '1';
            case HostMatch.Any _ -> '2';
        };
    }

    private static String rank(PathMatch path, int regexPriority) {
        return switch (path) {
            case PathMatch.Regex _ -> "0" + hex((long) Integer.MAX_VALUE - regexPriority, 8);
            case PathMatch.Prefix(String prefix) ->
                    "1" + hex((long) Integer.MAX_VALUE - prefix.length(), 8);
            case PathMatch.Any _ -> "2" + hex(0, 8);
        };
    }

    private static String rank(@Nullable AddressBlock end) {
        if (end == null) {
            return "500";
        }
        var block = end.block();
        boolean port = end.port() != null;
        if (block == null) {
            return "400";
        }
        if (block.isSingle()) {
            return port ? "000" : "100";
        }
        return (port ? "2" : "3") + hex(128 - block.prefix(), 2);
    }

    private static String hex(long value, int width) {
        String digits = Long.toHexString(value);
        return "0".repeat(width - digits.length()) + digits;
    }
}

package dev.gibbon.core.route;

import dev.gibbon.core.entity.AddressMatch;
import dev.gibbon.core.entity.Protocol;
import dev.gibbon.core.entity.Route;
import dev.gibbon.core.net.CidrBlock;
import dev.gibbon.core.net.IpPort;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The rules of the stream router, read off the Route entities one by one, without compiled rules,
 * keys or indexes: slow, obvious, and the measure for the real one.
 */
final class KongStreamReference {
    private static final Map<String, CidrBlock> BLOCKS = new ConcurrentHashMap<>();

    private KongStreamReference() {}

    /**
     * One way in which a Route takes a connection.
     *
     * @param ends the entry of sources and the entry of destinations; null where the Route has none
     */
    record Way(
            Route route,
            List<@Nullable AddressMatch> ends,
            @Nullable String sni,
            boolean tls,
            int position) {

        /** Whether the Route ends the connection's TLS. */
        boolean endsTls() {
            return tls && route.protocols().contains(Protocol.TLS);
        }
    }

    static final Comparator<Way> PRECEDENCE =
            Comparator.comparingInt((Way way) -> way.route.parent() == null ? 1 : 0)
                    .thenComparingInt(way -> -Integer.bitCount(weight(way.route)))
                    .thenComparingInt(way -> -weight(way.route))
                    .thenComparingInt(way -> exactness(way.ends.get(0)))
                    .thenComparingInt(way -> -prefix(way.ends.get(0)))
                    .thenComparingInt(way -> exactness(way.ends.get(1)))
                    .thenComparingInt(way -> -prefix(way.ends.get(1)))
                    .thenComparingInt(way -> way.endsTls() ? 0 : 1)
                    .thenComparingLong(way -> way.route.createdAt())
                    .thenComparing(way -> way.route.id().toString())
                    .thenComparingInt(Way::position);

    static Optional<Way> plain(List<Route> routes, IpPort source, IpPort destination) {
        return ways(routes, source, destination, false).stream()
                .filter(way -> way.sni == null)
                .min(PRECEDENCE);
    }

    static Optional<Way> tls(
            List<Route> routes, IpPort source, IpPort destination, @Nullable String sni) {
        return ways(routes, source, destination, true).stream()
                .filter(way -> way.sni == null || way.sni.equals(sni))
                .min(PRECEDENCE);
    }

    /** All ways for some server name, whichever it is. */
    static List<Way> ways(List<Route> routes, IpPort source, IpPort destination, boolean tls) {
        List<Way> ways = new ArrayList<>();
        for (Route route : routes) {
            if (!tls && !route.protocols().contains(Protocol.TCP)) {
                continue;
            }
            int position = 0;
            for (AddressMatch from : orNull(route.sources())) {
                for (AddressMatch to : orNull(destinations(route))) {
                    for (String sni : orNull(route.snis())) {
                        if (matches(from, source) && matches(to, destination)) {
                            ways.add(
                                    new Way(
                                            route,
                                            Arrays.asList(from, to),
                                            sni == null ? null : sni.toLowerCase(Locale.ROOT),
                                            tls,
                                            position));
                        }
                        position++;
                    }
                }
            }
        }
        return ways;
    }

    private static <T> List<@Nullable T> orNull(@Nullable List<T> list) {
        return list == null ? Arrays.asList((T) null) : new ArrayList<>(list);
    }

    private static @Nullable List<AddressMatch> destinations(Route route) {
        List<IpPort> parent = route.parent();
        return parent == null
                ? route.destinations()
                : parent.stream()
                        .map(address -> new AddressMatch(address.ip().toString(), address.port()))
                        .toList();
    }

    private static boolean matches(@Nullable AddressMatch wanted, IpPort address) {
        if (wanted == null) {
            return true;
        }
        boolean ip = wanted.ip() == null || block(wanted.ip()).contains(address.ip());
        boolean port = wanted.port() == null || wanted.port() == address.port();
        return ip && port;
    }

    private static CidrBlock block(String ip) {
        return BLOCKS.computeIfAbsent(ip, text -> CidrBlock.parse(text).orElseThrow());
    }

    private static int weight(Route route) {
        return (route.snis() == null ? 0 : 4)
                + (route.sources() == null ? 0 : 2)
                + (route.destinations() == null ? 0 : 1);
    }

    /** Exact address and port, address, block and port, block, port. */
    private static int exactness(@Nullable AddressMatch wanted) {
        if (wanted == null) {
            return 5;
        }
        String ip = wanted.ip();
        if (ip == null) {
            return 4;
        }
        boolean exact = block(ip).isSingle();
        if (exact) {
            return wanted.port() != null ? 0 : 1;
        }
        return wanted.port() != null ? 2 : 3;
    }

    private static int prefix(@Nullable AddressMatch wanted) {
        return wanted == null || wanted.ip() == null || exactness(wanted) < 2
                ? 0
                : block(wanted.ip()).prefix();
    }
}

package dev.gibbon.bench;

import dev.gibbon.core.entity.AddressMatch;
import dev.gibbon.core.entity.Protocol;
import dev.gibbon.core.entity.Route;
import dev.gibbon.core.net.IpAddress;
import dev.gibbon.core.net.IpPort;
import dev.gibbon.core.route.FirstBytes;
import dev.gibbon.core.route.HttpKey;
import dev.gibbon.core.route.HttpRouter;
import dev.gibbon.core.route.StreamRouter;
import dev.gibbon.core.rule.HttpRule;
import dev.gibbon.core.rule.RouteCompiler;
import dev.gibbon.core.rule.StreamRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Routes as a mesh of some size has them, and traffic that fits: HTTP Routes with hosts, wildcards,
 * nested paths and some regular expressions; stream Routes by destination, server name, source
 * block. One in ten requests and connections fits none. The same seed gives the same mix.
 */
final class RouteMix {
    private static final int SEED = 1;
    private static final int TRAFFIC = 1024;

    private final int size;
    private final Random random = new Random(SEED);

    RouteMix(int size) {
        this.size = size;
    }

    /** A stream connection as the router sees it. */
    record Connection(IpPort source, IpPort destination, FirstBytes bytes) {}

    HttpRouter httpRouter() {
        List<HttpRule> rules = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            rules.addAll(RouteCompiler.compile(httpRoute(i), null).http());
        }
        return HttpRouter.of(rules);
    }

    private static Route httpRoute(int i) {
        String host = host(i);
        return switch (i % 10) {
            case 0 -> http(i, "*." + host, null);
            case 1 -> http(i, host, "/api/v\\d+/items");
            case 2, 3 -> http(i, host, "/api/v1/items");
            case 4 -> http(i, null, "/team-" + i + "/");
            default -> http(i, host, "/api/" + i);
        };
    }

    private static String host(int i) {
        return "service-" + i / 10 + ".example";
    }

    private static Route http(int i, @Nullable String host, @Nullable String path) {
        return new Route(
                new UUID(0, i),
                i,
                i,
                null,
                List.of(Protocol.HTTP, Protocol.HTTPS),
                i % 7 == 0 ? List.of("GET", "POST") : null,
                host == null ? null : List.of(host),
                path == null ? null : List.of(path),
                0,
                true,
                false,
                null,
                null,
                null,
                new UUID(1, i),
                null);
    }

    /** Routes for the callers of Kubernetes Services, ten for each, told apart by a header. */
    HttpRouter meshRouter() {
        List<HttpRule> rules = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            Route route = http(i, null, "/");
            Route narrowed =
                    new Route(
                            route.id(),
                            route.createdAt(),
                            route.updatedAt(),
                            null,
                            route.protocols(),
                            null,
                            null,
                            route.paths(),
                            0,
                            true,
                            false,
                            null,
                            null,
                            null,
                            route.service(),
                            null,
                            Map.of("x-version", List.of("v" + i % 10)),
                            List.of(new IpPort(address(i / 10), 80)));
            rules.addAll(RouteCompiler.compile(narrowed, null).http());
        }
        return HttpRouter.of(rules);
    }

    /** Requests for {@link #meshRouter}. */
    List<HttpKey> meshRequests() {
        List<HttpKey> requests = new ArrayList<>();
        for (int n = 0; n < TRAFFIC; n++) {
            int i = random.nextInt(size);
            List<String> version = List.of("v" + i % 10);
            requests.add(
                    new HttpKey(
                            Protocol.HTTP,
                            "GET",
                            "service.test",
                            "/a/b",
                            new IpPort(address(i / 10), 80),
                            name -> name.equals("x-version") ? version : List.of()));
        }
        return requests;
    }

    List<HttpKey> requests() {
        List<HttpKey> requests = new ArrayList<>();
        for (int n = 0; n < TRAFFIC; n++) {
            int i = random.nextInt(size);
            boolean miss = random.nextInt(10) == 0;
            String path =
                    switch (i % 10) {
                        case 0 -> "/index.html";
                        case 1 -> "/api/v2/items/17";
                        case 2, 3 -> "/api/v1/items/17";
                        case 4 -> "/team-" + i + "/page";
                        default -> "/api/" + i + "/x";
                    };
            requests.add(
                    new HttpKey(
                            random.nextBoolean() ? Protocol.HTTP : Protocol.HTTPS,
                            "GET",
                            miss ? "unknown.test" : (i % 10 == 0 ? "www." : "") + host(i),
                            miss ? "/nothing/here" : path));
        }
        return requests;
    }

    StreamRouter streamRouter() {
        List<StreamRule> rules = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            rules.addAll(RouteCompiler.compile(streamRoute(i), null).streams());
        }
        return StreamRouter.of(rules);
    }

    private static Route streamRoute(int i) {
        AddressMatch destination = new AddressMatch(address(i).toString(), 1000 + i % 10);
        return switch (i % 10) {
            case 0 -> stream(i, null, new AddressMatch(address(i) + "/28", null), null);
            case 1 -> stream(i, new AddressMatch("192.168.0.0/16", null), destination, null);
            case 2, 3, 4 -> stream(i, null, null, "service-" + i + ".example");
            case 5 -> stream(i, null, destination, "service-" + i + ".example");
            default -> stream(i, null, destination, null);
        };
    }

    private static IpAddress address(int i) {
        int spread = i * 16;
        return IpAddress.ofBytes(
                new byte[] {10, (byte) (spread >> 16), (byte) (spread >> 8), (byte) spread});
    }

    private static Route stream(
            int i,
            @Nullable AddressMatch source,
            @Nullable AddressMatch destination,
            @Nullable String sni) {
        return new Route(
                new UUID(0, i),
                i,
                i,
                null,
                i % 2 == 0 ? List.of(Protocol.TCP, Protocol.TLS) : List.of(Protocol.TLS),
                null,
                null,
                null,
                0,
                true,
                false,
                sni == null ? null : List.of(sni),
                source == null ? null : List.of(source),
                destination == null ? null : List.of(destination),
                new UUID(1, i),
                null);
    }

    List<Connection> connections() {
        List<Connection> connections = new ArrayList<>();
        for (int n = 0; n < TRAFFIC; n++) {
            int i = random.nextInt(size);
            boolean miss = random.nextInt(10) == 0;
            FirstBytes bytes =
                    switch (n % 3) {
                        case 0 -> new FirstBytes.Unknown();
                        case 1 -> new FirstBytes.Plain();
                        default ->
                                new FirstBytes.Tls(
                                        miss ? "unknown.test" : "service-" + i + ".example",
                                        List.of("h2"));
                    };
            connections.add(
                    new Connection(
                            new IpPort(IpAddress.of("192.168.1.7"), 40_000 + n),
                            new IpPort(
                                    miss ? IpAddress.of("203.0.113.9") : address(i), 1000 + i % 10),
                            bytes));
        }
        return connections;
    }
}

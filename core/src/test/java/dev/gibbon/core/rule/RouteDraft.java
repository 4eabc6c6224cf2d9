package dev.gibbon.core.rule;

import dev.gibbon.core.entity.AddressMatch;
import dev.gibbon.core.entity.Protocol;
import dev.gibbon.core.entity.Route;
import dev.gibbon.core.entity.Service;
import dev.gibbon.core.net.IpPort;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A Route in the making, for tests: what is not said is Kong's default. */
public final class RouteDraft {
    private final String name;
    private List<Protocol> protocols;
    private UUID id;
    private long createdAt;
    private @Nullable List<String> methods;
    private @Nullable List<String> hosts;
    private @Nullable List<String> paths;
    private int regexPriority;
    private boolean stripPath = true;
    private boolean preserveHost;
    private @Nullable List<String> snis;
    private @Nullable List<AddressMatch> sources;
    private @Nullable List<AddressMatch> destinations;
    private @Nullable UUID service;
    private @Nullable Map<String, List<String>> headers;
    private @Nullable List<IpPort> parent;

    private RouteDraft(String name, List<Protocol> protocols) {
        this.name = name;
        this.protocols = protocols;
        this.id = UUID.nameUUIDFromBytes(name.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        this.service = id("service-" + name);
    }

    /** The id that a thing of this name has in tests. */
    public static UUID id(String name) {
        return UUID.nameUUIDFromBytes(name.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    public static RouteDraft http(String name) {
        return new RouteDraft(name, List.of(Protocol.HTTP, Protocol.HTTPS));
    }

    public static RouteDraft tcp(String name) {
        return new RouteDraft(name, List.of(Protocol.TCP));
    }

    public static RouteDraft tls(String name) {
        return new RouteDraft(name, List.of(Protocol.TLS));
    }

    /** The Service that the Route of this name goes to, unless the draft says otherwise. */
    public static Service service(String route, Protocol protocol, String host, int port) {
        return service(id("service-" + route), "service-" + route, protocol, host, port, null);
    }

    public static Service service(
            UUID id,
            String name,
            Protocol protocol,
            String host,
            int port,
            @Nullable Boolean tlsVerify) {
        return new Service(
                id, 1, 1, name, 5, protocol, host, port, null, 60_000, 60_000, 60_000, tlsVerify,
                null);
    }

    public RouteDraft id(UUID value) {
        id = value;
        return this;
    }

    public RouteDraft protocols(Protocol... values) {
        protocols = List.of(values);
        return this;
    }

    public RouteDraft createdAt(long value) {
        createdAt = value;
        return this;
    }

    public RouteDraft methods(String... values) {
        methods = List.of(values);
        return this;
    }

    public RouteDraft hosts(String... values) {
        hosts = List.of(values);
        return this;
    }

    public RouteDraft paths(String... values) {
        paths = List.of(values);
        return this;
    }

    public RouteDraft regexPriority(int value) {
        regexPriority = value;
        return this;
    }

    public RouteDraft stripPath(boolean value) {
        stripPath = value;
        return this;
    }

    public RouteDraft preserveHost() {
        preserveHost = true;
        return this;
    }

    public RouteDraft snis(String... values) {
        snis = List.of(values);
        return this;
    }

    /** Sources as {@code ip}, {@code ip port}, {@code cidr}, {@code cidr port}, {@code * port}. */
    public RouteDraft sources(String... values) {
        sources = ends(values);
        return this;
    }

    /** Destinations, written as {@link #sources}. */
    public RouteDraft destinations(String... values) {
        destinations = ends(values);
        return this;
    }

    /** A header that requests must have, with one of these values. */
    public RouteDraft header(String headerName, String... values) {
        Map<String, List<String>> all = headers == null ? new HashMap<>() : new HashMap<>(headers);
        all.put(headerName, List.of(values));
        headers = all;
        return this;
    }

    /** The addresses of a parent, as {@code ip:port}. */
    public RouteDraft parent(String... addresses) {
        parent =
                Arrays.stream(addresses)
                        .map(address -> IpPort.parse(address).orElseThrow())
                        .toList();
        return this;
    }

    public RouteDraft service(@Nullable UUID value) {
        service = value;
        return this;
    }

    private static List<AddressMatch> ends(String... values) {
        return Arrays.stream(values)
                .map(value -> {
                    List<String> words = List.of(value.split(" ", -1));
                    return new AddressMatch(
                            words.get(0).equals("*") ? null : words.get(0),
                            words.size() < 2 ? null : Integer.valueOf(words.get(1)));
                })
                .toList();
    }

    public Route build() {
        return new Route(
                id,
                createdAt,
                createdAt,
                name,
                protocols,
                methods,
                hosts,
                paths,
                regexPriority,
                stripPath,
                preserveHost,
                snis,
                sources,
                destinations,
                service,
                null,
                headers,
                parent);
    }
}

package dev.gibbon.core.schema;

import dev.gibbon.core.entity.AddressMatch;
import dev.gibbon.core.entity.Protocol;
import dev.gibbon.core.entity.Route;
import dev.gibbon.core.net.IpPort;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a Route may be ({@code kong/db/schema/entities/routes.lua@1.1.0}), with the refusal of mixed
 * protocol families of 1.3 and IPv6 addresses of 1.2.
 */
final class RouteSchema implements EntitySchema<Route> {
    /** A Route is compiled to one rule for each combination of its values. */
    static final long MAX_COMBINATIONS = 10_000;

    private static final FieldType TEXTS = new FieldType.ListOf(new FieldType.Text());
    private static final Map<String, FieldType> ADDRESS_FIELDS =
            Map.of("ip", new FieldType.Text(), "port", new FieldType.Whole());
    private static final FieldType ADDRESSES =
            new FieldType.ListOf(new FieldType.Fields(ADDRESS_FIELDS));
    private static final Map<String, FieldType> REFERENCE_FIELDS =
            Map.of("id", new FieldType.Text());
    private static final Map<String, FieldType> FIELDS =
            Map.ofEntries(
                    Map.entry("id", new FieldType.Text()),
                    Map.entry("created_at", new FieldType.Whole()),
                    Map.entry("updated_at", new FieldType.Whole()),
                    Map.entry("name", new FieldType.Text()),
                    Map.entry("protocols", TEXTS),
                    Map.entry("methods", TEXTS),
                    Map.entry("hosts", TEXTS),
                    Map.entry("paths", TEXTS),
                    Map.entry("regex_priority", new FieldType.Whole()),
                    Map.entry("strip_path", new FieldType.Flag()),
                    Map.entry("preserve_host", new FieldType.Flag()),
                    Map.entry("snis", TEXTS),
                    Map.entry("sources", ADDRESSES),
                    Map.entry("destinations", ADDRESSES),
                    Map.entry("service", new FieldType.Fields(REFERENCE_FIELDS)),
                    Map.entry("tags", TEXTS));

    @Override
    public String plural() {
        return "routes";
    }

    @Override
    public Map<String, FieldType> fields() {
        return FIELDS;
    }

    @Override
    public Validated<Route> read(Map<String, ? extends @Nullable Object> document) {
        DocumentReader in = new DocumentReader(document);
        in.refuseFieldsOutside(FIELDS);
        Route route = fields(in, null, null);
        if (in.isSound("protocols")) {
            MatcherRules.check(route, in);
        }
        checkCombinations(route, in);
        return result(route, in);
    }

    static Validated<Route> result(Route route, DocumentReader in) {
        return in.violations().isEmpty()
                ? new Validated.Valid<>(route)
                : new Validated.Invalid<>(in.violations());
    }

    /** Reads the fields that Kong has; those that it does not have are given. */
    static Route fields(
            DocumentReader in,
            @Nullable Map<String, List<String>> headers,
            @Nullable List<IpPort> parent) {
        Boolean stripPath = in.flag("strip_path");
        return new Route(
                in.uuid("id"),
                in.timestamp("created_at"),
                in.timestamp("updated_at"),
                in.text("name", Texts::checkName),
                Protocols.set(in, "protocols", List.of(Protocol.HTTP, Protocol.HTTPS)),
                in.texts("methods", "set", Texts::checkMethod),
                in.texts("hosts", "array", Texts::checkHostPattern),
                in.texts("paths", "array", Texts::checkRoutePath),
                in.integer("regex_priority", 0, Integer.MIN_VALUE, Integer.MAX_VALUE),
                stripPath == null || stripPath,
                Boolean.TRUE.equals(in.flag("preserve_host")),
                in.texts("snis", "set", Texts::checkSni),
                in.records("sources", RouteSchema::address),
                in.records("destinations", RouteSchema::address),
                reference(in),
                in.texts("tags", "set", Texts::checkTag),
                headers,
                parent);
    }

    private static @Nullable AddressMatch address(DocumentReader in) {
        in.refuseFieldsOutside(ADDRESS_FIELDS);
        String ip = in.text("ip", Texts::checkIpOrCidr);
        Integer port = in.integerOrNull("port", 0, 65_535);
        if (in.isAbsent("ip") && in.isAbsent("port")) {
            in.addToEntity("at least one of these fields must be non-empty: 'ip', 'port'");
            return null;
        }
        return new AddressMatch(ip, port);
    }

    private static @Nullable UUID reference(DocumentReader in) {
        DocumentReader service = in.fields("service");
        if (service == null) {
            return null;
        }
        service.refuseFieldsOutside(REFERENCE_FIELDS);
        return service.uuid("id");
    }

    static void checkCombinations(Route route, DocumentReader in) {
        long http = factor(route.hosts()) * factor(route.paths());
        long stream =
                Math.min(factor(route.sources()) * factor(route.destinations()), 1L << 40)
                        * factor(route.snis());
        if (http > MAX_COMBINATIONS) {
            in.addToEntity(tooMany(http, "'hosts' x 'paths'"));
        }
        if (stream > MAX_COMBINATIONS) {
            in.addToEntity(tooMany(stream, "'sources' x 'destinations' x 'snis'"));
        }
    }

    private static long factor(@Nullable List<?> values) {
        return values == null || values.isEmpty() ? 1 : values.size();
    }

    private static String tooMany(long got, String fields) {
        return got
                + " combinations of "
                + fields
                + " (expected: at most "
                + MAX_COMBINATIONS
                + "; split the route)";
    }

    @Override
    public SequencedMap<String, @Nullable Object> write(Route route) {
        SequencedMap<String, @Nullable Object> out = new LinkedHashMap<>();
        out.put("id", route.id().toString());
        out.put("created_at", route.createdAt());
        out.put("updated_at", route.updatedAt());
        out.put("name", route.name());
        out.put("protocols", route.protocols().stream().map(Protocol::text).toList());
        out.put("methods", route.methods());
        out.put("hosts", route.hosts());
        out.put("paths", route.paths());
        out.put("regex_priority", route.regexPriority());
        out.put("strip_path", route.stripPath());
        out.put("preserve_host", route.preserveHost());
        out.put("snis", route.snis());
        out.put("sources", addresses(route.sources()));
        out.put("destinations", addresses(route.destinations()));
        UUID service = route.service();
        out.put("service", service == null ? null : Map.of("id", service.toString()));
        out.put("tags", route.tags());
        return out;
    }

    private static @Nullable List<Map<String, @Nullable Object>> addresses(
            @Nullable List<AddressMatch> matches) {
        return matches == null ? null : matches.stream().map(RouteSchema::address).toList();
    }

    private static Map<String, @Nullable Object> address(AddressMatch match) {
        Map<String, @Nullable Object> out = new LinkedHashMap<>();
        out.put("ip", match.ip());
        out.put("port", match.port());
        return out;
    }

    @Override
    public UUID id(Route route) {
        return route.id();
    }

    @Override
    public @Nullable String name(Route route) {
        return route.name();
    }

    @Override
    public List<String> tags(Route route) {
        List<String> tags = route.tags();
        return tags == null ? List.of() : tags;
    }
}

package dev.gibbon.crd.translate;

import dev.gibbon.core.entity.Route;
import dev.gibbon.core.net.IpAddress;
import dev.gibbon.core.net.IpPort;
import dev.gibbon.core.schema.MeshRouteSchema;
import dev.gibbon.core.schema.Validated;
import dev.gibbon.crd.AddressRange;
import dev.gibbon.crd.MeshRoute;
import dev.gibbon.crd.MeshRouteSpec;
import dev.gibbon.crd.MeshServiceReference;
import dev.gibbon.crd.ServiceReference;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes a Route of a MeshRoute. Stateless; any thread may call. */
public final class RouteTranslation {
    private static final Map<String, String> NAMES =
            Map.of(
                    "regex_priority", "regexPriority",
                    "strip_path", "stripPath",
                    "preserve_host", "preserveHost");

    private RouteTranslation() {}

    /**
     * Translates one resource.
     *
     * @param resource as read from the API server, with namespace and name
     * @param parentAddresses the cluster IPs of the Kubernetes Service that {@code parent} names,
     *     none while it is not there; not looked at for a resource without a parent. Without any,
     *     the Route takes no connection
     */
    public static Translated<Route> of(MeshRoute resource, Collection<IpAddress> parentAddresses) {
        MeshRouteSpec spec = resource.getSpec();
        if (spec == null) {
            return new Translated.Invalid<>(
                    List.of(new FieldViolation("spec", "required field missing")));
        }
        SpecChecks checks = new SpecChecks();
        check(spec, checks);
        ResourceName name = ResourceName.of(resource);
        var read =
                MeshRouteSchema.read(
                        document(spec, name),
                        spec.headers(),
                        parent(spec.parent(), parentAddresses));
        return switch (read) {
            case Validated.Invalid<Route>(var violations) -> {
                checks.addAll(violations, NAMES);
                yield new Translated.Invalid<>(checks.violations());
            }
            case Validated.Valid<Route>(Route route) ->
                    checks.violations().isEmpty()
                            ? new Translated.Valid<>(route.withName(name.text()))
                            : new Translated.Invalid<>(checks.violations());
        };
    }

    private static @Nullable List<IpPort> parent(
            @Nullable ServiceReference parent, Collection<IpAddress> addresses) {
        if (parent == null) {
            return null;
        }
        boolean portFits = parent.port() > 0 && parent.port() <= 65_535;
        return portFits
                ? addresses.stream().map(ip -> new IpPort(ip, parent.port())).toList()
                : List.of();
    }

    private static void check(MeshRouteSpec spec, SpecChecks checks) {
        MeshServiceReference reference = spec.serviceRef();
        if (reference == null) {
            checks.add("serviceRef", "required field missing");
        } else {
            checks.checkObjectName("serviceRef.name", reference.name(), "MeshService");
        }
        checks.checkService("parent", spec.parent());
        checks.checkList("methods", spec.methods(), Bounds.METHOD);
        checks.checkList("hosts", spec.hosts(), Bounds.NAME);
        checks.checkList("paths", spec.paths(), Bounds.PATH);
        checks.checkList("snis", spec.snis(), Bounds.NAME);
        List<String> hosts = spec.hosts();
        for (int i = 0; hosts != null && i < hosts.size(); i++) {
            checks.checkNotMapped("hosts[" + i + "]", hosts.get(i));
        }
        check("sources", spec.sources(), checks);
        check("destinations", spec.destinations(), checks);
        Map<String, List<String>> headers = spec.headers();
        if (headers != null) {
            checks.checkSize("headers", headers.keySet(), Bounds.HEADERS);
            headers.forEach((name, values) -> {
                checks.checkLength("headers[" + name + "]", name, Bounds.HEADER_NAME);
                checks.checkList("headers[" + name + "]", values, Bounds.HEADER_VALUE);
            });
        }
    }

    private static void check(
            String field, @Nullable List<AddressRange> ranges, SpecChecks checks) {
        checks.checkSize(field, ranges, Bounds.LIST);
        for (int i = 0; ranges != null && i < ranges.size(); i++) {
            String ip = field + "[" + i + "].ip";
            checks.checkLength(ip, ranges.get(i).ip(), Bounds.ADDRESS);
            checks.checkNotMapped(ip, ranges.get(i).ip());
        }
    }

    private static Map<String, @Nullable Object> document(MeshRouteSpec spec, ResourceName name) {
        Map<String, @Nullable Object> out = new LinkedHashMap<>();
        out.put("id", EntityIds.ofMeshRoute(name.namespace(), name.name()).toString());
        out.put("created_at", name.createdAt());
        out.put("updated_at", name.createdAt());
        ResourceName.putUnlessNull(out, "protocols", spec.protocols());
        ResourceName.putUnlessNull(out, "methods", spec.methods());
        ResourceName.putUnlessNull(out, "hosts", spec.hosts());
        ResourceName.putUnlessNull(out, "paths", spec.paths());
        ResourceName.putUnlessNull(out, "regex_priority", spec.regexPriority());
        ResourceName.putUnlessNull(out, "strip_path", spec.stripPath());
        ResourceName.putUnlessNull(out, "preserve_host", spec.preserveHost());
        ResourceName.putUnlessNull(out, "snis", spec.snis());
        ResourceName.putUnlessNull(out, "sources", ranges(spec.sources()));
        ResourceName.putUnlessNull(out, "destinations", ranges(spec.destinations()));
        MeshServiceReference service = spec.serviceRef();
        if (service != null) {
            String id = EntityIds.ofMeshService(name.namespace(), service.name()).toString();
            out.put("service", Map.of("id", id));
        }
        return out;
    }

    private static @Nullable List<Map<String, @Nullable Object>> ranges(
            @Nullable List<AddressRange> ranges) {
        return ranges == null ? null : ranges.stream().map(RouteTranslation::range).toList();
    }

    private static Map<String, @Nullable Object> range(AddressRange range) {
        Map<String, @Nullable Object> out = new LinkedHashMap<>();
        ResourceName.putUnlessNull(out, "ip", range.ip());
        ResourceName.putUnlessNull(out, "port", range.port());
        return out;
    }
}

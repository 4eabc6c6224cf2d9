package dev.gibbon.operator.store;

import dev.gibbon.core.entity.AddressMatch;
import dev.gibbon.core.entity.Protocol;
import dev.gibbon.core.entity.Route;
import dev.gibbon.core.schema.EntitySchema;
import dev.gibbon.crd.AddressRange;
import dev.gibbon.crd.MeshRoute;
import dev.gibbon.crd.MeshRouteSpec;
import dev.gibbon.crd.MeshServiceReference;
import dev.gibbon.crd.translate.EntityIds;
import dev.gibbon.crd.translate.RouteTranslation;
import dev.gibbon.crd.translate.Translated;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Routes as MeshRoutes. The addresses of a parent are not known here: a Route with one has none of
 * them, and so takes no connection. Parent and headers of a MeshRoute stay, so an entity without
 * them does not read back as it was and is refused. A reference that leads nowhere is a Route
 * without a Service.
 */
final class RouteForm implements Form<MeshRoute, Route> {

    @Override
    public EntitySchema<Route> schema() {
        return EntitySchema.ROUTES;
    }

    @Override
    public String kind() {
        return "MeshRoute";
    }

    @Override
    public UUID naturalId(String namespace, String object) {
        return EntityIds.ofMeshRoute(namespace, object);
    }

    @Override
    public Translated<Route> read(MeshRoute object) {
        return RouteTranslation.of(object, List.of());
    }

    @Override
    public Route with(
            MeshRoute object, Route read, Identity identity, Extras extras, References references) {
        Long createdAt = extras.createdAt();
        Long updatedAt = extras.updatedAt();
        return new Route(
                identity.id(),
                createdAt == null ? read.createdAt() : createdAt,
                updatedAt == null ? read.updatedAt() : updatedAt,
                identity.name(),
                read.protocols(),
                read.methods(),
                read.hosts(),
                read.paths(),
                read.regexPriority(),
                read.stripPath(),
                read.preserveHost(),
                read.snis(),
                read.sources(),
                read.destinations(),
                reference(object)
                        .flatMap(service -> references.service(service.name()))
                        .orElse(null),
                extras.tags(),
                read.headers(),
                read.parent());
    }

    private static Optional<MeshServiceReference> reference(@Nullable MeshRoute object) {
        MeshRouteSpec spec = object == null ? null : object.getSpec();
        return spec == null ? Optional.empty() : Optional.ofNullable(spec.serviceRef());
    }

    @Override
    public MeshRoute write(Route route, @Nullable MeshRoute before, References references) {
        MeshRouteSpec spec = before == null ? null : before.getSpec();
        Map<String, List<String>> headers = route.headers();
        MeshRoute written = new MeshRoute();
        written.setSpec(
                new MeshRouteSpec(
                        route.protocols().stream().map(Protocol::text).toList(),
                        route.methods(),
                        route.hosts(),
                        route.paths(),
                        route.regexPriority(),
                        headers == null && spec != null ? spec.headers() : headers,
                        route.snis(),
                        ranges(route.sources()),
                        ranges(route.destinations()),
                        route.stripPath(),
                        route.preserveHost(),
                        serviceRef(route.service(), before, references),
                        spec == null ? null : spec.parent()));
        return written;
    }

    private static @Nullable MeshServiceReference serviceRef(
            @Nullable UUID service, @Nullable MeshRoute before, References references) {
        if (service == null) {
            return reference(before)
                    .filter(dangling -> references.service(dangling.name()).isEmpty())
                    .orElse(null);
        }
        return references.object(service).map(MeshServiceReference::new).orElse(null);
    }

    private static @Nullable List<AddressRange> ranges(@Nullable List<AddressMatch> matches) {
        return matches == null
                ? null
                : matches.stream()
                        .map(match -> new AddressRange(match.ip(), match.port()))
                        .toList();
    }

    @Override
    public Extras extras(Route route) {
        return new Extras(
                route.id(),
                Objects.requireNonNullElse(route.name(), ""),
                route.createdAt(),
                route.updatedAt(),
                route.tags());
    }

    @Override
    public List<String> differences(Route one, Route other) {
        List<String> fields = new ArrayList<>(Differences.of(schema(), one, other));
        if (!Objects.equals(one.headers(), other.headers())) {
            fields.add("headers");
        }
        if (!Objects.equals(one.parent(), other.parent())) {
            fields.add("parent");
        }
        return fields;
    }
}

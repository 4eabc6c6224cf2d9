package dev.gibbon.controlplane.store;

import dev.gibbon.core.entity.Route;
import dev.gibbon.core.entity.Service;
import dev.gibbon.core.schema.EntitySchema;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The whole configuration, made to be asked. Immutable; any thread may call. */
public final class Tables {
    private final Table<Service> services;
    private final Table<Route> routes;

    private Tables(Table<Service> services, Table<Route> routes) {
        this.services = services;
        this.routes = routes;
    }

    static Tables empty() {
        return of(List.of(), List.of());
    }

    /** These entities, whose ids and names differ. */
    public static Tables of(List<Service> services, List<Route> routes) {
        return new Tables(
                Table.of(EntitySchema.SERVICES, services), Table.of(EntitySchema.ROUTES, routes));
    }

    @SuppressWarnings("unchecked") // there is one schema for each type of entity
    private <T> Table<T> table(EntitySchema<T> kind) {
        return (Table<T>) (kind == EntitySchema.ROUTES ? routes : services);
    }

    public <T> Optional<T> find(EntitySchema<T> kind, UUID id) {
        return table(kind).find(id);
    }

    public <T> Optional<T> find(EntitySchema<T> kind, String name) {
        return table(kind).find(name);
    }

    /** One page of the entities of a kind that the filter accepts. */
    public <T> Page<T> page(EntitySchema<T> kind, PageRequest request, TagFilter filter) {
        return table(kind).page(request, entity -> filter.accepts(kind.tags(entity)));
    }

    /** One page of the Routes that lead to a Service. */
    public Page<Route> routesOf(UUID service, PageRequest request) {
        return routes.page(request, route -> service.equals(route.service()));
    }

    /** Everything, numbered. */
    public Configuration toConfiguration(long revision) {
        return new Configuration(revision, services.all(), routes.all());
    }

    /** What stands against taking this entity in place of the one with its id; empty if nothing. */
    <T> Optional<Refusal> objectionTo(EntitySchema<T> kind, T entity) {
        String name = kind.name(entity);
        if (name != null) {
            Optional<UUID> holder = find(kind, name).map(kind::id);
            if (holder.isPresent() && !holder.get().equals(kind.id(entity))) {
                return Optional.of(new Refusal.NameTaken(kind.plural(), name));
            }
        }
        if (entity instanceof Route route
                && route.service() != null
                && services.find(route.service()).isEmpty()) {
            return Optional.of(new Refusal.NoSuchService(route.service()));
        }
        return Optional.empty();
    }

    /** What stands against the removal of an entity; empty if nothing. */
    <T> Optional<Refusal> objectionToRemoval(EntitySchema<T> kind, UUID id) {
        boolean referenced =
                kind == EntitySchema.SERVICES
                        && !routesOf(id, new PageRequest(1, Optional.empty())).entities().isEmpty();
        return referenced
                ? Optional.of(new Refusal.StillReferenced(kind.plural(), "routes"))
                : Optional.empty();
    }

    Tables with(Service service) {
        return new Tables(services.with(service), routes);
    }

    Tables with(Route route) {
        return new Tables(services, routes.with(route));
    }

    Tables without(EntitySchema<?> kind, UUID id) {
        return kind == EntitySchema.ROUTES
                ? new Tables(services, routes.without(id))
                : new Tables(services.without(id), routes);
    }
}

package dev.gibbon.controlplane.store;

import dev.gibbon.core.entity.Route;
import dev.gibbon.core.entity.Service;
import java.util.List;

/**
 * All that people have written, at one moment.
 *
 * @param revision grows with every change; 0 is the empty configuration of a new store
 * @param services by id
 * @param routes by id
 */
public record Configuration(long revision, List<Service> services, List<Route> routes) {

    public Configuration {
        services = List.copyOf(services);
        routes = List.copyOf(routes);
    }
}

package dev.gibbon.controlplane.compile;

import dev.gibbon.controlplane.store.Configuration;
import dev.gibbon.core.entity.Route;
import dev.gibbon.core.entity.Service;
import dev.gibbon.core.feed.FeedResource;
import dev.gibbon.core.feed.FeedResource.AddressCheck;
import dev.gibbon.core.feed.FeedResource.BundleResource;
import dev.gibbon.core.feed.FeedResource.RuleResource;
import dev.gibbon.core.feed.FeedResource.ServiceResource;
import dev.gibbon.core.feed.FeedResource.SettingsResource;
import dev.gibbon.core.feed.FeedResource.WorkloadResource;
import dev.gibbon.core.identity.TrustBundle;
import dev.gibbon.core.rule.CompiledRoute;
import dev.gibbon.core.rule.RouteCompiler;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Compiles a configuration into the resources of the feed. */
public final class FeedCompiler {
    private FeedCompiler() {}

    /**
     * The outcome.
     *
     * @param skipped Routes that can have no effect, as text: which, and why
     */
    public record Compiled(List<FeedResource> resources, List<String> skipped) {
        public Compiled {
            resources = List.copyOf(resources);
            skipped = List.copyOf(skipped);
        }
    }

    /**
     * Compiles.
     *
     * @param workloads all that have joined
     */
    public static Compiled compile(
            Configuration configuration, List<WorkloadResource> workloads, TrustBundle bundle) {
        List<FeedResource> resources = new ArrayList<>();
        List<String> skipped = new ArrayList<>();
        resources.add(new SettingsResource(bundle.trustDomain(), AddressCheck.ENFORCE));
        resources.add(new BundleResource(bundle));
        resources.addAll(workloads);
        Map<UUID, Service> services = new HashMap<>();
        for (Service service : configuration.services()) {
            services.put(service.id(), service);
            resources.add(new ServiceResource(service));
        }
        for (Route route : configuration.routes()) {
            CompiledRoute compiled = RouteCompiler.compile(route, serviceOf(route, services));
            String reason = compiled.skipped();
            if (reason != null) {
                skipped.add("routes[" + label(route) + "]: " + reason);
            }
            compiled.http().forEach(rule -> resources.add(new RuleResource(rule)));
            compiled.streams().forEach(rule -> resources.add(new RuleResource(rule)));
        }
        return new Compiled(resources, skipped);
    }

    private static @Nullable Service serviceOf(Route route, Map<UUID, Service> services) {
        UUID id = route.service();
        return id == null ? null : services.get(id);
    }

    private static String label(Route route) {
        String name = route.name();
        return name == null ? route.id().toString() : name;
    }
}

package dev.gibbon.controlplane.compile;

import dev.gibbon.controlplane.store.Configuration;
import dev.gibbon.core.entity.Route;
import dev.gibbon.core.entity.Service;
import dev.gibbon.core.feed.FeedCodec;
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
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Compiles a configuration into the resources of the feed. */
public final class FeedCompiler {
    private FeedCompiler() {}

    /**
     * The outcome.
     *
     * @param skipped what was left out or can have no effect, as text: which Service or Route, and
     *     why
     */
    public record Compiled(List<FeedResource> resources, List<String> skipped) {
        public Compiled {
            resources = List.copyOf(resources);
            skipped = List.copyOf(skipped);
        }
    }

    /**
     * Compiles. A Service or Route that a sidecar could not read is left out, so that it does not
     * keep the others from the sidecars; the connections of Routes to such a Service are refused.
     *
     * @param workloads all that have joined
     * @param last what was compiled before: what was in it need not be read back again
     */
    public static Compiled compile(
            Configuration configuration,
            List<WorkloadResource> workloads,
            TrustBundle bundle,
            @Nullable Compiled last) {
        Set<FeedResource> fit = last == null ? Set.of() : new HashSet<>(last.resources());
        List<FeedResource> resources = new ArrayList<>();
        List<String> skipped = new ArrayList<>();
        resources.add(new SettingsResource(bundle.trustDomain(), AddressCheck.ENFORCE));
        resources.add(new BundleResource(bundle));
        resources.addAll(workloads);
        Map<UUID, Service> services = new HashMap<>();
        for (Service service : configuration.services()) {
            services.put(service.id(), service);
            addIfFit(
                    List.of(new ServiceResource(service)),
                    "services[" + label(service.name(), service.id()) + "]",
                    fit,
                    resources,
                    skipped);
        }
        for (Route route : configuration.routes()) {
            CompiledRoute compiled = RouteCompiler.compile(route, serviceOf(route, services));
            String reason = compiled.skipped();
            String name = "routes[" + label(route.name(), route.id()) + "]";
            if (reason != null) {
                skipped.add(name + ": " + reason);
            }
            List<FeedResource> rules = new ArrayList<>();
            compiled.http().forEach(rule -> rules.add(new RuleResource(rule)));
            compiled.streams().forEach(rule -> rules.add(new RuleResource(rule)));
            addIfFit(rules, name, fit, resources, skipped);
        }
        return new Compiled(resources, skipped);
    }

    /** All of one entity or nothing: half a Route would take what the whole one does not. */
    private static void addIfFit(
            List<FeedResource> parts,
            String entity,
            Set<FeedResource> fit,
            List<FeedResource> resources,
            List<String> skipped) {
        for (FeedResource part : parts) {
            Optional<String> flaw = fit.contains(part) ? Optional.empty() : FeedCodec.unfit(part);
            if (flaw.isPresent()) {
                skipped.add(entity + ": left out, sidecars could not read it: " + flaw.get());
                return;
            }
        }
        resources.addAll(parts);
    }

    private static @Nullable Service serviceOf(Route route, Map<UUID, Service> services) {
        UUID id = route.service();
        return id == null ? null : services.get(id);
    }

    private static String label(@Nullable String name, UUID id) {
        return name == null ? id.toString() : name;
    }
}
